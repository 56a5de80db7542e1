import { canonical } from '../../state/hash.ts'

/** Whether a value has the wanted value at a place; a missing place has none. */
export function equalsAt(value: unknown, segments: readonly string[], wanted: unknown): boolean {
  let found = value
  for (const segment of segments) {
    if (found === null || typeof found !== 'object' || !Object.hasOwn(found, segment)) return false
    found = (found as Record<string, unknown>)[segment]
  }
  return canonical(found) === canonical(wanted)
}
