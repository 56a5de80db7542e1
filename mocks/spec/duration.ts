const milliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** How a duration is written; the schema files repeat it. */
const durationPattern = /^(?:(\d{1,8})(ms)|(\d{1,8}(?:\.\d{1,3})?)(s|m|h|d))$/

/**
 * Reads a duration in milliseconds: a number and one of `ms`, `s`, `m`, `h`, `d`. Gives `undefined` for anything else, so
 * that the caller can say where it stood.
 *
 * @example
 * parseDuration('1.5s') //=> 1500
 * parseDuration('10 s') //=> undefined
 */
export function parseDuration(text: string): number | undefined {
  const match = durationPattern.exec(text)
  if (!match) return undefined
  const unit = (match[2] ?? match[4]) as keyof typeof milliseconds
  return Math.round(Number(match[1] ?? match[3]) * milliseconds[unit])
}

/** ms that a value means: a text as above, or a number of them; `undefined` for anything else. */
export function toDuration(value: unknown): number | undefined {
  if (typeof value === 'string') return parseDuration(value)
  // A number may come from a request: neither time that runs backwards nor time without end can be added to an instant.
  return typeof value === 'number' && !Number.isNaN(value) ? Math.min(Math.max(0, value), LONGEST_MS) : undefined
}

/** The longest that can be written. */
const LONGEST_MS = 99_999_999 * milliseconds.d

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
