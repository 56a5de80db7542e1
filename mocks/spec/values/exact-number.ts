/**
 * Integers that a JavaScript number cannot hold, such as 64-bit ids. Such an integer is kept as an object that
 * `JSON.stringify` writes unchanged (`JSON.rawJSON`). All others are plain numbers.
 */
export interface ExactNumber {
  readonly rawJSON: string
}

/** Newer engines only (ES2026); without it, numbers are parsed as usual. */
interface RawJson {
  readonly rawJSON?: (text: string) => ExactNumber
  readonly isRawJSON?: (value: unknown) => boolean
  readonly parse: (
    text: string,
    reviver: (this: unknown, key: string, value: unknown, context?: { readonly source?: string }) => unknown,
  ) => unknown
}

const json: RawJson = JSON

export function isExactNumber(value: unknown): value is ExactNumber {
  // A quick test first: almost all values have a prototype.
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== null) return false
  return json.isRawJSON?.(value) === true
}

/** Whether a value is a JSON number, plain or exact. */
export function isNumber(value: unknown): value is number | ExactNumber {
  return typeof value === 'number' || isExactNumber(value)
}

/** Negative where the first number is less, positive where it is greater. */
export function compareNumbers(left: number | ExactNumber, right: number | ExactNumber): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  const [a, b] = [comparable(left), comparable(right)]
  return a < b ? -1 : a > b ? 1 : 0
}

/** A value that JavaScript compares exactly with either kind of number. */
export function comparable(value: number | ExactNumber): number | bigint {
  return typeof value === 'number' ? value : BigInt(value.rawJSON)
}

/** The nearest JavaScript number. */
export function nearestNumber(value: ExactNumber): number {
  return Number(value.rawJSON)
}

/**
 * Parses a JSON number; undefined for any other text.
 *
 * @example
 * readNumber('5') //=> 5
 * JSON.stringify(readNumber('9007199254740993')) //=> '9007199254740993'
 */
export function readNumber(text: string): number | ExactNumber | undefined {
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) return undefined
  const number = Number(text)
  return isKept(number, text) ? number : (json.rawJSON?.(text) ?? number)
}

/**
 * Parses JSON and keeps numbers exactly. Almost all texts lack such numbers and parse at full speed.
 *
 * @throws SyntaxError for invalid JSON
 */
export function parseExactly(text: string): unknown {
  if (!LONG_NUMBER.test(text) || !json.rawJSON) return JSON.parse(text)
  return json.parse(text, (_, value, context) =>
    typeof value === 'number' && context?.source !== undefined && !isKept(value, context.source)
      ? json.rawJSON!(context.source)
      : value,
  )
}

/**
 * Matches JSON texts that may have an integer beyond 2^53: at least 16 digits between the delimiters of a JSON number.
 * Digits in quotes or after a point do not match, nor do most of those within a longer string.
 */
export const LONG_NUMBER = /(?:^|[\s:,[-])\d{16,}(?:$|[\s,\]}])/

/** Whether JavaScript prints the number as written; it would print another integer for 2^63. */
function isKept(number: number, text: string): boolean {
  return Number.isSafeInteger(number) || !/^-?\d+$/.test(text) || String(number) === text
}
