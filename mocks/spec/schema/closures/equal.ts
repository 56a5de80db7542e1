import { isExactNumber } from '../../values/exact-number.ts'

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
