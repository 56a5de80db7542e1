import type { SpecDocument } from '../model/document.ts'
import { escapeSegment } from '../references/pointer.ts'
import { type Data, entries, list, record, textOf } from '../compile/context.ts'
import { didYouMean } from '../problems/nearest.ts'
import type { Finding } from '../problems/problem.ts'
import type { Vendor } from '../model/vendor.ts'
import { lintMachines } from './machines.ts'

/**
 * Mistakes that make a spec play something else than it says. Cheap, since every load looks for them: no schema is
 * compiled, and a document without `x-mock` costs nothing.
 */
export function lintStructure(
  document: SpecDocument,
  vendor: Pick<Vendor, 'jobs' | 'operations' | 'limits' | 'collections'>,
): Finding[] {
  const mock = record(document['x-mock'])
  return [
    ...lintMachines(document, vendor.jobs),
    ...lintLimitNames(mock, vendor),
    ...lintHeaderParts(mock, vendor),
    ...lintKeys(mock, vendor),
  ]
}

/** `on` and `except` of a limit: operations or tags. */
function lintLimitNames(mock: Data, { operations }: Pick<Vendor, 'operations'>): Finding[] {
  const named = list(mock['limits']).flatMap((limit, index) =>
    ['on', 'except'].flatMap((key) =>
      list(record(limit)[key]).map((name, place) => ({
        name: String(name),
        pointer: `/x-mock/limits/${index}/${key}/${place}`,
      })),
    ),
  )
  if (named.length === 0) return []
  const known = new Set([...operations.values()].flatMap(({ id, tags }) => [id, ...tags]))
  return named
    .filter(({ name }) => !known.has(name))
    .map(({ name, pointer }) => ({
      code: 'unknown-operation',
      pointer,
      message: `"${name}" is neither an operation nor a tag.${didYouMean(name, known)}`,
    }))
}

function lintHeaderParts(mock: Data, { limits }: Pick<Vendor, 'limits'>): Finding[] {
  const names = limits.map((limit) => limit.name)
  return list(mock['headers']).flatMap((rule, index): Finding[] => {
    const from = textOf(record(rule)['from']) ?? ''
    const [stage, part] = from.split(/:(.*)/s) as [string, string | undefined]
    if (part === undefined || (stage === 'limit' && names.includes(part))) return []
    const pointer = `/x-mock/headers/${index}/from`
    return [
      stage === 'limit'
        ? {
            code: 'unknown-limit',
            pointer,
            message: `"${part}" is not one of the limits.${didYouMean(part, names)}`,
          }
        : {
            code: 'unknown-part',
            pointer,
            message: `"${from}" names a part of ${stage}, and only the stage limit has parts. Write "${stage}".`,
          },
    ]
  })
}

/** An item is found by the name it has in the map; a key field of its own that differs would hide that. */
function lintKeys(mock: Data, { collections }: Pick<Vendor, 'collections'>): Finding[] {
  return entries(mock['collections']).flatMap(([name, collection]) => {
    const key = collections.get(name)?.key
    return entries(record(collection)['items']).flatMap(([id, item]): Finding[] => {
      const own = key === undefined ? undefined : record(item)[key]
      if (own === undefined || String(own) === id) return []
      return [
        {
          code: 'other-key',
          pointer: `/x-mock/collections/${escapeSegment(name)}/items/${escapeSegment(id)}/${escapeSegment(key!)}`,
          message: `The item "${id}" says that its "${key!}" is ${JSON.stringify(own)}, and requests find it as "${id}". Leave "${key!}" out, or name the item so.`,
        },
      ]
    })
  })
}
