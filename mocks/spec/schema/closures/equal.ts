import { isExactNumber } from '../../values/exact-number.ts'
import { canonical } from '../../../state/hash.ts'

/** Whether two JSON values are equal, regardless of property order. */
export function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  if (Array.isArray(left) !== Array.isArray(right)) return false
  if (isExactNumber(left) || isExactNumber(right))
    return isExactNumber(left) && isExactNumber(right) && left.rawJSON === right.rawJSON
  const names = Object.keys(left)
  if (names.length !== Object.keys(right).length) return false
  return names.every(
    (name) =>
      Object.hasOwn(right, name) &&
      isEqual((left as Record<string, unknown>)[name], (right as Record<string, unknown>)[name]),
  )
}

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
