import type { LimitReading } from '../../../behaviour/outcome.ts'
import type { FaultName } from '../../../scenario/fault.ts'
import type { Operation } from '../../../spec/model/operation/operation.ts'
import { attempt } from '../../../state/guard.ts'
import type { Delivery } from '../../deliveries/delivery.ts'
import type { SentEvent } from '../../streams/frame.ts'
import type { Facts } from './facts.ts'
import type { HeaderList } from './header-list.ts'
import { ENTRY_SIZE, JournalPool, type PooledJournal } from './journal-pool.ts'

/** One request with its answer and everything decided on the way. */
export interface Exchange {
  /** From 1, in order of arrival in the session. */
  readonly number: number
  readonly session: string
  readonly vendor: string
  /** The vendor's dialect in use; undefined for a vendor without dialects. */
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
  /** Undefined while in work or held, when the client left first, and when a fault left nothing of the answer. */
  readonly response: (Message & { readonly status: number }) | undefined
  readonly fault: FaultName | undefined
  readonly answeredBy: AnsweredBy | undefined
  readonly limits: readonly LimitReading[]
  /** Credits held for the job it started. */
  readonly hold: number | undefined
  /** Credits charged for its answer, where the operation has a `charge`. */
  readonly charged: number | undefined
  readonly job: string | undefined
  /** The limit in whose queue it waited, and for how many ms; undefined if it did not wait. */
  readonly queued: { readonly limit: string; readonly for: number } | undefined
  /** ms by which the answer was delayed. */
  readonly delay: number
  readonly aborted: boolean
  /** Events that a stream has sent so far: the first 1,000. */
  readonly sent: readonly SentEvent[]
}

export interface Message {
  /** A list of pairs that can also be read by name: `response.headers.get('retry-after')`. */
  readonly headers: HeaderList
  /** Text as sent; the number of bytes where the body is binary, exceeds the journal's limit or is too old. */
  readonly body: string | undefined
}

/** Who gave the answer, and why. */
export interface AnsweredBy {
  readonly stage: string
  /** `TooManyRequests#rate`. */
  readonly refusal: string | undefined
  /** Label of the rule that intervened. */
  readonly rule: string | undefined
  readonly because: string
}

/** What the engine records; an {@link Exchange} is rendered from it on each read. */
export interface Entry {
  readonly number: number
  readonly render: () => Exchange
  /** What a verdict needs. */
  readonly facts: () => Facts
  /** Drops the bodies; returns the bytes that are left. */
  readonly dropBodies: () => number
  /** Undefined while its exchange is in work, and where no operation matched. */
  readonly operation?: Operation | undefined
  /** Its bytes that count towards the budget; set by the journal. */
  weight: number
  /** Whether the journal still has it; set by the journal. */
  isKept: boolean
}

/** Notified when an exchange or a webhook attempt in a session has ended. */
export interface Follower {
  readonly exchange: (entry: Entry) => void
  readonly delivery: (delivery: Delivery) => void
}

export interface Journal {
  /** The latest kept entry of each operation: the next one shares equal parts with it. */
  readonly latest: Map<Operation | undefined, Entry>
  /** The list with the numbers of the latest entry, which the next one goes on with. */
  numbers: number[] | undefined
  readonly add: (entry: Entry) => void
  /** Updates the number of bytes that an entry keeps. */
  readonly weigh: (entry: Entry, bytes: number) => void
  /** An exchange has its complete answer, streams included, or has lost its client. */
  readonly ended: (entry: Entry) => void
  readonly delivered: (delivery: Delivery) => void
  /** Adds a follower; returns a function that removes it. */
  readonly follow: (follower: Follower) => () => void
  readonly exchanges: (filter?: ExchangeFilter) => Exchange[]
  /** The facts of all kept entries, for a verdict. */
  readonly facts: () => Facts[]
  /** All kept entries. */
  readonly entries: () => readonly Entry[]
  readonly get: (number: number) => Exchange | undefined
  /** How many old exchanges were dropped to stay within the limits. */
  readonly dropped: () => number
  readonly clear: () => void
  /** Its session has ended: it can be read, but no longer counts towards what all sessions keep. */
  readonly close: () => void
  /** How many exchanges another process recorded before these. Verdicts ignore them. */
  readonly before: () => number
  readonly goOn: (before: number) => void
  /** Adds exchanges of another process, to show them. */
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

/** How much a journal keeps. */
export interface JournalBounds {
  /** Exchanges. */
  readonly most?: number
  /** Bytes. */
  readonly budget?: number
}

/**
 * Keeps the last exchanges of a session in order, up to `most` of them and up to `budget`. Beyond the budget the oldest
 * bodies are dropped first, then the oldest exchanges.
 *
 * @param pool - bounds what all sessions keep together
 * @example
 * mock.journal.exchanges({ vendor: 'seek', status: 429 }).length
 */
export function createJournal(pool = new JournalPool(), { most = MOST, budget = BUDGET }: JournalBounds = {}): Journal {
  let joined = pool
  /** Dropped entries leave a gap at the beginning, which is removed from time to time. */
  let entries: Array<Entry | undefined> = []
  /** Index of the oldest kept entry. */
  let first = 0
  /** Index of the oldest entry that may still have its bodies. */
  let heavy = 0
  let bytes = 0
  let dropped = 0
  let before = 0
  let past: readonly Exchange[] = []
  const followers = new Set<Follower>()
  const latest: Journal['latest'] = new Map()

  const inOrder = (): Entry[] => entries.slice(first) as Entry[]

  const drop = (): void => {
    const entry = entries[first]!
    entries[first++] = undefined
    entry.isKept = false
    if (latest.get(entry.operation) === entry) latest.delete(entry.operation)
    bytes -= entry.weight
    joined.size -= entry.weight + ENTRY_SIZE
    dropped++
    heavy = Math.max(heavy, first)
    // Not before the gap is as long as the rest, so that an entry is copied once at most, on average.
    if (first < entries.length - first) return
    entries = inOrder()
    heavy -= first
    first = 0
  }

  const weigh = (entry: Entry, weight: number): void => {
    if (!entry.isKept) return
    bytes += weight - entry.weight
    joined.size += weight - entry.weight
    entry.weight = weight
  }

  const kept = (): number => entries.length - first

  const dropBodies = (): void => {
    const entry = entries[heavy++]!
    weigh(entry, entry.dropBodies())
  }

  const pooled: PooledJournal = {
    size: () => bytes + ENTRY_SIZE * kept(),
    dropOldest: () => {
      if (heavy - first < Math.ceil(kept() / 2)) dropBodies()
      else if (kept() > 1) drop()
      else return false
      return true
    },
  }
  joined.join(pooled)

  const journal: Journal = {
    latest,
    numbers: undefined,
    add: (entry) => {
      entry.isKept = true
      entries.push(entry)
      joined.size += ENTRY_SIZE
      if (kept() > most) drop()
    },
    weigh: (entry, weight) => {
      weigh(entry, weight)
      while (bytes > budget && heavy < entries.length) dropBodies()
      while (bytes > budget && kept() > 1) drop()
      if (joined.size > joined.budget) joined.shrink(pooled)
    },
    ended: (entry) => {
      for (const follower of followers) attempt('notify a follower of an exchange', () => follower.exchange(entry))
    },
    delivered: (delivery) => {
      for (const follower of followers) attempt('notify a follower of a delivery', () => follower.delivery(delivery))
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
      joined.size -= pooled.size()
      for (const entry of inOrder()) entry.isKept = false
      latest.clear()
      journal.numbers = undefined
      entries = []
      first = 0
      heavy = 0
      bytes = 0
      dropped = 0
    },
    close: () => {
      joined.leave(pooled)
      joined = new JournalPool()
      joined.join(pooled)
    },
  }
  return journal
}
