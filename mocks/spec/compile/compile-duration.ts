import { durationHint, parseDuration } from '../values/duration.ts'
import { compileValue, constant, type Value } from '../values/value.ts'
import type { Context } from './context.ts'

/** A literal duration or a value that gives ms, or such a text, later. */
export function compileDuration(
  context: Pick<Context, 'report' | 'cel' | 'roots'>,
  raw: unknown,
  pointer: string,
): Value {
  if (typeof raw !== 'string' || raw.includes('{$')) return compileValue(raw, pointer, context)
  const ms = parseDuration(raw)
  if (ms === undefined) {
    context.report({
      code: 'bad-format',
      pointer,
      message: `"${raw}" is not a duration. Write 250ms, 10s, 5m, 1h or 30d.${durationHint(raw)}`,
    })
  }
  return constant(ms ?? 0)
}
