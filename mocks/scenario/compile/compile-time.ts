import type { Cursor } from '../../spec/compile/cursor.ts'
import { durationHint, parseDuration } from '../../spec/values/duration.ts'

/** A moment of a rule: an instant, or an offset from the start of the scenario. */
export interface Moment {
  readonly kind: 'instant' | 'offset'
  /** ms since 1970, or since the start of the scenario. */
  readonly ms: number
}

/** Includes its start, excludes its end. */
export interface TimeSpan {
  readonly from: Moment
  readonly to: Moment
}

const BEGINNING: Moment = { kind: 'offset', ms: Number.NEGATIVE_INFINITY }
const NEVER: Moment = { kind: 'offset', ms: Number.POSITIVE_INFINITY }

/** Parses `1m..3m`, `1m..`, `..3m`, and the same with instants. */
export function compileTime(time: Cursor): TimeSpan | undefined {
  if (time.value === undefined) return undefined
  const [from, to] = String(time.value).split('..') as [string, string]
  for (const text of [from, to]) {
    const moment = momentOf(text)
    if (!moment || !Number.isNaN(moment.ms)) continue
    time.report('bad-format', `"${text}" is not a moment.${durationHint(text) || ' There is no such instant.'}`)
  }
  const span = { from: momentOf(from) ?? BEGINNING, to: momentOf(to) ?? NEVER }
  if (span.from.kind === span.to.kind && span.from.ms >= span.to.ms) {
    const isEmpty = span.from.ms === span.to.ms
    const problem = `"${String(time.value)}" ends ${isEmpty ? 'as' : 'before'} it begins.`
    const remedy = isEmpty ? 'Write a later end.' : `Write the earlier moment first: ${to}..${from}.`
    time.report('bad-format', problem, remedy)
  } else if (span.to.kind === 'offset' && span.to.ms === 0) {
    time.report('bad-format', `"${String(time.value)}" ends as the scenario begins.`, 'Write a later end.')
  }
  return span
}

/** Whether an instant is within a span of a scenario that started at `start`; all in ms since 1970. */
export function isInSpan(span: TimeSpan, now: number, start: number): boolean {
  const at = ({ kind, ms }: Moment): number => (kind === 'instant' ? ms : start + ms)
  return now >= at(span.from) && now < at(span.to)
}

function momentOf(text: string | undefined): Moment | undefined {
  if (text === undefined || text === '') return undefined
  const offset = parseDuration(text)
  return offset === undefined ? { kind: 'instant', ms: Date.parse(text) } : { kind: 'offset', ms: offset }
}
