import { chance, isAgain, nothing, type Context, type Make } from '../context.ts'
import { readNumber } from '../../spec/values/exact-number.ts'
import { instant } from './dates.ts'
import type { Flat } from '../flat.ts'
import { snake } from '../words/property-name.ts'

/** From, to and the number of decimals that a name suggests. */
type Span = readonly [from: number, to: number, decimals: number]

/** Generates numbers within the bounds, and near what the name suggests where possible. */
export function makeNumber(flat: Flat, isInteger: boolean, name: string): Make {
  const asTime = isInteger && flat.maximum > 1e12 ? timeOf(flat, name) : undefined
  if (asTime) return asTime
  const place = isInteger ? undefined : coordinateOf(name)
  if (flat.multiples.length > 0) return multiples(flat, isInteger)
  const [low, high] = bounds(flat, isInteger ? 1 : 0.01)
  const [from, to, decimals] = within(low, high, suggested(snake(name), isInteger))
  if (isInteger) {
    const [first, last] = [Math.ceil(from), Math.floor(to)]
    const isLarge = !Number.isSafeInteger(first) || !Number.isSafeInteger(last)
    if (isLarge && (flat.least !== undefined || flat.most !== undefined)) return largeInteger(flat)
    if (first > last) return () => nothing
    const [least, most] = [Math.max(Math.ceil(low), first - WIDE), Math.min(Math.floor(high), last + WIDE)]
    return (context, path) =>
      isAgain(path) ? chance(context, path, 0).int(least, most) : chance(context, path, 0).int(first, last)
  }
  if (place && flat.multiples.length === 0 && low <= -180 && high >= 180) return place
  if (place && flat.multiples.length === 0 && low <= -90 && high >= 90 && /lat/i.test(name)) return place
  const factor = 10 ** decimals
  const [first, last] = [Math.ceil(from * factor), Math.floor(to * factor)]
  // Narrow bounds may contain no number with so few decimals.
  if (first > last || !Number.isSafeInteger(last)) {
    if (low > high || flat.exclusiveMinimum >= flat.exclusiveMaximum) return () => nothing
    return (context, path) => clamp(from + chance(context, path, 0).next() * (to - from), flat)
  }
  const [least, most] = [Math.max(low, from - WIDE), Math.min(high, to + WIDE)]
  return (context, path) => {
    const random = chance(context, path, 0)
    return isAgain(path) ? clamp(least + random.next() * (most - least), flat) : random.int(first, last) / factor
  }
}

/** An integer next to a bound that JavaScript cannot hold. */
function largeInteger(flat: Flat): Make {
  const low = Math.max(flat.minimum, flat.exclusiveMinimum + 1)
  const high = Math.min(flat.maximum, flat.exclusiveMaximum - 1)
  const first = flat.least ?? (low === -Infinity ? flat.most! - NEARBY : BigInt(Math.ceil(low)))
  const last = flat.most ?? (high === Infinity ? first + NEARBY : BigInt(Math.floor(high)))
  if (first > last) return () => nothing
  const span = Number(last - first < NEARBY ? last - first : NEARBY)
  return (context, path) => readNumber(String(first + BigInt(chance(context, path, 0).int(0, span))))
}

const NEARBY = 1000n

/** How far above the suggested range a number may be where many must differ. */
const WIDE = 1_000_000

/** The minimum and maximum, slightly inside exclusive bounds. */
function bounds(flat: Flat, step: number): readonly [low: number, high: number] {
  const [least, most] = [Math.max(flat.minimum, flat.exclusiveMinimum), Math.min(flat.maximum, flat.exclusiveMaximum)]
  const gap = most > least ? Math.min(step / 100, (most - least) / 4) : step / 100
  return [
    flat.exclusiveMinimum === least && least > -Infinity ? least + gap : least,
    flat.exclusiveMaximum === most && most < Infinity ? most - gap : most,
  ]
}

function clamp(value: number, flat: Flat): number {
  if (value > flat.exclusiveMinimum && value < flat.exclusiveMaximum) return value
  const [low, high] = [Math.max(flat.minimum, flat.exclusiveMinimum), Math.min(flat.maximum, flat.exclusiveMaximum)]
  return low + (high - low) / 2
}

/** The suggested range, clipped to the bounds; where they do not overlap, the range next to the bounds. */
function within(low: number, high: number, [from, to, decimals]: Span): Span {
  if (low <= to && high >= from) return [Math.max(low, from), Math.min(high, to), decimals]
  if (low === -Infinity) return [high - 1000, high, decimals]
  return [low, Math.min(high, low + 1000), decimals]
}

/** The range that a name suggests; a minimum is in its lower half, a maximum in its upper half. */
function suggested(word: string, isInteger: boolean): Span {
  const [from, to, decimals] = spanOf(word, isInteger)
  const middle = Math.floor((from + to) / 2)
  if (/(?:^|_)(?:min|minimum|least|lower|low)(?:_|$)/.test(word)) return [from, Math.max(from, middle), decimals]
  return /(?:^|_)(?:max|maximum|most|upper|high)(?:_|$)/.test(word)
    ? [Math.min(to, middle + 1), to, decimals]
    : [from, to, decimals]
}

function spanOf(word: string, isInteger: boolean): Span {
  if (/(?:^|_)lat(?:itude)?$/.test(word)) return [-60, 70, isInteger ? 0 : 4]
  if (/(?:^|_)(?:lng|lon|long|longitude)$/.test(word)) return [-180, 180, isInteger ? 0 : 4]
  if (/(?:^|_)year$/.test(word)) return [2015, 2025, 0]
  if (/(?:^|_)age$/.test(word)) return [18, 80, 0]
  if (/^(?:page(?:_number)?|current_page|total_pages|page_count|pages|last_page|num_pages)$/.test(word))
    return [1, 1, 0]
  if (/^(?:per_page|page_size)$/.test(word)) return [20, 20, 0]
  if (/(?:^|_)(?:score|confidence|probability|ratio|percentile)$/.test(word)) return isInteger ? [0, 100, 0] : [0, 1, 2]
  if (/percent|(?:^|_)rate$/.test(word)) return [0, 100, isInteger ? 0 : 1]
  if (/price|amount|cost|(?:^|_)(?:fee|total|balance|revenue|salary)$/.test(word)) return [5, 500, 2]
  if (/(?:^|_)id$/.test(word)) return [1, 999_999, 0]
  if (/count|(?:^|_)(?:size|number|quantity|followers|following)$/.test(word)) return [1, 60, 0]
  if (/retry_after/.test(word)) return [1, 60, 0]
  if (/^port$/.test(word)) return [1024, 65_535, 0]
  if (/_ms$|duration|latency|elapsed/.test(word)) return [100, 5000, 0]
  return [1, 1000, isInteger ? 0 : 2]
}

/** The coordinate of the address in the same object. */
function coordinateOf(name: string): Make | undefined {
  const word = snake(name)
  if (/(?:^|_)lat(?:itude)?$/.test(word)) return (context, _path, subject) => context.people.place(subject).latitude
  if (/(?:^|_)(?:lng|lon|longitude)$/.test(word))
    return (context, _path, subject) => context.people.place(subject).longitude
  return undefined
}

/** An integer with the name of an instant: in milliseconds when the name says so, else in seconds. */
function timeOf(flat: Flat, name: string): Make | undefined {
  const word = snake(name)
  if (flat.multiples.length > 0 || flat.minimum > 0 || flat.exclusiveMinimum > 0) return undefined
  if (!/(?:_at|_on|timestamp|_timestamp|epoch)(?:_ms)?$/.test(word) || /_(?:id|count)$/.test(word)) return undefined
  const unit = word.endsWith('_ms') ? 1 : 1000
  return (context, path) => Math.floor(instant(context, path, name, 0) / unit)
}

/** A multiple of all required divisors; checks the floating-point result, since a validator does too. */
function multiples(flat: Flat, isInteger: boolean): Make {
  const wanted = isInteger ? [...flat.multiples, 1] : flat.multiples
  const step = wanted.every(Number.isInteger) ? wanted.reduce(leastCommon) : Math.max(...wanted)
  const low = Math.max(flat.minimum, flat.exclusiveMinimum)
  const high = Math.min(flat.maximum, flat.exclusiveMaximum)
  const first = low === -Infinity ? (high === Infinity ? 1 : Math.floor(high / step) - 100) : Math.ceil(low / step)
  const last = high === Infinity ? first + 100 : Math.floor(high / step)
  const isGood = (value: number): boolean =>
    value > flat.exclusiveMinimum &&
    value < flat.exclusiveMaximum &&
    value >= flat.minimum &&
    value <= flat.maximum &&
    wanted.every((divisor) => Number.isInteger(value / divisor))
  return (context: Context, path) => {
    if (first > last) return nothing
    const span = last - first + 1
    const start = chance(context, path, 0).int(0, span - 1)
    for (let index = 0; index < Math.min(span, 500); index++) {
      const value = (first + ((start + index) % span)) * step
      if (isGood(value)) return value === 0 ? 0 : value
    }
    return nothing
  }
}

function leastCommon(left: number, right: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))
  return Math.abs(left * right) / divisor(Math.abs(left), Math.abs(right))
}
