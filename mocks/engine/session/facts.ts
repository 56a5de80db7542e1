import type { Connection } from '../../behaviour/call.ts'
import type { TokenView } from '../../behaviour/exchange.ts'
import type { LimitReading, Shortfall } from '../../behaviour/outcome.ts'
import type { FaultName } from '../../scenario/fault.ts'
import type { VendorSituation } from '../../scenario/situation.ts'
import type { Cause } from '../../spec/model/tokens.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import type { Read } from '../../state/store.ts'

/**
 * An exchange as a verdict on the client needs it: nothing is masked, so nothing of it is printed as it is. What cannot be
 * known any more is undefined.
 */
export interface Facts {
  readonly number: number
  readonly vendor: Vendor
  /** What was played. */
  readonly situation: VendorSituation
  /** Divides the vendor's own durations. */
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
  /** As it was sent; undefined where there was none, or where the journal has let it go. */
  readonly body: Uint8Array | undefined
  /** Whether the body is all that was sent: it was read, and the journal still has it. */
  readonly isBodyKnown: boolean
  /** The same for requests that are the same in operation, path, query, body and credential. */
  readonly identity: string | undefined
  readonly credential: string | undefined
  readonly account: string | undefined
  /** Which stretch of the session it belongs to: `play` and `reset` begin another one. */
  readonly stretch: number
  /** The test that it belongs to, where tests are told apart. */
  readonly scope: string
  /** Sent by the test itself, and not by the client that is judged. */
  readonly isOfTest: boolean
  /** How it came to the default session, chosen by nothing, while others were open: by `mock.fetch`, or by an entry point. */
  readonly unclaimed: 'fetch' | 'entry' | undefined
  readonly connection: Connection | undefined
  readonly start: Moment
  /** Real ms for which it may have waited before `start`, because the process was behind with what arrives. */
  readonly late: number
  /** When its answer was handed over, or its client left; undefined while it is under way. */
  readonly end: Moment | undefined
  /** Real time in ms at which the socket had taken all of the answer; in process the same as its end. */
  readonly delivered: number | undefined
  /** Whether the session's clock stood still when it ended. */
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
  /** Whether a scenario or a test has put another body in place of the vendor's own. */
  readonly isChanged: boolean
  readonly limits: readonly LimitReading[]
  readonly refused: RefusedFacts | undefined
  /** Ids of the jobs that it names, has started or moved. */
  readonly jobs: readonly string[]
  /** Credits set aside for what it started. */
  readonly hold: number | undefined
  /** Credits that its answer cost. */
  readonly charged: number | undefined
  /** Whether the job that the path names had ended when it was read; of several jobs, whether all had. */
  readonly isJobOver: boolean
  /** Those of its jobs that had ended when it was answered. */
  readonly overJobs: readonly string[]
  readonly queued: boolean
  /** The tokens that were issued. */
  readonly token: TokenView | undefined
  readonly page: PageFacts | undefined
  /** Events that its stream has sent. */
  readonly sent: readonly SentFacts[] | undefined
}

/** An event of a stream. */
export interface SentFacts {
  readonly id: string | undefined
  readonly type: string | undefined
  /** ms after which the stream may be opened again, where the event says so. */
  readonly retry?: number | undefined
}

/** Why a request was refused, for the question whether the same request can fare better. */
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

/** An instant by both clocks. */
export interface Moment {
  /** ms since 1970 on the session's clock. */
  readonly clock: number
  /** Real time in ms, as `realTime()` gives it. */
  readonly host: number
}
