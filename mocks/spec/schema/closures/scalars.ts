import { comparable, type ExactNumber } from '../../values/exact-number.ts'
import { formats } from '../formats/formats.ts'
import { type Check, fail } from './check.ts'
import type { Holder, Keywords } from './holder.ts'

/** Keywords for numbers. */
export const numberKeywords: Keywords = [
  ['maximum', maximum],
  ['minimum', minimum],
  ['exclusiveMaximum', exclusiveMaximum],
  ['exclusiveMinimum', exclusiveMinimum],
  ['multipleOf', multipleOf],
  ['format', (name: string, holder) => format(name, 'number', holder)],
]

/** Keywords for texts. */
export const textKeywords: Keywords = [
  ['maxLength', maxLength],
  ['minLength', minLength],
  ['pattern', pattern],
  ['format', (name: string, holder) => format(name, 'string', holder)],
]

/** A number to validate; integers that JavaScript cannot hold arrive as `bigint`. */
type Judged = number | bigint

function maximum(limit: number | ExactNumber, { schema }: Holder): Check {
  const params = { limit }
  const bound = comparable(limit)
  return (value, run) => (value as Judged) <= bound || fail(run, value, { schema, keyword: 'maximum', params })
}

function minimum(limit: number | ExactNumber, { schema }: Holder): Check {
  const params = { limit }
  const bound = comparable(limit)
  return (value, run) => (value as Judged) >= bound || fail(run, value, { schema, keyword: 'minimum', params })
}

function exclusiveMaximum(limit: number | ExactNumber, { schema }: Holder): Check {
  const params = { limit }
  const bound = comparable(limit)
  return (value, run) => (value as Judged) < bound || fail(run, value, { schema, keyword: 'exclusiveMaximum', params })
}

function exclusiveMinimum(limit: number | ExactNumber, { schema }: Holder): Check {
  const params = { limit }
  const bound = comparable(limit)
  return (value, run) => (value as Judged) > bound || fail(run, value, { schema, keyword: 'exclusiveMinimum', params })
}

function multipleOf(divisor: number | ExactNumber, { schema }: Holder): Check {
  const params = { of: divisor }
  const step = comparable(divisor)
  return (value, run) =>
    isMultiple(value as Judged, step) || fail(run, value, { schema, keyword: 'multipleOf', params })
}

/** Computed in decimal: 19.99 is a multiple of 0.01, but not in binary fractions. */
function isMultiple(value: Judged, divisor: Judged): boolean {
  if (divisor === 0) return false
  if (typeof value === 'number' && typeof divisor === 'number') {
    if (Number.isInteger(value / divisor)) return true
    if (Number.isInteger(value) && Number.isInteger(divisor)) return false
  }
  const [left, right] = [decimal(value), decimal(divisor)]
  const places = BigInt(Math.max(left.places, right.places))
  const scaled = ({ digits, places: own }: Decimal): bigint => digits * 10n ** (places - BigInt(own))
  return scaled(left) % scaled(right) === 0n
}

interface Decimal {
  readonly digits: bigint
  /** The number of digits after the decimal point. */
  readonly places: number
}

function decimal(value: Judged): Decimal {
  const [mantissa = '', exponent = '0'] = String(value).split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const places = fraction.length - Number(exponent)
  const digits = BigInt(whole + fraction)
  return places < 0 ? { digits: digits * 10n ** BigInt(-places), places: 0 } : { digits, places }
}

function maxLength(limit: number, { schema }: Holder): Check {
  const params = { limit }
  // A text has no more characters than UTF-16 units.
  return (value, run) =>
    (value as string).length <= limit ||
    characters(value as string) <= limit ||
    fail(run, value, { schema, keyword: 'maxLength', params })
}

function minLength(limit: number, { schema }: Holder): Check {
  const params = { limit }
  return (value, run) =>
    // And at least half as many characters.
    (value as string).length >= 2 * limit ||
    ((value as string).length >= limit && characters(value as string) >= limit) ||
    fail(run, value, { schema, keyword: 'minLength', params })
}

/** Counts code points, not UTF-16 units. */
function characters(text: string): number {
  let count = text.length
  for (let index = 0; index < text.length - 1; index++) {
    const high = text.charCodeAt(index)
    if (high < 0xd8_00 || high > 0xdb_ff) continue
    const low = text.charCodeAt(index + 1)
    if (low >= 0xdc_00 && low <= 0xdf_ff) {
      count--
      index++
    }
  }
  return count
}

function pattern(text: string, { schema, matcher }: Holder): Check {
  const expression = matcher(text, 'pattern')
  const params = { pattern: text }
  return (value, run) => expression.test(value as string) || fail(run, value, { schema, keyword: 'pattern', params })
}

function format(name: string, type: 'string' | 'number', { schema, formatOf }: Holder): Check | undefined {
  const test = formats[type].get(formatOf(name)) as ((value: unknown) => boolean) | undefined
  const params = { format: name }
  return test && ((value, run) => test(value) || fail(run, value, { schema, keyword: 'format', params }))
}
