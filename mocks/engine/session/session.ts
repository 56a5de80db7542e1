import type { Situation, Then } from '../../scenario/situation.ts'
import { type Clock, createClock } from '../../state/clock.ts'
import { createMemoryStore, type Store } from '../../state/store.ts'
import type { Override } from '../answer/override.ts'
import { type Courier, NO_COURIER } from '../deliveries/courier.ts'
import type { Send } from '../deliveries/delivery.ts'
import { createJournal, type Journal } from './journal/journal.ts'
import type { JournalPool } from './journal/journal-pool.ts'

/** An isolated world with its own clock, store, situation, journal and credentials. */
export interface Session {
  readonly id: string
  /** Prefix of everything that the session issues, in the vendor's format. */
  readonly tag: string
  readonly clock: Clock
  readonly store: Store
  readonly journal: Journal
  /** Most finished jobs kept per kind; beyond that the one that ended first is deleted. */
  keepJobs: number
  situation: Situation
  /** Errors that tests have prepared for single calls, in order. */
  nexts: readonly Next[]
  /** Overrides of tests, newest first. */
  overrides: readonly Override[]
  /** Number of exchanges so far. */
  count: number
  /** The latest instant served; no exchange acts before it. */
  latest: number
  readonly held: Map<string, Held>
  /** Clients that sleep on the session's clock. */
  readonly asleep: Set<Held>
  /** Wakes exchanges that wait in queues, by their numbers. */
  readonly calls: Map<string, () => void>
  /** When each vendor's situation began, in ms since 1970 on the clock. */
  readonly starts: Map<string, number>
  /** Number of exchanges in work, that is neither answered nor held. */
  working: number
  /** Number of drivers moving the clock; while there is one, no notice asks to move it. */
  drives: number
  /** Number of the current stretch. `play` and `reset` begin a new one; no conduct rule compares across them. */
  stretch: number
  /** The test that requests belong to, unless a header names another. */
  scope: string
  /** Answers that broke their contract while replies were checked. */
  readonly breaches: string[]
  /** Sends deliveries that are due; set by the world that owns the session. */
  outbox: Outbox
  /** Carries deliveries to their receivers. */
  courier: Courier
  /** Called when the session is closed, to stop its followers. */
  readonly followers: Set<() => void>
  /**
   * Set where the rows are also stored elsewhere: returns a promise that resolves when all steps so far are stored, or
   * undefined if they are. The promise rejects when they cannot be stored.
   */
  kept: (() => Promise<void> | undefined) | undefined
}

/** An error that a test has prepared for the next calls of one operation. */
export interface Next {
  /** Its name in reports: `mock.next('seek', 'getJob', '500')`. */
  readonly label: string
  /** Unique in the session; the number of uses is stored under it. */
  readonly key: string
  readonly vendor: string
  readonly operation: string
  /** As named by the test. */
  readonly error: string | number
  readonly then: Then
  readonly times: number
}

/** An exchange that waits on the session's clock, or a client that sleeps on it without a request. */
export interface Held {
  readonly exchange: number | undefined
  readonly vendor: string | undefined
  readonly operation: string | undefined
  readonly method: string | undefined
  readonly path: string | undefined
  /** ms since 1970 on the session's clock; `Infinity` for a hang until the client gives up. */
  readonly until: number
  /** `latency`, `hang`, `slow-body`, `queue`, `stream`; `events` and `job`, if awaited; `sleep` of a client. */
  readonly reason: string
  /** The limit in whose queue it waits. */
  readonly limit: string | undefined
}

/** Sends a session's deliveries when they are due. Beside held exchanges it alone waits on the session's clock. */
export interface Outbox {
  /** Sets a timer for the next due delivery. Needed only for rows that were loaded; every step does it by itself. */
  readonly arm: () => void
  /** Makes the attempts that a step has begun, in order. */
  readonly send: (sends: readonly Send[]) => void
  readonly isSending: (id: string) => boolean
  /** Number of attempts in work, plus one if some are due. */
  readonly working: () => number
  /** Cancels the attempts in work without recording them. */
  readonly halt: () => void
}

/** Used until the session is added to its world. */
const CLOSED_OUTBOX: Outbox = {
  arm: () => {},
  send: () => {},
  isSending: () => false,
  working: () => 0,
  halt: () => {},
}

export const DEFAULT_SESSION = 'default'

/** About 40 MB of jobs: more than a test polls, and less than the memory of a process. */
const KEPT_JOBS = 100_000

/** Where a session keeps what it keeps; by default in memory, and bounded by itself. */
export interface Places {
  readonly store?: Store | undefined
  readonly journals?: JournalPool | undefined
}

export function createSession(
  id: string,
  situation: Situation,
  tag: string,
  { store = createMemoryStore(), journals }: Places = {},
): Session {
  const clock = createClock({ ...situation.clock, served: () => session.latest })
  const session: Session = {
    id,
    tag,
    clock,
    store,
    journal: createJournal(journals),
    keepJobs: KEPT_JOBS,
    situation,
    nexts: [],
    overrides: [],
    count: 0,
    latest: 0,
    held: new Map(),
    asleep: new Set(),
    calls: new Map(),
    starts: new Map([...situation.vendors.keys()].map((vendor) => [vendor, clock.now()])),
    working: 0,
    drives: 0,
    stretch: 0,
    scope: '',
    breaches: [],
    outbox: CLOSED_OUTBOX,
    courier: NO_COURIER,
    followers: new Set(),
    kept: undefined,
  }
  return session
}

/** Stops deliveries, and releases sleepers on the clock and followers of the session. */
export function closeSession(session: Session): void {
  session.outbox.halt()
  session.clock.reset()
  for (const end of session.followers) end()
}

/** Closes a session that cannot be reached any more and frees its memory, even if a caller still has the object. */
export function endSession(session: Session): void {
  closeSession(session)
  session.outbox = CLOSED_OUTBOX
  session.store.clear()
  session.journal.close()
}

/** Now, in ms since 1970, by the session's clock, but never before the latest instant served. */
export function instantOf({ clock, latest }: Pick<Session, 'clock' | 'latest'>): number {
  return Math.max(clock.now(), latest)
}
