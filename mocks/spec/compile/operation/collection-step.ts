import { compileConditions, type Value } from '../../values/value.ts'
import type { Collection } from '../../model/collection.ts'
import type { CollectionStep, PageStyle } from '../../model/operation/steps.ts'
import type { Patch } from '../../model/response.ts'
import { compileFields, compilePatches, compileRefusal, compileTarget, type SpecCursor } from '../context.ts'
import { compilePage } from './page.ts'

/** The envelope around the lists of several operations. */
export interface Envelope {
  /** Properties of the answer that hold the list; each holds all of it. */
  readonly list: string | readonly string[] | undefined
  /** The envelope is used only where this value is present in the request; undefined for always. */
  readonly when: Value | undefined
  /** The page style of lists whose step sets none. */
  readonly page: PageStyle | undefined
  /** Patches of the body; the operation's own patches win. */
  readonly body: readonly Patch[]
}

export function compileEnvelopes(envelopes: SpecCursor): Map<string, Envelope> {
  return new Map(
    envelopes.entries().map(([name, node]) => {
      const [list, page] = [node.at('list'), node.optional('page')]
      const envelope: Envelope = {
        list: Array.isArray(list.value) ? list.texts() : list.text(),
        when: node.optional('when')?.compile(),
        page: page && compilePage(page),
        body: compilePatches(node.at('body')),
      }
      return [name, envelope]
    }),
  )
}

/**
 * A step, with the patches of its envelope around the answer.
 *
 * @param overlay - what the operation itself lays over its answer
 */
export function compileCollectionStep(
  node: SpecCursor,
  parts: { readonly collections: ReadonlyMap<string, Collection>; readonly envelopes: ReadonlyMap<string, Envelope> },
  overlay: readonly Patch[],
): { readonly step: CollectionStep; readonly around: readonly Patch[] } | undefined {
  const collection = node.at('in').oneOf(parts.collections, 'collection')
  if (!collection) return undefined
  const does = node.at('do').value as CollectionStep['do']
  const stray = ['keys', 'absent'].find((key) => node.has(key) && (does !== 'list' || !node.has('keys')))
  if (stray !== undefined && does === 'list') {
    const problem = '"absent" stands for keys that no item has, and no "keys" are named.'
    node.at(stray).report('stray-keyword', problem, 'Add "keys", or leave "absent" out.')
  } else if (stray !== undefined) {
    const problem = `"${stray}" says which items are listed, and this step is to ${does}.`
    node.at(stray).report('stray-keyword', problem, 'Write "do: list", or leave it out.')
  }
  const name = node.at('envelope').text()
  const shared = parts.envelopes.get(name ?? '')
  const [exists, sort, paging] = [node.optional('exists'), node.optional('sort'), node.optional('page')]
  const page = paging && compilePage(paging)
  const where = node.at('where')
  const step: CollectionStep = {
    do: does,
    in: collection,
    envelope: shared ? shared.list : name === 'none' ? undefined : name,
    bare: shared?.when && { unless: shared.when, page, overlay },
    exists: exists && compileExists(exists),
    where: compileConditions(where.value, where.pointer, where.context),
    sort: sort && { by: sort.at('by').compile(), direction: sort.at('direction').compile() },
    page: page ?? shared?.page,
    keys: node.optional('keys')?.compile(),
    absent: node.has('absent') ? compileFields(node.at('absent')) : undefined,
    set: compilePatches(node.at('set')),
  }
  return { step, around: shared?.body ?? [] }
}

function compileExists(exists: SpecCursor): CollectionStep['exists'] {
  const refuse = compileRefusal(exists.at('refuse'))
  return refuse && { at: compileTarget(exists.at('at')), refuse }
}
