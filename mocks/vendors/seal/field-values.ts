/* Vendor code because what a field takes follows from its type and its settings. */
import { asText, type Item, type OperationContext, type Refused } from '../kit.ts'
import type { Field } from './entity-record.ts'

/** Refuses a value that does not fit its field's type; null clears any field. */
export function checkValue(
  context: OperationContext,
  name: string,
  field: Pick<Field, 'type' | 'config'>,
  value: unknown,
): Refused | undefined {
  if (value === null || value === undefined) return undefined
  const wanted = WANTED[field.type]
  if (!wanted) return context.refuse('BadRequest#input', `${name} is a ${field.type} field, which is computed`)
  if (!wanted.fits(value)) return context.refuse('BadRequest#input', `${name} must be ${wanted.words}, or null`)
  const { allowMultiple, selectOptions } = field.config
  if (Array.isArray(value) && value.length > 1 && allowMultiple === false)
    return context.refuse('BadRequest#input', `${name} takes one value, in a list`)
  const stray =
    field.type === 'SELECT' && Array.isArray(selectOptions)
      ? (value as unknown[]).find((entry) => !selectOptions.includes(entry))
      : undefined
  if (stray === undefined) return undefined
  return context.refuse('BadRequest#input', `${name} must be of ${(selectOptions as unknown[]).map(asText).join(', ')}`)
}

interface Wanted {
  readonly words: string
  readonly fits: (value: unknown) => boolean
}

const isText = (value: unknown): boolean => typeof value === 'string'
const listOf =
  (fits: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every(fits)

/** `{ id, version }`; the version may be null, or missing for a draft. */
const isReference = (value: unknown): boolean => {
  if (value === null || typeof value !== 'object') return false
  const { id, version = null } = value as Item
  return typeof id === 'string' && (version === null || typeof version === 'string')
}

const REFERENCES: Wanted = { words: 'a list of { id, version }', fits: listOf(isReference) }

const WANTED: Readonly<Record<string, Wanted | undefined>> = {
  STRING: { words: 'a text', fits: isText },
  NUMBER: { words: 'a number', fits: (value) => typeof value === 'number' },
  BOOLEAN: { words: 'true or false', fits: (value) => typeof value === 'boolean' },
  DATE: { words: 'a date (YYYY-MM-DD)', fits: (value) => isText(value) && /^\d{4}-\d{2}-\d{2}$/.test(value as string) },
  DATETIME: {
    words: 'an ISO date and time with its zone',
    fits: (value) => isText(value) && /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})$/.test(value as string),
  },
  SELECT: { words: 'a list of texts', fits: listOf(isText) },
  REFERENCE: REFERENCES,
  SCRIPT: REFERENCES,
  INSTANCE_SUBMISSION: REFERENCES,
  USER: { words: 'a list of role ids', fits: listOf(isText) },
  SEARCH: { words: 'a search', fits: (value) => typeof value === 'object' && !Array.isArray(value) },
  JSON: { words: 'JSON as a text', fits: isText },
}
