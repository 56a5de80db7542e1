import { parseDuration } from '../spec/duration.ts'
import type { Compiling } from '../spec/value.ts'
import { type FaultName, type FaultPlan, isBrokenAnswer } from './fault.ts'
import type { Raw } from './raw.ts'

const SLOW_BODY_MS = 5000
const WRONG_BY = 10

/** What belongs to one fault only. */
const OWN = { over: 'slow-body', for: 'hang', by: 'wrong-content-length' } as const satisfies Record<string, FaultName>

/** What says how an answer looks: nothing to a fault that sends none. */
const OF_ANSWERS = ['error', 'answer', 'patch', 'headers']

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
    by: typeof node['by'] === 'number' ? node['by'] : WRONG_BY,
  }
}
