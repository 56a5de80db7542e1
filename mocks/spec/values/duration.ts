const milliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/**
 * The pattern of a duration in the schema files. It bounds only days: other units would need an unrealistic number of
 * digits.
 */
export const DURATION_PATTERN = String.raw`^(?:\d+ms|\d+(?:\.\d+)?(?:s|m|h)|0*(?:\d{1,8}(?:\.\d+)?|100000000)d)$`

const durationPattern = /^(?:(\d+)(ms)|(\d+(?:\.\d+)?)(s|m|h|d))$/

/**
 * ms: the range of instants on either side of 1970 (ECMA-262, 21.4.1.1), so that an instant plus this duration can
 * exist.
 */
export const LONGEST_MS = 8.64e15

/**
 * Parses a duration to milliseconds: a number and one of `ms`, `s`, `m`, `h`, `d`. Returns `undefined` for anything
 * else, so that the caller can report the place; {@link durationHint} explains the error.
 *
 * @example
 * parseDuration('1.5s') //=> 1500
 * parseDuration('10 s') //=> undefined
 */
export function parseDuration(text: string): number | undefined {
  const ms = readDuration(text)
  return ms === undefined || ms > LONGEST_MS ? undefined : ms
}

/**
 * Explains why a text or number of ms is not a duration, as a sentence after a space; empty without a specific reason.
 *
 * @example
 * durationHint('10') //=> ' Its unit is missing.'
 */
export function durationHint(duration: string | number): string {
  const ms = typeof duration === 'number' ? duration : readDuration(duration)
  if (ms !== undefined && ms > LONGEST_MS) return ` It is too long: the longest is ${formatDuration(LONGEST_MS)}.`
  if (/^-\d/.test(String(duration))) return ' It is negative.'
  return typeof duration === 'string' && /^\d+(?:\.\d+)?$/.test(duration) ? ' Its unit is missing.' : ''
}

function readDuration(text: string): number | undefined {
  const match = durationPattern.exec(text)
  if (!match) return undefined
  const unit = (match[2] ?? match[4]) as keyof typeof milliseconds
  return Math.round(Number(match[1] ?? match[3]) * milliseconds[unit])
}

/** A value as ms: a duration text, or a number of ms; `undefined` for anything else. */
export function toDuration(value: unknown): number | undefined {
  if (typeof value === 'string') return parseDuration(value)
  // A number may come from a request: negative and infinite durations cannot be added to an instant.
  return typeof value === 'number' && !Number.isNaN(value) ? Math.min(Math.max(0, value), LONGEST_MS) : undefined
}

/**
 * Reads a rate in numbers per millisecond; `undefined` for anything else.
 *
 * @example
 * parseRate('10 per 1s') //=> 0.01
 */
export function parseRate(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) per (\S+)$/.exec(text)
  const ms = match ? parseDuration(match[2]!) : undefined
  return ms === undefined || ms === 0 ? undefined : Number(match![1]) / ms
}

/**
 * Writes milliseconds in the largest unit that divides them, so that {@link parseDuration} gives the same number back.
 *
 * @example
 * formatDuration(90_000) //=> '90s'
 * formatDuration(4210) //=> '4210ms'
 */
export function formatDuration(ms: number): string {
  const whole = Math.round(ms)
  if (whole === 0) return '0ms'
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (whole % milliseconds[unit] === 0) return `${whole / milliseconds[unit]}${unit}`
  }
  return `${whole}ms`
}
