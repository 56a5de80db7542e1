import { copyJson } from '../../spec/values/copy.ts'
import type { Located } from '../../spec/schema/root.ts'
import type { Schemas } from '../../spec/schema/validator.ts'
import { toMatcher } from '../../spec/schema/patterns/matcher.ts'
import { canonical } from '../../state/hash.ts'
import { nothing } from '../context.ts'
import { hasType, type Flat } from '../flat.ts'

/**
 * Returns a schema's own example, validated on first use; `nothing` when it is invalid. Returns a copy each time, since
 * callers own the result.
 */
export function exampleMaker(flat: Flat, list: readonly Located[], schemas: Schemas): (() => unknown) | undefined {
  if (flat.examples.length === 0) return undefined
  let checked: unknown
  let isChecked = false
  return () => {
    if (!isChecked) {
      isChecked = true
      const found = flat.examples.findIndex((example) => isValid(example, flat, list, schemas))
      checked = found === -1 ? nothing : flat.examples[found]
    }
    return copyJson(checked)
  }
}

/**
 * Whether a value is valid. Plain values are checked here: compiling a validator for each field of a large document
 * would take too long.
 */
export function isValid(example: unknown, flat: Flat, list: readonly Located[], schemas: Schemas): boolean {
  if (!hasType(flat.types, example)) return false
  if (flat.values && !flat.values.some((value) => canonical(value) === canonical(example))) return false
  const isSimple = flat.not.length === 0 && (flat.format === undefined || Object.hasOwn(formats, flat.format))
  if (example === null || typeof example === 'boolean') return isSimple
  if (isSimple && typeof example === 'string') {
    const format = flat.format === undefined ? undefined : formats[flat.format]
    const length = [...example].length
    return (
      length >= flat.minLength &&
      length <= flat.maxLength &&
      flat.patterns.every((pattern) => toMatcher(pattern).test(example)) &&
      (!format || format.test(example))
    )
  }
  if (isSimple && typeof example === 'number') {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multiples } = flat
    const isWithin =
      example >= minimum && example <= maximum && example > exclusiveMinimum && example < exclusiveMaximum
    return isWithin && multiples.every((divisor) => Number.isInteger(example / divisor))
  }
  return list.every((located) => schemas.validator(located)(example).length === 0)
}

// Narrower than the formats themselves: examples that do not match are replaced by generated values.
const formats: Readonly<Record<string, RegExp>> = {
  'date-time':
    /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
  date: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])$/,
  email: /^[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i,
  uri: /^[a-z][a-z0-9+.-]*:\/\/[\w.:@-]+(?:\/[\w.~%/-]*)?(?:\?[\w=&.%-]*)?(?:#[\w-]*)?$/i,
  'uri-template': /^[\w:/.@-]+$/,
  uuid: /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i,
  password: /^/,
  binary: /^/,
  int32: /^/,
  int64: /^/,
  float: /^/,
  double: /^/,
}
