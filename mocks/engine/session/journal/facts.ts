import type { Connection } from '../../../behaviour/call.ts'
import type { TokenView } from '../../../behaviour/exchange.ts'
import type { LimitReading, Shortfall } from '../../../behaviour/outcome.ts'
import type { FaultName } from '../../../scenario/fault.ts'
import type { VendorSituation } from '../../../scenario/situation.ts'
import type { Cause } from '../../../spec/model/tokens.ts'
import type { Operation } from '../../../spec/model/operation/operation.ts'
import type { Vendor } from '../../../spec/model/vendor.ts'
import type { Read } from '../../../state/store.ts'

/**
 * What a verdict on the client needs of an exchange. Nothing is masked, so it must not be printed as is. What is no
 * longer known is undefined.
 */
export interface Facts {
  readonly number: number
  readonly vendor: Vendor
  /** The situation that was played. */
  readonly situation: VendorSituation
  /** The vendor's own durations are divided by this. */
  readonly pace: number
  readonly operation: Operation | undefined
  readonly method: string
  readonly path: string
  readonly query: string
  /** Base URL that the client used, without a trailing slash. */
  readonly base: string
  /** Values of the path's parameters. */
  readonly params: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The body as sent; undefined where there was none, or where the journal has dropped it. */
  readonly body: Uint8Array | undefined
  /** Whether the body is complete: it was read, and the journal still has it. */
  readonly isBodyKnown: boolean
  /** Equal for requests with the same operation, path, query, body and credential. */
  readonly identity: string | undefined
  readonly credential: string | undefined
  readonly account: string | undefined
  /** The session's stretch it belongs to: `play` and `reset` each begin a new one. */
  readonly stretch: number
  /** The test that it belongs to, where tests are distinguished. */
  readonly scope: string
  /** Sent by the test itself, not by the client under test. */
  readonly isOfTest: boolean
  /** How it reached the default session while others were open and none was chosen: `mock.fetch` or an entry point. */
  readonly unclaimed: 'fetch' | 'entry' | undefined
  readonly connection: Connection | undefined
  readonly start: Moment
  /** Real ms that it may have waited before `start` because the process was late in reading it. */
  readonly late: number
  /** When its answer was sent, or its client left; undefined while it is in progress. */
  readonly end: Moment | undefined
  /** Real time in ms when the socket had accepted the whole answer; in process the same as its end. */
  readonly delivered: number | undefined
  /** Whether the session's clock was frozen when it ended. */
  readonly isFrozen: boolean
  /** Undefined where no answer was given. */
  readonly status: number | undefined
  readonly answerHeaders: ReadonlyArray<readonly [name: string, value: string]>
  readonly fault: FaultName | undefined
  readonly aborted: boolean
  readonly stage: string
  /** Error by name: `TooManyRequests#rate`. */
  readonly refusal: string | undefined
  /** Label of the scenario's rule that played the answer. */
  readonly rule: string | undefined
  /** Whether a scenario or a test has replaced the vendor's body. */
  readonly isChanged: boolean
  readonly limits: readonly LimitReading[]
  readonly refused: RefusedFacts | undefined
  /** Ids of the jobs that it names, has started or has moved. */
  readonly jobs: readonly string[]
  /** Credits held for what it started. */
  readonly hold: number | undefined
  /** Credits that its answer cost. */
  readonly charged: number | undefined
  /** Whether the job that the path names had ended when it was read; of several jobs, whether all had. */
  readonly isJobOver: boolean
  /** The jobs that had ended when it was answered. */
  readonly overJobs: readonly string[]
  readonly queued: boolean
  /** The tokens that were issued. */
  readonly token: TokenView | undefined
  readonly page: PageFacts | undefined
  /** Events sent by its stream. */
  readonly sent: readonly SentFacts[] | undefined
}

/** An event of a stream. */
export interface SentFacts {
  readonly id: string | undefined
  readonly type: string | undefined
  /** ms to wait before the stream is opened again, where the event says so. */
  readonly retry?: number | undefined
}

/** Why a request was refused, to decide whether the same request can succeed later. */
export interface RefusedFacts {
  /** The limit that refused. */
  readonly limit: LimitReading | undefined
  readonly shortfall: Shortfall | undefined
  /** Why no tokens were given. */
  readonly cause: Cause | undefined
  /** Rows that the refusal depended on. */
  readonly reads: readonly Read[]
}

export interface PageFacts {
  /** Of its first item, from 0. */
  readonly offset: number
  readonly size: number
  readonly total: number
}

/** An instant on both clocks. */
export interface Moment {
  /** ms since 1970 on the session's clock. */
  readonly clock: number
  /** Real time in ms, as `realTime()` gives it. */
  readonly host: number
}
