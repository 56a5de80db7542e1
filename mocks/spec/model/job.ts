import type { Random } from '../../state/hash.ts'
import type { Value } from '../values/value.ts'
import type { Collection } from './collection.ts'
import type { Refusal } from './response.ts'
import type { SchemaObject } from '../schema/schema-object.ts'

export interface Job {
  readonly name: string
  /** Where its rows stand in the store. */
  readonly table: string
  /** Where each account's newest one is named. */
  readonly newest: string
  readonly collection: Collection
  /** Writes an id: `job_{hex12}` with digits drawn from the given chance. */
  readonly id: (chance: Random) => string
  readonly initial: string
  readonly states: ReadonlyMap<string, JobState>
  /** Read once, when the job starts. */
  readonly start: ReadonlyArray<readonly [field: string, value: Value]>
  /** Read whenever the item is. */
  readonly item: readonly JobField[]
  readonly credits: JobCredits | undefined
  readonly repeat: Repeat | undefined
  /** Whether a state of it waits for slots. */
  readonly hasSlots: boolean
  /** Jobs that are there from the start, by id. */
  readonly items: ReadonlyMap<string, GivenJob>
}

/** A field of the item that shows a job. */
export interface JobField {
  readonly field: string
  readonly value: Value
  /** The member of `$job` that it shows, where it is no more than that. */
  readonly member: string | undefined
}

/** How a job goes that asks for what an earlier one of the account has asked for. */
export interface Repeat {
  /** What makes two alike; undefined compares their inputs. */
  readonly by: Value | undefined
  /** Starts it like a first one where it is true. */
  readonly unless: Value | undefined
  readonly outcome: string | undefined
  /** What is held in place of the job's own price. */
  readonly hold: Value
}

export interface GivenJob {
  /** How it came to where it stands; `at` in ms since 1970. */
  readonly timeline: ReadonlyArray<{ readonly state: string; readonly at: number }>
  readonly start: Readonly<Record<string, unknown>>
}

export interface JobState {
  readonly name: string
  /** Its value in answers: its name, unless the spec gives another one. */
  readonly as: unknown
  readonly final: boolean
  /** A job in this state is not found any more. */
  readonly gone: boolean
  /** ms until `then`; undefined waits for a verb. */
  readonly for: Value | undefined
  /** The same where no request decides it. */
  readonly lasts: number | undefined
  readonly then: string | undefined
  /** Ends that only a scenario or the input chooses. */
  readonly or: readonly string[]
  readonly on: ReadonlyMap<string, string>
  readonly item: readonly JobField[]
  /** Moments in it, in the order in which those of one instant happen. */
  readonly events: readonly StateEvent[]
  /** Without one of each, a job does not leave it for `then`; it keeps them until it is final. */
  readonly slots: readonly SlotPool[]
}

export interface SlotPool {
  /** What is counted apart: each entry is a list of alternatives, read in order. */
  readonly per: ReadonlyArray<readonly Value[]>
  /** null is unlimited. */
  readonly capacity: Value
}

export interface JobCredits {
  readonly hold: Value
  /** By final state; `hold` charges what was held. */
  readonly settle: ReadonlyMap<string, 'hold' | Value>
  readonly fallback: 'hold' | Value
  readonly refuse: Refusal
}

/** A moment in a state of a job: what streams send and cursors read. */
export interface StateEvent {
  readonly type: string
  /** ms after the state began. */
  readonly after: number
  /** ms between repetitions. */
  readonly every: number
  /** How often; `Infinity` is as long as the state lasts. */
  readonly times: number
  /** A field of the job's start, a list: the event happens once for each entry, `at` ms after the state began. */
  readonly each: string | undefined
  readonly data: Value | undefined
  /** What the data has to fit, where that is documented. */
  readonly schema: SchemaObject | undefined
}
