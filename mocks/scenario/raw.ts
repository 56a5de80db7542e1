import { isRecord, type Raw } from '../spec/values/is-record.ts'

export { asRecord, entriesOf, type Raw } from '../spec/values/is-record.ts'

/**
 * Merges a child scenario over its parent: maps merge and the child wins; rules concatenate, the child's first; lists
 * and everything else come from the child.
 */
export function mergeScenario(parent: Raw, child: Raw): Raw {
  // A map, since a key may be `__proto__`.
  const merged = new Map(Object.entries(parent))
  for (const [key, value] of Object.entries(child)) {
    const before = merged.get(key)
    if (key === 'rules' && Array.isArray(before) && Array.isArray(value)) merged.set(key, [...value, ...before])
    else merged.set(key, isRecord(before) && isRecord(value) ? mergeScenario(before, value) : value)
  }
  return Object.fromEntries(merged)
}
