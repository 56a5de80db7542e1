import { hash } from '../state/hash.ts'
import { type Clock, createClock } from '../state/clock.ts'
import { createMemoryStore, type Store } from '../state/store.ts'
import type { Situation, Rule } from '../scenario/situation.ts'
import { createJournal, type Journal } from './journal.ts'
import type { Override } from './override.ts'

/** One isolated world: its own clock, store, situation, journal and credentials. */
export interface Session {
  readonly id: string
  /** Everything the session issues begins with it, in the vendor's format. */
  readonly tag: string
  /** Accepts only what it has issued or its accounts list. */
  readonly strict: boolean
  readonly clock: Clock
  readonly store: Store
  readonly journal: Journal
  situation: Situation
  /** What tests have put over the scenario, the newest first. */
  rules: readonly Rule[]
  overrides: readonly Override[]
  /** Exchanges so far. */
  count: number
  /** The latest instant that was served: no exchange acts before it. */
  latest: number
  readonly held: Map<string, Held>
  /** Exchanges in work: neither answered nor held. */
  working: number
  /** Answers that broke their contract, while replies are checked. */
  readonly breaches: string[]
}

/** An exchange that waits on the session's clock. */
export interface Held {
  readonly exchange: number
  readonly vendor: string
  readonly operation: string | undefined
  readonly method: string
  readonly path: string
  /** ms since 1970 on the session's clock. */
  readonly until: number
  readonly reason: string
}

export const DEFAULT_SESSION = 'default'

export function createSession(id: string, situation: Situation, options: { strict: boolean }): Session {
  return {
    id,
    tag: tagOf(id),
    strict: options.strict,
    clock: createClock(situation.clock),
    store: createMemoryStore(),
    journal: createJournal(),
    situation,
    rules: [],
    overrides: [],
    count: 0,
    latest: 0,
    held: new Map(),
    working: 0,
    breaches: [],
  }
}

/** Length of every tag, so that it can be cut off a credential. */
export const TAG_LENGTH = 10

/** The tag of a session's credentials: letters and digits, which every vendor's format allows. */
export function tagOf(id: string): string {
  return id === DEFAULT_SESSION ? 'sparring00' : `sp${hash(id).slice(0, TAG_LENGTH - 2)}`
}
