import { parseDuration } from '../../spec/values/duration.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import type { Compiling } from '../../spec/values/value.ts'
import { type FaultName, type FaultPlan, isBrokenAnswer, type StreamEnd } from '../fault.ts'
import type { Raw } from '../raw.ts'
import type { When } from '../situation.ts'

const SLOW_BODY_MS = 5000
const WRONG_BY = 10

/** What belongs to one fault only. */
const OWN = { over: 'slow-body', for: 'hang', by: 'wrong-content-length' } as const satisfies Record<string, FaultName>

/** What says how an answer looks: nothing to a fault that sends none. */
const OF_ANSWERS = ['error', 'answer', 'patch', 'headers']

/** Faults of a body as a whole. */
const NEVER_LATER = ['slow-body', 'wrong-content-length']

/** Compiles `fault` and what stands beside it for its sake. */
export function compileFault(node: Raw, pointer: string, compiling: Compiling): FaultPlan | undefined {
  const name = node['fault'] as FaultName | undefined
  for (const [keyword, owner] of Object.entries(OWN)) {
    if (!(keyword in node) || name === owner) continue
    compiling.report({
      code: 'conflicting-keywords',
      pointer: `${pointer}/${keyword}`,
      message: `"${keyword}" belongs to "fault: ${owner}". Write that, or leave "${keyword}" out.`,
    })
  }
  if (NEVER_LATER.includes(name ?? '') && 'after' in node) {
    compiling.report({
      code: 'conflicting-keywords',
      pointer: `${pointer}/after`,
      message: `"fault: ${name}" is nothing to a stream, which has no length and takes its time, so "after" cannot stand beside it. Leave it out, or take truncate, empty-response, connection-reset, malformed-response-chunk or hang.`,
    })
  }
  if (name === undefined) return undefined
  for (const keyword of isBrokenAnswer(name) ? [] : OF_ANSWERS.filter((each) => each in node)) {
    compiling.report({
      code: 'conflicting-keywords',
      pointer: `${pointer}/${keyword}`,
      message: `"fault: ${name}" sends no answer, so "${keyword}" cannot stand beside it. Keep one of them.`,
    })
  }
  return {
    name,
    over: parseDuration(String(node['over'])) ?? SLOW_BODY_MS,
    for: parseDuration(String(node['for'])) ?? Number.POSITIVE_INFINITY,
    after: typeof node['after'] === 'number' ? node['after'] : undefined,
    by: typeof node['by'] === 'number' ? node['by'] : WRONG_BY,
  }
}

/** Compiles `stream`: that a stream ends before its job does. */
export function compileStreamEnd(
  vendor: Vendor,
  when: When,
  node: Raw,
  pointer: string,
  compiling: Compiling,
): StreamEnd | undefined {
  const name = node['stream'] as 'error' | 'timeout' | undefined
  if (name === undefined) return undefined
  for (const id of when.operations ?? []) {
    const stream = vendor.operations.get(id)?.stream
    if (stream?.[name]) continue
    const message = stream
      ? `The stream of ${id} has no "${name}". Write how it looks under "stream" of the operation.`
      : `${id} does not stream. ${streaming(vendor)}`
    compiling.report({ code: 'no-stream', pointer: `${pointer}/stream`, message })
  }
  return { name, for: 0, after: typeof node['after'] === 'number' ? node['after'] : 1 }
}

function streaming(vendor: Vendor): string {
  const ids = [...vendor.operations.values()].filter(({ stream }) => stream).map(({ id }) => id)
  return ids.length === 0 ? `No operation of ${vendor.name} does.` : `Operations that do: ${ids.join(', ')}.`
}
