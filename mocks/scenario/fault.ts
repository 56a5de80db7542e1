const LOST = ['connection-reset', 'empty-response', 'random-data-then-close', 'hang'] as const
const BROKEN = ['truncate', 'malformed-response-chunk', 'slow-body', 'wrong-content-length'] as const

/** Faults that leave the client without an answer. */
export type LostAnswer = (typeof LOST)[number]

/** Faults of an answer: its status and headers come, and then something goes wrong. */
export type BrokenAnswer = (typeof BROKEN)[number]

export type FaultName = LostAnswer | BrokenAnswer

export const FAULTS: readonly FaultName[] = [...LOST, ...BROKEN]

/** A fault as a rule asks for it. */
export interface FaultPlan {
  readonly name: FaultName
  /** `slow-body`: ms that the body takes. */
  readonly over: number
  /** `hang`: ms until the connection is closed after all; `Infinity` for never. */
  readonly for: number
  /** `wrong-content-length`: bytes by which it is off. */
  readonly by: number
  /** Of a stream: how many events come before it; undefined where the rule does not say. */
  readonly after: number | undefined
}

/** How a stream ends before its job does. */
export type StreamEnd = Pick<FaultPlan, 'for'> & {
  readonly name: FaultName | 'error' | 'timeout'
  /** Events that come before it. */
  readonly after: number
}

export function isBrokenAnswer(name: FaultName): name is BrokenAnswer {
  return BROKEN.some((broken) => broken === name)
}

/** Whether nothing of the answer is sent: of a stream, events may come before. */
export function breaksBefore(plan: FaultPlan | undefined): boolean {
  return plan !== undefined && plan.after === undefined && !isBrokenAnswer(plan.name)
}
