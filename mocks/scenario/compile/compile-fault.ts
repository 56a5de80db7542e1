import { type FaultName, type FaultPlan, isBrokenAnswer, type StreamEnd } from '../fault.ts'
import type { When } from '../situation.ts'
import type { ScenarioCursor } from './context.ts'

const SLOW_BODY_MS = 5000
const WRONG_BY = 10

/** Keywords that apply to one fault only. */
const OWN = { over: 'slow-body', for: 'hang', by: 'wrong-content-length' } as const satisfies Record<string, FaultName>

/** Keywords about the answer, which are useless beside a fault that sends none. */
const OF_ANSWERS = ['error', 'answer', 'patch', 'headers']

/** Faults of a whole body, which do not apply to a stream. */
const NEVER_LATER = ['slow-body', 'wrong-content-length']

/** Compiles `fault` with its settings. */
export function compileFault(then: ScenarioCursor): FaultPlan | undefined {
  const name = then.at('fault').value as FaultName | undefined
  const conflict = (keyword: string, problem: string, remedy: string): void => {
    if (then.has(keyword)) then.at(keyword).report('conflicting-keywords', problem, remedy)
  }
  for (const [keyword, owner] of Object.entries(OWN)) {
    if (name !== owner)
      conflict(keyword, `"${keyword}" belongs to "fault: ${owner}".`, `Write that, or leave "${keyword}" out.`)
  }
  if (NEVER_LATER.includes(name ?? '')) {
    conflict(
      'after',
      `"fault: ${name}" has no effect on a stream, which has no content-length and is sent over time, so "after" cannot be used with it.`,
      'Leave it out, or take truncate, empty-response, connection-reset, malformed-response-chunk or hang.',
    )
  }
  if (name === undefined) return undefined
  for (const keyword of isBrokenAnswer(name) ? [] : OF_ANSWERS) {
    const problem = `"fault: ${name}" sends no answer, so "${keyword}" cannot be used with it.`
    conflict(keyword, problem, 'Keep one of them.')
  }
  return {
    name,
    over: then.at('over').duration() ?? SLOW_BODY_MS,
    for: then.at('for').duration() ?? Number.POSITIVE_INFINITY,
    after: then.at('after').number(),
    by: then.at('by').number() ?? WRONG_BY,
  }
}

/** Compiles `stream`: the early end of a stream. */
export function compileStreamEnd(then: ScenarioCursor, when: When): StreamEnd | undefined {
  const { vendor } = then.context
  const end = then.at('stream')
  const name = end.value as 'error' | 'timeout' | undefined
  if (name === undefined) return undefined
  const streaming = [...vendor.operations.values()].filter(({ stream }) => stream).map(({ id }) => id)
  for (const id of when.operations ?? []) {
    const stream = vendor.operations.get(id)?.stream
    if (stream?.[name]) continue
    if (stream) {
      const remedy = 'Write how it looks under "stream" of the operation.'
      end.report('no-stream', `The stream of ${id} has no "${name}".`, remedy)
    } else if (streaming.length === 0)
      end.report('no-stream', `${id} does not stream.`, `No operation of ${vendor.name} does.`)
    else end.report('no-stream', `${id} does not stream.`, `Operations that do: ${streaming.join(', ')}.`)
  }
  return { name, for: 0, after: then.at('after').number() ?? 1 }
}
