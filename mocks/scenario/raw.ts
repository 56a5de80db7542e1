/** A map of a scenario file, its shape not trusted. */
export type Raw = Readonly<Record<string, unknown>>

export function asRecord(value: unknown): Raw {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Raw) : {}
}

export function entriesOf(value: unknown): Array<[string, unknown]> {
  return Object.entries(asRecord(value))
}

/**
 * Lays one scenario over another: maps merge and the child wins; rules concatenate, the child's first; lists and
 * everything else are the child's.
 */
export function mergeScenario(parent: Raw, child: Raw): Raw {
  // A map, since a key may be `__proto__`.
  const merged = new Map(Object.entries(parent))
  for (const [key, value] of Object.entries(child)) {
    const before = merged.get(key)
    if (key === 'rules' && Array.isArray(before) && Array.isArray(value)) merged.set(key, [...value, ...before])
    else merged.set(key, isMap(before) && isMap(value) ? mergeScenario(before, value) : value)
  }
  return Object.fromEntries(merged)
}

function isMap(value: unknown): value is Raw {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
