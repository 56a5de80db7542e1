import type { ExchangeState, Queued } from '../../../behaviour/exchange.ts'
import type { LimitReading } from '../../../behaviour/outcome.ts'
import type { FaultName } from '../../../scenario/fault.ts'
import type { VendorSituation } from '../../../scenario/situation.ts'
import type { Operation } from '../../../spec/model/operation/operation.ts'
import type { Vendor } from '../../../spec/model/vendor.ts'
import type { Answer } from '../../answer/answer.ts'
import type { Intervention } from '../../exchange/work.ts'
import type { SentLog } from '../../streams/sent-log.ts'
import type { Session } from '../session.ts'
import type { Facts, Moment, RefusedFacts } from './facts.ts'

/** The parts of an exchange that are recorded. */
export interface Recorded extends ExchangeState {
  readonly session: Session
  readonly record: { readonly number: number }
  readonly intervention: Intervention | undefined
}

/** The answer as the client got it. */
export interface Sent {
  readonly answer: Answer | undefined
  readonly fault: FaultName | undefined
  /** ms by which it was delayed. */
  readonly delay: number
  readonly aborted: boolean
  /** The instant, in ms since 1970 on the session's clock; undefined where no client read the answer. */
  readonly at: number | undefined
}

export const UNSENT: Sent = { answer: undefined, fault: undefined, delay: 0, aborted: false, at: undefined }

/** What is mostly equal in consecutive exchanges of an operation, so that their entries share one object. */
export interface Circumstances {
  readonly session: Session
  readonly vendor: Vendor
  readonly situation: VendorSituation
  readonly pace: number
  readonly operation: Operation | undefined
  readonly method: string
  readonly base: string
  readonly stretch: number
  readonly scope: string
  readonly unclaimed: Facts['unclaimed']
  readonly isFrozen: boolean
  readonly credential: string | undefined
  readonly credentialField: string | undefined
  readonly account: string | undefined
  readonly isBodyRead: boolean
  /** Whether the body is stored as a text of the same bytes. */
  readonly isText: boolean
  readonly hold: number | undefined
  readonly charged: number | undefined
  readonly isJobOver: boolean
  /** Undefined where there is no answer. */
  readonly status: number | undefined
  readonly refusal: string | undefined
  readonly fault: FaultName | undefined
  readonly stage: string
  readonly rule: string | undefined
  readonly isChanged: boolean
  readonly aborted: boolean
}

/** What few exchanges have. */
export interface Extras {
  readonly jobs: readonly string[] | undefined
  readonly polled: ExchangeState['polled']
  readonly refused: RefusedFacts | undefined
  readonly page: ExchangeState['page']
  readonly token: ExchangeState['token']
  readonly queued: Queued | undefined
  /** Set for a request whose body was dropped. */
  readonly identity: string | undefined
  /** Set for a stream; grows while it sends. */
  readonly sent: SentLog | undefined
}

export const NO_EXTRAS: Extras = {
  jobs: undefined,
  polled: undefined,
  refused: undefined,
  page: undefined,
  token: undefined,
  queued: undefined,
  identity: undefined,
  sent: undefined,
}

/** An exchange of the journal, to be read. */
export interface UnpackedExchange extends Circumstances, Extras {
  readonly number: number
  readonly params: Facts['params']
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly connection: Facts['connection']
  /** Real time in ms. */
  readonly started: number
  /** Real ms that it may have waited before it started. */
  readonly late: number
  /** ms since 1970 on the session's clock. */
  readonly at: number
  readonly because: string
  readonly limits: readonly LimitReading[]
  readonly job: string | undefined
  readonly delay: number
  /** The body as sent, or a note in its place. */
  readonly body: Uint8Array | string | undefined
  readonly end: Moment
  /** Real time in ms; undefined where it is not known that the whole answer has reached its client. */
  readonly delivered: number | undefined
  readonly answer: Pick<Answer, 'status' | 'headers' | 'body' | 'refusal'> | undefined
}
