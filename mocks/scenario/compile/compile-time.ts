import { durationHint, parseDuration } from '../../spec/values/duration.ts'
import type { Compiling } from '../../spec/values/value.ts'

/** A moment of a rule: an instant, or so long after the scenario was played. */
export interface Moment {
  readonly kind: 'instant' | 'offset'
  /** ms: since 1970, or since the scenario was played. */
  readonly ms: number
}

/** From its beginning, up to its end without it. */
export interface TimeSpan {
  readonly from: Moment
  readonly to: Moment
}

const BEGINNING: Moment = { kind: 'offset', ms: Number.NEGATIVE_INFINITY }
const NEVER: Moment = { kind: 'offset', ms: Number.POSITIVE_INFINITY }

/** Reads `1m..3m`, `1m..`, `..3m`, and the same of instants. */
export function compileTime(raw: unknown, pointer: string, compiling: Compiling): TimeSpan | undefined {
  if (raw === undefined) return undefined
  const [from, to] = String(raw).split('..') as [string, string]
  for (const text of [from, to]) {
    const moment = momentOf(text)
    if (!moment || !Number.isNaN(moment.ms)) continue
    const hint = durationHint(text) || ' There is no such instant.'
    compiling.report({ code: 'bad-format', pointer, message: `"${text}" is not a moment.${hint}` })
  }
  const span = { from: momentOf(from) ?? BEGINNING, to: momentOf(to) ?? NEVER }
  if (span.from.kind === span.to.kind && span.from.ms >= span.to.ms) {
    compiling.report({
      code: 'bad-format',
      pointer,
      message: `"${String(raw)}" ends before it begins. Write the earlier moment first: ${to}..${from}.`,
    })
  }
  return span
}

/** Whether an instant falls into a span of a scenario that was played at `start`; all in ms since 1970. */
export function isWithin(span: TimeSpan, now: number, start: number): boolean {
  const at = ({ kind, ms }: Moment): number => (kind === 'instant' ? ms : start + ms)
  return now >= at(span.from) && now < at(span.to)
}

function momentOf(text: string | undefined): Moment | undefined {
  if (text === undefined || text === '') return undefined
  const offset = parseDuration(text)
  return offset === undefined ? { kind: 'instant', ms: Date.parse(text) } : { kind: 'offset', ms: offset }
}
