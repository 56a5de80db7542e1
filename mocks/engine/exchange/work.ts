import type { BodyCap } from '../../behaviour/call.ts'
import type { ExchangeState } from '../../behaviour/exchange.ts'
import type { DeliveryRow } from '../../behaviour/webhooks/delivery-row.ts'
import type { FaultPlan, StreamEnd } from '../../scenario/fault.ts'
import type { Change } from '../../scenario/situation.ts'
import type { Answer } from '../answer/answer.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import type { Pending } from '../streams/pending.ts'
import type { Runtime } from './runtime.ts'

/** What serving needs beside the session: the vendors, whether replies are checked, how much of a body is read. */
export interface Engine {
  readonly runtimes: ReadonlyMap<string, Runtime>
  readonly checkReplies: boolean
  readonly maxBody: BodyCap
  /** For bodies that are parsed as JSON or a form. */
  readonly maxJson: BodyCap
  /** Observes answers. */
  readonly observer?: Observer | undefined
}

/** Sees each exchange when its answer is sent, and each webhook attempt when it has ended. */
export interface Observer {
  /** @param answer - undefined where the client was sent nothing, or only what a fault left of it */
  readonly exchange: (exchange: ExchangeState, answer: Answer | undefined) => void
  /** Called when a stream has ended and has shown how its job ended. */
  readonly streamed: (exchange: ExchangeState) => void
  readonly delivery: (vendor: Vendor, row: DeliveryRow) => void
}

/** The result of the stages. */
export interface Work {
  readonly answer: Answer
  readonly by: { readonly stage: string; readonly because: string }
  /** What the exchange waits for before there is an answer. */
  readonly pending?: Pending | undefined
  /** ms that the exchange has waited. */
  readonly waited?: number
  /** The client went away before there was an answer. */
  readonly aborted?: boolean
}

/** What a rule, an override or `Prefer` does to an exchange. */
export interface Intervention {
  readonly answer: Answer | undefined
  readonly fault: FaultPlan | undefined
  /** How a stream ends, if the answer is one. */
  readonly end?: StreamEnd | undefined
  readonly changes: readonly Change[]
  /** ms. */
  readonly delay: number
  readonly by: { readonly stage: string; readonly because: string }
  readonly rule: string | undefined
}

/** Placeholder where no answer is sent. */
export const NO_ANSWER: Answer = {
  status: 0,
  headers: [],
  body: undefined,
  spec: undefined,
  refusal: undefined,
  offContract: 'no answer is sent',
}
