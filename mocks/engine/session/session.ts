import type { Situation, Then } from '../../scenario/situation.ts'
import { type Clock, createClock } from '../../state/clock.ts'
import { createMemoryStore, type Store } from '../../state/store.ts'
import type { Override } from '../answer/override.ts'
import { type Courier, NO_COURIER } from '../deliveries/courier.ts'
import type { Send } from '../deliveries/delivery.ts'
import { createJournal, type Journal } from './journal.ts'

/** One isolated world: its own clock, store, situation, journal and credentials. */
export interface Session {
  readonly id: string
  /** Everything the session issues begins with it, in the vendor's format. */
  readonly tag: string
  readonly clock: Clock
  readonly store: Store
  readonly journal: Journal
  /** Finished jobs of each kind that are kept: what ended first is let go beyond that. */
  keepJobs: number
  situation: Situation
  /** Errors that tests have prepared for single calls, in their order. */
  nexts: readonly Next[]
  /** What tests answer themselves, the newest first. */
  overrides: readonly Override[]
  /** Exchanges so far. */
  count: number
  /** The latest instant that was served: no exchange acts before it. */
  latest: number
  readonly held: Map<string, Held>
  /** Clients that sleep on the clock. */
  readonly asleep: Set<Held>
  /** Lets exchanges that wait in queues act again, by their numbers. */
  readonly calls: Map<string, () => void>
  /** When each vendor began to play what it plays, in ms since 1970 on the clock. */
  readonly starts: Map<string, number>
  /** Exchanges in work: neither answered nor held. */
  working: number
  /** How many drives move the clock now: no notice asks to move it meanwhile. */
  drives: number
  /** Which stretch this is: each `play` and `reset` begins a new one, and no rule of conduct looks across them. */
  stretch: number
  /** The test that requests belong to, unless they say so themselves. */
  scope: string
  /** Answers that broke their contract, while replies are checked. */
  readonly breaches: string[]
  /** Sends what is due to be delivered; set by the world that the session lives in. */
  outbox: Outbox
  /** Who carries deliveries, and where to. */
  courier: Courier
  /** Called when the session is closed: ends what follows it. */
  readonly followers: Set<() => void>
  /**
   * Where its rows are kept elsewhere too: a promise that resolves when all steps so far are, or undefined when they are.
   * It rejects when they cannot be.
   */
  kept: (() => Promise<void> | undefined) | undefined
}

/** An error that a test has prepared for the next calls of one operation. */
export interface Next {
  /** `mock.next('seek', 'getJob', '500')`: what reports call it. */
  readonly label: string
  /** Unique in the session; how often it was taken is kept under it. */
  readonly key: string
  readonly vendor: string
  readonly operation: string
  /** As the test has named it. */
  readonly error: string | number
  readonly then: Then
  readonly times: number
}

/** An exchange that waits on the session's clock, or a client that sleeps on it and has no request there. */
export interface Held {
  readonly exchange: number | undefined
  readonly vendor: string | undefined
  readonly operation: string | undefined
  readonly method: string | undefined
  readonly path: string | undefined
  /** ms since 1970 on the session's clock; `Infinity` for what hangs until its client gives up. */
  readonly until: number
  /** `latency`, `hang`, `slow-body`, `queue`, `stream`; `events` and `job`, which are waited for; `sleep` of a client. */
  readonly reason: string
  /** In whose queue it waits. */
  readonly limit: string | undefined
}

/** Sends a session's deliveries when they are due: the one thing, beside held exchanges, that waits on its clock. */
export interface Outbox {
  /** Sets a timer for what falls due next. It does so by itself after every step, but not for rows that were loaded. */
  readonly arm: () => void
  /** Makes attempts that a step has begun, in order. */
  readonly send: (sends: readonly Send[]) => void
  readonly isSending: (id: string) => boolean
  /** Attempts in work, and one more where some are due. */
  readonly working: () => number
  /** Takes back what is in work; nothing of it is written down. */
  readonly halt: () => void
}

/** Before a session has come into its world. */
const CLOSED_OUTBOX: Outbox = {
  arm: () => {},
  send: () => {},
  isSending: () => false,
  working: () => 0,
  halt: () => {},
}

export const DEFAULT_SESSION = 'default'

/** Some 40 MB of jobs: more than a test polls, and less than a process has. */
const KEPT_JOBS = 100_000

export function createSession(id: string, situation: Situation, tag: string, store = createMemoryStore()): Session {
  const clock = createClock({ ...situation.clock, served: () => session.latest })
  const session: Session = {
    id,
    tag,
    clock,
    store,
    journal: createJournal(),
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

/** Ends what is in work: nothing is sent any more; sleepers on the clock and followers of the session are released. */
export function closeSession(session: Session): void {
  session.outbox.halt()
  session.clock.reset()
  for (const end of session.followers) end()
}

/** Closes a session that cannot be reached any more: what it keeps is freed, even if a caller still holds the object. */
export function endSession(session: Session): void {
  closeSession(session)
  session.outbox = CLOSED_OUTBOX
  session.store.clear()
}

/** Now, in ms since 1970: what the session's clock says, but nothing happens before what has happened. */
export function instantOf({ clock, latest }: Pick<Session, 'clock' | 'latest'>): number {
  return Math.max(clock.now(), latest)
}
