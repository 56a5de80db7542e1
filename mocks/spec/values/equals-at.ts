import { canonical } from '../../state/hash.ts'

/** Whether a value has, at a place in it, what is wanted there; a place that is not there has nothing. */
export function equalsAt(value: unknown, segments: readonly string[], wanted: unknown): boolean {
  let found = value
  for (const segment of segments) {
    if (found === null || typeof found !== 'object' || !Object.hasOwn(found, segment)) return false
    found = (found as Record<string, unknown>)[segment]
  }
  return canonical(found) === canonical(wanted)
}
