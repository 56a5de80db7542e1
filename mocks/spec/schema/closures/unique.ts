import { canonical } from '../../../state/hash.ts'

/** Finds the first item that equals an earlier one, in one pass. */
export function findRepeat(list: readonly unknown[]): { readonly first: number; readonly second: number } | undefined {
  const scalars = new Map<unknown, number>()
  const others = new Map<string, number>()
  for (let second = 0; second < list.length; second++) {
    const item = list[second]
    const isScalar = typeof item !== 'object' || item === null
    const key = isScalar ? item : canonical(item)
    const places: Map<unknown, number> = isScalar ? scalars : others
    const first = places.get(key)
    if (first !== undefined) return { first, second }
    places.set(key, second)
  }
  return undefined
}
