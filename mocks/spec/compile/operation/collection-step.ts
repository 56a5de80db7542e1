import { didYouMean } from '../../problems/nearest.ts'
import { compileConditions, compileValue } from '../../values/value.ts'
import type { Collection, CollectionStep, Patch } from '../../model/vendor.ts'
import {
  compileFields,
  compilePatches,
  compileTarget,
  type Context,
  entries,
  record,
  refusalOf,
  textOf,
} from '../context.ts'
import { compilePage } from './page.ts'

/** What stands around the lists of several operations. */
export interface Envelope {
  /** Property of the answer that holds the list. */
  readonly list: string | undefined
  /** Laid over the body, under what the operation says itself. */
  readonly body: readonly Patch[]
}

export function compileEnvelopes(context: Context, raw: unknown, pointer: string): Map<string, Envelope> {
  return new Map(
    entries(raw).map(([name, value]): [string, Envelope] => {
      const node = record(value)
      return [
        name,
        { list: textOf(node['list']), body: compilePatches(node['body'], `${pointer}/${name}/body`, context) },
      ]
    }),
  )
}

/** A step, and what its envelope lays around the answer. */
export function compileCollectionStep(
  context: Context,
  raw: unknown,
  pointer: string,
  parts: { readonly collections: ReadonlyMap<string, Collection>; readonly envelopes: ReadonlyMap<string, Envelope> },
): { readonly step: CollectionStep; readonly around: readonly Patch[] } | undefined {
  if (raw === undefined) return undefined
  const node = record(raw)
  const collection = parts.collections.get(String(node['in']))
  if (!collection) {
    context.report({
      code: 'unknown-collection',
      pointer: `${pointer}/in`,
      message: `"${String(node['in'])}" is not one of the collections.${didYouMean(String(node['in']), parts.collections.keys())}`,
    })
    return undefined
  }
  const stray = ['keys', 'absent'].find((key) => key in node && (node['do'] !== 'list' || !('keys' in node)))
  if (stray !== undefined) {
    context.report({
      code: 'stray-keyword',
      pointer: `${pointer}/${stray}`,
      message:
        node['do'] === 'list'
          ? '"absent" stands for keys that no item has, and no "keys" are named. Add "keys", or leave "absent" out.'
          : `"${stray}" says which items are listed, and this step is to ${String(node['do'])}. Write "do: list", or leave it out.`,
    })
  }
  const name = textOf(node['envelope'])
  const shared = parts.envelopes.get(name ?? '')
  const step: CollectionStep = {
    do: node['do'] as CollectionStep['do'],
    in: collection,
    envelope: shared ? shared.list : name === 'none' ? undefined : name,
    exists: compileExists(context, node['exists'], `${pointer}/exists`),
    where: compileConditions(node['where'], `${pointer}/where`, context),
    sort: compileSort(context, node['sort'], `${pointer}/sort`),
    page: compilePage(context, node['page'], `${pointer}/page`),
    keys: node['keys'] === undefined ? undefined : compileValue(node['keys'], `${pointer}/keys`, context),
    absent: node['absent'] === undefined ? undefined : compileFields(node['absent'], `${pointer}/absent`, context),
    set: compilePatches(node['set'], `${pointer}/set`, context),
  }
  return { step, around: shared?.body ?? [] }
}

function compileSort(context: Context, raw: unknown, pointer: string): CollectionStep['sort'] {
  if (raw === undefined) return undefined
  const node = record(raw)
  return {
    by: compileValue(node['by'], `${pointer}/by`, context),
    direction: compileValue(node['direction'], `${pointer}/direction`, context),
  }
}

function compileExists(context: Context, raw: unknown, pointer: string): CollectionStep['exists'] {
  if (raw === undefined) return undefined
  const node = record(raw)
  const refuse = refusalOf(context, node['refuse'], `${pointer}/refuse`)
  const at = compileTarget(String(node['at']), `${pointer}/at`, context)
  return refuse && { at, refuse }
}
