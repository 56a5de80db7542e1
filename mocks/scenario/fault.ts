const LOST = ['connection-reset', 'empty-response', 'random-data-then-close', 'hang'] as const
const BROKEN = ['truncate', 'malformed-response-chunk', 'slow-body', 'wrong-content-length'] as const

/** Faults without an answer. */
export type LostAnswer = (typeof LOST)[number]

/** Faults after the status and headers of an answer. */
export type BrokenAnswer = (typeof BROKEN)[number]

export type FaultName = LostAnswer | BrokenAnswer

export const FAULTS: readonly FaultName[] = [...LOST, ...BROKEN]

/** A fault as a rule defines it. */
export interface FaultPlan {
  readonly name: FaultName
  /** `slow-body`: duration of the body in ms. */
  readonly over: number
  /** `hang`: ms until the connection is closed; `Infinity` for never. */
  readonly for: number
  /** `wrong-content-length`: the deviation in bytes. */
  readonly by: number
  /** For a stream: the number of events before the fault; undefined where the rule does not say. */
  readonly after: number | undefined
}

/** How a stream ends before its job ends. */
export type StreamEnd = Pick<FaultPlan, 'for'> & {
  readonly name: FaultName | 'error' | 'timeout'
  /** The number of events before the end. */
  readonly after: number
}

export function isBrokenAnswer(name: FaultName): name is BrokenAnswer {
  return BROKEN.some((broken) => broken === name)
}

/** Whether nothing of the answer is sent; false for a fault after events of a stream. */
export function breaksBefore(plan: FaultPlan | undefined): boolean {
  return plan !== undefined && plan.after === undefined && !isBrokenAnswer(plan.name)
}
