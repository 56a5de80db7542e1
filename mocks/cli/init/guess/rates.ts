/** A rate in a text: a number of requests per time. */
export interface Rate {
  readonly limit: number
  /** As `x-mock` writes it: `1m`. */
  readonly window: string
  /** The matching words, for the guess's reason. */
  readonly words: string
}

const DIGITS = String.raw`(?<![\w.,])\d+(?:[.,'’_ \u00A0\u2009\u202F]\d+)*(?:\s?(?:[km]|thousand|million)(?![a-z]))?`
const KIND = '(?:API|HTTP|REST|read|write|GET|POST|total|successful|search|authenticated|unauthenticated|individual)'
const NOUN = String.raw`(?:requests?|calls?|queries|reqs?|hits)\b(?:\s+(?:(?:are|is)\s+)?(?:allowed|permitted|accepted|made|sent))?`
const PER = String.raw`(?:\/|per\b|an?\b|each\b|every\b|(?:with)?in\b(?:\s+(?:any|an?|each)\b)?)`
const UNIT = 's|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?'
const SPAN = String.raw`\s*${PER}\s*(?:(\d{1,4})[\s-]*)?(${UNIT})\b`

const SPELLED = new RegExp(String.raw`(${DIGITS})\s*(?:${KIND}\s+){0,2}${NOUN}${SPAN}`, 'gi')
/** Without the noun a number may mean anything, so the sentence must mention a limit. */
const BARE = new RegExp(String.raw`\b(?:rate|limit|throttle|quota)[^.!?\n]{0,60}?(${DIGITS})${SPAN}`, 'gi')
const SHORT = new RegExp(String.raw`(${DIGITS})\s*(?:rp|qp)([smhd])\b`, 'gi')

const NEXT: Readonly<Record<string, readonly [unit: string, times: number]>> = {
  s: ['m', 60],
  m: ['h', 60],
  h: ['d', 24],
}

/**
 * The rates in a text. Ignores ambiguous ones: a range, a number that can be read in two ways, a limit of 0.
 *
 * @example
 * ratesIn('At most 250 000 requests per minute.')
 * //=> [{ limit: 250000, window: '1m', words: '250 000 requests per minute' }]
 */
export function ratesIn(text: string): Rate[] {
  const found = [SPELLED, BARE, SHORT].flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap((match): Rate[] => {
      const [, digits, ...span] = match as unknown as [string, string, ...Array<string | undefined>]
      const [times, unit] = span.length === 1 ? [undefined, span[0]!] : [span[0], span[1]!]
      const start = match.index + match[0].indexOf(digits)
      const number = readAmount(digits, text.slice(0, start))
      const rate = number === undefined ? undefined : wholeRate(number, Number(times ?? 1), unit[0]!.toLowerCase())
      const words = text.slice(start, match.index + match[0].length).replaceAll(/\s+/g, ' ')
      return rate ? [{ ...rate, words }] : []
    }),
  )
  return [...new Map(found.reverse().map((rate) => [`${rate.limit}/${rate.window}`, rate] as const)).values()].reverse()
}

/** A limit counts whole requests: 1.5 per second are 90 per minute. */
function wholeRate(number: number, times: number, unit: string): Pick<Rate, 'limit' | 'window'> | undefined {
  if (times < 1) return undefined
  if (Number.isSafeInteger(number)) return number >= 1 ? { limit: number, window: `${times}${unit}` } : undefined
  const next = times === 1 ? NEXT[unit] : undefined
  return next && wholeRate(Math.round(number * next[1] * 1e6) / 1e6, 1, next[0])
}

/**
 * Parses a number as people write it; undefined if it is ambiguous.
 *
 * @param text - digits with separators and suffix: `1,500.5`, `250 000`, `5k`
 * @param before - the preceding text, which may show that it is part of another number
 * @example
 * readAmount('1.500') //=> 1500
 * readAmount('1.5k') //=> 1500
 */
export function readAmount(text: string, before = ''): number | undefined {
  // A range has two numbers, and neither is the limit.
  if (/\d\s*(?:[-–—]|to|or|and)\s*$/i.test(before)) return undefined
  const [, body, suffix] = /^([\d.,'’_\s]*\d)\s?([a-z]*)$/i.exec(text) ?? []
  if (body === undefined) return undefined
  const number = readDigits(body, before, suffix !== '')
  if (number === undefined) return undefined
  const factor = suffix === '' ? 1 : /^(?:k|thousand)$/i.test(suffix!) ? 1e3 : 1e6
  return Math.round(number * factor * 1e6) / 1e6
}

function readDigits(body: string, before: string, isScaled: boolean): number | undefined {
  const groups = body.split(/\D/)
  const marks = [...body.replaceAll(/\d/g, '').replaceAll(/\s/g, ' ')]
  const last = marks.at(-1)
  if (last === undefined) return Number(body)
  const isGrouped = (count: number): boolean =>
    /^[1-9]\d{0,2}$/.test(groups[0]!) && groups.slice(1, count).every((group) => group.length === 3)
  const isDecimal = last === '.' || last === ','
  const whole = marks.slice(0, -1)
  if (new Set(marks).size === 1) {
    // "Tier 1 100 requests" are two numbers.
    if (last === ' ' && /\b(?:tier|plan|level|version|v|type|step|group|class|status|error|no\.?)\s*$|#$/i.test(before))
      return undefined
    if (isGrouped(groups.length)) return isScaled && isDecimal ? undefined : Number(groups.join(''))
    return marks.length === 1 && isDecimal ? Number(groups.join('.')) : undefined
  }
  const isPlain = isDecimal && new Set(whole).size === 1 && isGrouped(groups.length - 1)
  return isPlain ? Number(`${groups.slice(0, -1).join('')}.${groups.at(-1)!}`) : undefined
}
