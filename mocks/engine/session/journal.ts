import type { LimitReading } from '../../behaviour/outcome.ts'
import type { FaultName } from '../../scenario/fault.ts'
import { attempt } from '../../state/guard.ts'
import type { Delivery } from '../deliveries/delivery.ts'
import type { SentEvent } from '../streams/frame.ts'
import type { Facts } from './facts.ts'
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
  /** Credits that its answer cost, where the operation has a `charge`. */
  readonly charged: number | undefined
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
  /** Text as it was sent, or how many bytes there were: where it is binary, larger than the journal keeps, or long ago. */
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

/** What the engine records; rendered into an {@link Exchange} when it is read. */
export interface Entry {
  readonly number: number
  readonly render: () => Exchange
  /** What a verdict needs. */
  readonly facts: () => Facts
  /** Lets go of the bodies; gives the bytes that are left. */
  readonly lighten: () => number
  /** Bytes of it that count; the journal's own. */
  weight: number
  /** Whether it still is in the journal; the journal's own. */
  isKept: boolean
}

/** Hears what has ended in a session: an exchange, or an attempt at a webhook. */
export interface Follower {
  readonly exchange: (entry: Entry) => void
  readonly delivery: (delivery: Delivery) => void
}

export interface Journal {
  readonly add: (entry: Entry) => void
  /** What an entry keeps has come to so many bytes. */
  readonly weigh: (entry: Entry, bytes: number) => void
  /** An exchange has its answer, which for a stream is all of it, or has lost its client. */
  readonly ended: (entry: Entry) => void
  readonly delivered: (delivery: Delivery) => void
  /** Gives what ends the following. */
  readonly follow: (follower: Follower) => () => void
  readonly exchanges: (filter?: ExchangeFilter) => Exchange[]
  /** All that are kept, for a verdict. */
  readonly facts: () => Facts[]
  /** All that are kept, each rendered when it is read. */
  readonly entries: () => readonly Entry[]
  readonly get: (number: number) => Exchange | undefined
  /** How many old ones were dropped to keep within the size. */
  readonly dropped: () => number
  readonly clear: () => void
  /** How many exchanges came before its own, in another process. No verdict looks at them. */
  readonly before: () => number
  readonly goOn: (before: number) => void
  /** Shows some of them. */
  readonly recall: (exchanges: readonly Exchange[]) => void
}

export interface ExchangeFilter {
  readonly vendor?: string | undefined
  readonly operation?: string | undefined
  readonly status?: number | undefined
}

/** Exchanges that a session keeps. */
const MOST = 10_000
/** Bytes of heads and bodies that a session keeps. */
const BUDGET = 32 * 1024 * 1024

/**
 * Keeps the last exchanges of a session, in order: `most` of them, and so many bytes of them. Where these are too many, the
 * oldest bodies go first, and then the oldest exchanges.
 *
 * @param budget - bytes
 * @example
 * mock.journal.exchanges({ vendor: 'seek', status: 429 }).length
 */
export function createJournal(most = MOST, budget = BUDGET): Journal {
  /** Those that are dropped leave a gap at the beginning, which is cut off now and then. */
  let entries: Array<Entry | undefined> = []
  /** Place of the oldest that is kept. */
  let first = 0
  /** Place of the oldest whose bodies may be there. */
  let heavy = 0
  let bytes = 0
  let dropped = 0
  let before = 0
  let past: readonly Exchange[] = []
  const followers = new Set<Follower>()

  const inOrder = (): Entry[] => entries.slice(first) as Entry[]

  const drop = (): void => {
    const entry = entries[first]!
    entries[first++] = undefined
    entry.isKept = false
    bytes -= entry.weight
    dropped++
    heavy = Math.max(heavy, first)
    if (first < most) return
    entries = inOrder()
    heavy -= first
    first = 0
  }

  const weigh = (entry: Entry, weight: number): void => {
    if (!entry.isKept) return
    bytes += weight - entry.weight
    entry.weight = weight
  }

  return {
    add: (entry) => {
      entry.isKept = true
      entries.push(entry)
      if (entries.length - first > most) drop()
    },
    weigh: (entry, weight) => {
      weigh(entry, weight)
      for (; bytes > budget && heavy < entries.length; heavy++) weigh(entries[heavy]!, entries[heavy]!.lighten())
      while (bytes > budget && entries.length - first > 1) drop()
    },
    ended: (entry) => {
      for (const follower of followers) attempt('tell a follower of an exchange', () => follower.exchange(entry))
    },
    delivered: (delivery) => {
      for (const follower of followers) attempt('tell a follower of a delivery', () => follower.delivery(delivery))
    },
    follow: (follower) => {
      followers.add(follower)
      return () => {
        followers.delete(follower)
      }
    },
    exchanges: (filter = {}) =>
      [...past, ...inOrder().map((entry) => entry.render())].filter(
        (exchange) =>
          (filter.vendor === undefined || exchange.vendor === filter.vendor) &&
          (filter.operation === undefined || exchange.operation === filter.operation) &&
          (filter.status === undefined || exchange.response?.status === filter.status),
      ),
    facts: () => inOrder().map((entry) => entry.facts()),
    entries: inOrder,
    get: (number) =>
      inOrder()
        .find((entry) => entry.number === number)
        ?.render(),
    dropped: () => dropped + before - past.length,
    before: () => before,
    goOn: (count) => {
      before = count
    },
    recall: (exchanges) => {
      past = exchanges
    },
    clear: () => {
      before = 0
      past = []
      for (const entry of inOrder()) entry.isKept = false
      entries = []
      first = 0
      heavy = 0
      bytes = 0
      dropped = 0
    },
  }
}
