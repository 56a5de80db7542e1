import type { Random } from '../../state/hash.ts'
import type { Printer } from '../codec/print-value.ts'
import type { Value } from '../values/value.ts'
import type { Collection } from './collection.ts'
import type { Refusal } from './response.ts'
import type { SchemaObject } from '../schema/schema-object.ts'

export interface Job {
  readonly name: string
  /** Table of its rows in the store. */
  readonly table: string
  /** Table with the newest job of each account. */
  readonly newest: string
  /** Topics of its due rows, by what is due: the end of a job, or a request for slots. */
  readonly topics: { readonly job: string; readonly ask: string }
  readonly collection: Collection
  /** Generates an id: `job_{hex12}` with digits from the given randomness. */
  readonly id: (chance: Random) => string
  readonly initial: string
  readonly states: ReadonlyMap<string, JobState>
  /** Evaluated once, when the job starts. */
  readonly start: ReadonlyArray<readonly [field: string, value: Value]>
  /** Evaluated whenever the item is read. */
  readonly item: readonly JobField[]
  readonly credits: JobCredits | undefined
  readonly repeat: Repeat | undefined
  /** Whether one of its states waits for slots. */
  readonly hasSlots: boolean
  /** Initial jobs, by id. */
  readonly items: ReadonlyMap<string, GivenJob>
}

/** A field of the item that shows a job. */
export interface JobField {
  readonly field: string
  readonly value: Value
  /** The member of `$job` that it shows, where it is only that. */
  readonly member: string | undefined
}

/** How a repeated job is treated: one that asks for the same as an earlier job of the account. */
export interface Repeat {
  /** What makes two jobs equal; undefined compares their inputs. */
  readonly by: Value | undefined
  /** Starts the job as a new one where this is true. */
  readonly unless: Value | undefined
  readonly outcome: string | undefined
  /** Held instead of the job's own price. */
  readonly hold: Value
}

export interface GivenJob {
  /** The states so far; `at` in ms since 1970. */
  readonly timeline: ReadonlyArray<{ readonly state: string; readonly at: number }>
  readonly start: Readonly<Record<string, unknown>>
}

export interface JobState {
  readonly name: string
  /** The state's value in answers: its name, unless the spec gives another. */
  readonly as: unknown
  readonly final: boolean
  /** A job in this state is no longer found. */
  readonly gone: boolean
  /** ms until `then`; undefined waits for a verb. */
  readonly for: Value | undefined
  /** The same, where it does not depend on the request. */
  readonly lasts: number | undefined
  readonly then: string | undefined
  /** Alternative ends that only a scenario or the input chooses. */
  readonly or: readonly string[]
  readonly on: ReadonlyMap<string, string>
  readonly item: readonly JobField[]
  /** Events of the state, in their order within one instant. */
  readonly events: readonly StateEvent[]
  /** A job needs a slot of each pool to leave this state for `then`, and keeps them until it is final. */
  readonly slots: readonly SlotPool[]
}

export interface SlotPool {
  /** Separate counters: each entry is a list of alternatives, tried in order. */
  readonly per: ReadonlyArray<readonly Value[]>
  /** null is unlimited. */
  readonly capacity: Value
}

export interface JobCredits {
  readonly hold: Value
  /** By final state; `hold` charges the held credits. */
  readonly settle: ReadonlyMap<string, 'hold' | Value>
  readonly fallback: 'hold' | Value
  readonly refuse: Refusal
}

/** An event in a state of a job: streams send it and cursors read it. */
export interface StateEvent {
  readonly type: string
  /** ms after the state began. */
  readonly after: number
  /** ms between repetitions. */
  readonly every: number
  /** Number of repetitions; `Infinity` lasts as long as the state. */
  readonly times: number
  /** A field of the job's start, a list: the event happens once for each entry, `at` ms after the state began. */
  readonly each: string | undefined
  readonly data: Value | undefined
  /** Prints the data, where no schema completes them. */
  readonly print: Printer | undefined
  /** The schema of the data, where documented. */
  readonly schema: SchemaObject | undefined
}
