import { canonical } from '../../state/hash.ts'
import { isOfType } from './is-of-type.ts'
import { isObject, type SchemaObject, typesOf } from './schema-object.ts'

/** Two places of a list with equal items; the second is the later one. */
export type EqualPair = readonly [i: number, j: number]

/**
 * Prepares the search for equal items, in one go through a list. Of several pairs it tells the one that comes last, or
 * where all items are scalars, the one that is met first from the end.
 *
 * @param parent - the schema that has `uniqueItems`
 */
export function pairFinder(parent: SchemaObject): (list: readonly unknown[]) => EqualPair | undefined {
  const types = isObject(parent['items']) ? (typesOf(parent['items']) ?? []) : []
  const areScalars = types.length > 0 && !types.some((type) => type === 'object' || type === 'array')
  return areScalars ? (list) => equalScalars(list, types) : equalItems
}

function equalScalars(list: readonly unknown[], types: readonly string[]): EqualPair | undefined {
  const places = new Map<string, number>()
  for (let index = list.length - 1; index >= 0; index--) {
    const item = list[index]
    if (!types.some((type) => isOfType(type, item))) continue
    const key = types.length > 1 && typeof item === 'string' ? `${item}_` : String(item)
    const other = places.get(key)
    if (other !== undefined) return [index, other]
    places.set(key, index)
  }
  return undefined
}

function equalItems(list: readonly unknown[]): EqualPair | undefined {
  const places = new Map<string, number>()
  let pair: EqualPair | undefined
  for (let index = 0; index < list.length; index++) {
    const key = canonical(list[index])
    const other = places.get(key)
    if (other !== undefined) pair = [index, other]
    places.set(key, index)
  }
  return pair
}
