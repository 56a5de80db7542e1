import type { MatchedExchange } from '../../behaviour/exchange.ts'
import type { OperationResult } from '../../behaviour/operations.ts'
import type { Refused } from '../../behaviour/outcome.ts'
import type { StreamStep } from '../../spec/model/events.ts'
import type { Patch } from '../../spec/model/response.ts'
import type { Place } from '../../state/store.ts'

/** What *handle* has made; it may have to wait, and then acts again. */
export interface Handled extends OperationResult {
  readonly pending?: Pending | undefined
  /** The answer is a stream, which begins when it is handed over. */
  readonly stream?: Streaming | undefined
  /** Laid over the body of the answer, in place of the operation's `body`. */
  readonly overlay?: readonly Patch[] | undefined
}

/** What an exchange waits for, before it can be answered: an instant, or that a row changes, whichever comes. */
export interface Pending {
  /** ms since 1970; `Infinity` where only a change helps. */
  readonly until: number
  readonly change: Place
  /** `events`, `job`: what `held()` shows. */
  readonly reason: string
  /** Looks again, in a transaction of its own; it may find that it has to wait on. */
  readonly look: (exchange: MatchedExchange) => Handled | Refused
}

/** A stream of a job's events, as *handle* has begun it. */
export interface Streaming {
  readonly step: StreamStep
  /** Id of the job. */
  readonly job: string
}
