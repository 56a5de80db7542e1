/**
 * Integers that a number of JavaScript cannot hold: ids of 64 bits. Such an integer is kept as it was written, in an object that
 * `JSON.stringify` writes as it was (`JSON.rawJSON`). All others are plain numbers.
 */
export interface ExactNumber {
  readonly rawJSON: string
}

/** What newer engines have (ES2026); without it, numbers are read as JavaScript reads them. */
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
  // Nearly everything that is asked has a prototype, which costs far less to see.
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== null) return false
  return json.isRawJSON?.(value) === true
}

/** Whether a value is a number of JSON, of either kind. */
export function isNumber(value: unknown): value is number | ExactNumber {
  return typeof value === 'number' || isExactNumber(value)
}

/** Below 0 where the first number is less, above 0 where it is more. */
export function compareNumbers(left: number | ExactNumber, right: number | ExactNumber): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  const [a, b] = [comparable(left), comparable(right)]
  return a < b ? -1 : a > b ? 1 : 0
}

/** What JavaScript compares exactly with numbers of either kind. */
export function comparable(value: number | ExactNumber): number | bigint {
  return typeof value === 'number' ? value : BigInt(value.rawJSON)
}

/** The number of JavaScript that is nearest. */
export function nearestNumber(value: ExactNumber): number {
  return Number(value.rawJSON)
}

/**
 * The number that a text is, as JSON writes numbers; undefined for any other text.
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
 * Reads JSON, with numbers kept exactly. Texts without such numbers, nearly all, are read as fast as ever.
 *
 * @throws SyntaxError for what is no JSON
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
 * Matches JSON texts that may have an integer beyond 2^53: at least 16 digits, with what stands around a number of JSON on both
 * sides. Digits in quotes or behind a point are no such integer, and neither are most of those within a longer string.
 */
export const LONG_NUMBER = /(?:^|[\s:,[-])\d{16,}(?:$|[\s,\]}])/

/** Whether JavaScript writes the number as it was written: of 2^63 it would write another integer. */
function isKept(number: number, text: string): boolean {
  return Number.isSafeInteger(number) || !/^-?\d+$/.test(text) || String(number) === text
}
