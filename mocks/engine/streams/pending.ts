import type { MatchedExchange } from '../../behaviour/exchange.ts'
import type { OperationResult } from '../../behaviour/operations.ts'
import type { Refused } from '../../behaviour/outcome.ts'
import type { StreamStep } from '../../spec/model/events.ts'
import type { Patch } from '../../spec/model/response.ts'
import type { Place } from '../../state/store.ts'

/** The result of *handle*; it may have to wait and then run again. */
export interface Handled extends OperationResult {
  readonly pending?: Pending | undefined
  /** The answer is a stream, which begins when the answer is sent. */
  readonly stream?: Streaming | undefined
  /** Applied to the body of the answer, in place of the operation's `body`. */
  readonly overlay?: readonly Patch[] | undefined
}

/** What an exchange waits for before it can be answered: an instant or a change of a row, whichever comes first. */
export interface Pending {
  /** ms since 1970; `Infinity` where only a change ends the wait. */
  readonly until: number
  readonly change: Place
  /** `events` or `job`, as `held()` shows it. */
  readonly reason: string
  /** Looks again, in its own transaction; it may have to wait again. */
  readonly look: (exchange: MatchedExchange) => Handled | Refused
}

/** A stream of a job's events, as begun by *handle*. */
export interface Streaming {
  readonly step: StreamStep
  /** Id of the job. */
  readonly job: string
}
