import { durationHint } from '../values/duration.ts'
import { type Compiling, constant, type Value } from '../values/value.ts'
import type { Cursor } from './cursor.ts'

/** A literal duration, or an expression that later gives ms or such a text. */
export function compileDuration(duration: Cursor<Compiling>): Value {
  const text = duration.text()
  if (text === undefined || text.includes('{$')) return duration.compile()
  const ms = duration.duration()
  if (ms === undefined) {
    const remedy = `Write 250ms, 10s, 5m, 1h or 30d.${durationHint(text)}`
    duration.report('bad-format', `"${text}" is not a duration.`, remedy)
  }
  return constant(ms ?? 0)
}
