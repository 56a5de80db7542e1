import type { FaultName } from '../scenario/fault.ts'
import type { SentEvent } from './frame.ts'
import type { LimitReading } from '../behaviour/turn.ts'
import type { Delivery } from './delivery.ts'
import type { HeaderList } from './header-list.ts'

/** One request with its answer and everything decided on the way. */
export interface Exchange {
  /** From 1, in order of arrival in the session. */
  readonly number: number
  readonly session: string
  readonly vendor: string
  /** Which of the vendor's dialects it was spoken in; undefined for a vendor that has none. */
  readonly dialect: string | undefined
  /** operationId; undefined when no operation matched. */
  readonly operation: string | undefined
  readonly method: string
  readonly path: string
  readonly query: string
  /** ms since 1970 on the session's clock. */
  readonly at: number
  /** The credential, masked. */
  readonly credential: string | undefined
  readonly account: string | undefined
  readonly request: Message
  /** Undefined while it is in work or held, when the client went away first, and when a fault left nothing of it. */
  readonly response: (Message & { readonly status: number }) | undefined
  readonly fault: FaultName | undefined
  readonly answeredBy: AnsweredBy | undefined
  readonly limits: readonly LimitReading[]
  /** Credits set aside for the job it started. */
  readonly hold: number | undefined
  readonly job: string | undefined
  /** Which limit had it wait in its queue, and for how many ms; undefined where none had. */
  readonly queued: { readonly limit: string; readonly for: number } | undefined
  /** ms by which the answer was held back. */
  readonly delay: number
  readonly aborted: boolean
  /** Events that a stream has sent so far: the first 1,000. */
  readonly sent: readonly SentEvent[]
}

export interface Message {
  /** A list of pairs that is read by name too: `response.headers.get('retry-after')`. */
  readonly headers: HeaderList
  /** Text, or a note in its place when it is binary or larger than the journal keeps. */
  readonly body: string | undefined
}

/** Who gave the answer, and why. */
export interface AnsweredBy {
  readonly stage: string
  /** `TooManyRequests#rate`. */
  readonly refusal: string | undefined
  /** Label of the rule that cut in. */
  readonly rule: string | undefined
  readonly because: string
}

/** What the engine writes down; rendered into an {@link Exchange} when somebody asks. */
export interface Entry {
  readonly number: number
  readonly render: () => Exchange
}

/** Hears what has ended in a session: an exchange, or an attempt at a webhook. */
export interface Follower {
  readonly exchange: (entry: Entry) => void
  readonly delivery: (delivery: Delivery) => void
}

export interface Journal {
  readonly add: (entry: Entry) => void
  /** An exchange has its answer, which for a stream is all of it, or has lost its client. */
  readonly ended: (entry: Entry) => void
  readonly delivered: (delivery: Delivery) => void
  /** Gives what ends the following. */
  readonly follow: (follower: Follower) => () => void
  readonly exchanges: (filter?: ExchangeFilter) => Exchange[]
  readonly get: (number: number) => Exchange | undefined
  /** How many old ones were dropped to keep within the size. */
  readonly dropped: () => number
  readonly clear: () => void
}

export interface ExchangeFilter {
  readonly vendor?: string | undefined
  readonly operation?: string | undefined
  readonly status?: number | undefined
}

/**
 * Keeps the last `size` exchanges of a session, in order.
 *
 * @example
 * mock.journal.exchanges({ vendor: 'seek', status: 429 }).length
 */
export function createJournal(size = 10_000): Journal {
  let ring: Entry[] = []
  let next = 0
  let dropped = 0
  const followers = new Set<Follower>()

  const inOrder = (): Entry[] => (ring.length < size ? ring : [...ring.slice(next), ...ring.slice(0, next)])

  return {
    add: (entry) => {
      if (ring.length < size) {
        ring.push(entry)
        return
      }
      ring[next] = entry
      next = (next + 1) % size
      dropped++
    },
    ended: (entry) => {
      for (const follower of followers) follower.exchange(entry)
    },
    delivered: (delivery) => {
      for (const follower of followers) follower.delivery(delivery)
    },
    follow: (follower) => {
      followers.add(follower)
      return () => {
        followers.delete(follower)
      }
    },
    exchanges: (filter = {}) =>
      inOrder()
        .map((entry) => entry.render())
        .filter(
          (exchange) =>
            (filter.vendor === undefined || exchange.vendor === filter.vendor) &&
            (filter.operation === undefined || exchange.operation === filter.operation) &&
            (filter.status === undefined || exchange.response?.status === filter.status),
        ),
    get: (number) => ring.find((entry) => entry.number === number)?.render(),
    dropped: () => dropped,
    clear: () => {
      ring = []
      next = 0
      dropped = 0
    },
  }
}
