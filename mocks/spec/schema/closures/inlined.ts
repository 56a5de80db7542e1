/**
 * Whether Ajv judges what a reference names in the place of the reference, as it does with small schemas: there it knows
 * what stands around, and so tells less of names and of lists in which something is missing.
 */
export function isInlined(schema: unknown, limit: number): boolean {
  return typeof schema === 'boolean' || keysIn(schema) <= limit
}

/** Counts as Ajv does, letters of texts included. */
function keysIn(schema: unknown): number {
  if (typeof schema === 'string') return schema.length
  if (typeof schema !== 'object' || schema === null) return 0
  let count = 0
  for (const [key, value] of Object.entries(schema)) {
    if (key === '$ref') return Number.POSITIVE_INFINITY
    count++
    if (SIMPLE.has(key) || typeof value !== 'object' || value === null) continue
    for (const entry of Object.values(value)) count += keysIn(entry)
  }
  return count
}

const SIMPLE = new Set([
  'type',
  'format',
  'pattern',
  'maxLength',
  'minLength',
  'maxProperties',
  'minProperties',
  'maxItems',
  'minItems',
  'maximum',
  'minimum',
  'uniqueItems',
  'multipleOf',
  'required',
  'enum',
  'const',
])
