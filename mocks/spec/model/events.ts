import type { SchemaObject } from '../schema/schema-object.ts'
import type { Value } from '../values/value.ts'
import type { Job } from './job.ts'
import type { Patch, Refusal, ResponseSpec } from './response.ts'

export type { StateEvent } from './job.ts'

/** An operation that returns a job's events after a cursor, and waits if there is none yet. */
export interface EventsStep {
  readonly job: Job
  /** Index of the last event that the client knows; -1 where it gives none. */
  readonly after: Value
  /** ms for which it waits at most. */
  readonly hold: number
  readonly envelope: string | undefined
  /** Fields of an entry, before those of the event's data. */
  readonly item: ReadonlyArray<readonly [field: string, value: Value]>
}

/** A job start that may answer only when the job has ended. */
export interface JobWait {
  /** Whether this request waits; undefined for all of them. */
  readonly when: Value | undefined
  /** ms, or a duration, for which it waits at most; undefined for as long as it takes. */
  readonly for: Value | undefined
  /** The answer when the job has ended. */
  readonly response: ResponseSpec | undefined
  readonly body: readonly Patch[]
  /** The answer when the time is over before; undefined is the normal one. */
  readonly late: Refusal | undefined
}

/** An operation that sends a job's events as they happen: server-sent events. */
export interface StreamStep {
  readonly job: Job
  /** The documented answer, in its streamed form. */
  readonly response: ResponseSpec
  /** Whether it streams only for clients that say they accept a stream: the document has another form of the answer. */
  readonly onRequest: boolean
  readonly init: Message | undefined
  readonly each: Message
  readonly done: Message | undefined
  /** Sent where a scenario says so. */
  readonly error: Message | undefined
  readonly timeout: Message | undefined
  /** ms after which the stream ends though its job has not. */
  readonly timeoutAfter: number
  readonly keepAlive: KeepAlive | undefined
  /** ms that a client has to wait before it opens the stream again. */
  readonly retry: number | undefined
}

/** What one event of a stream looks like. */
export interface Message {
  readonly event: Value | undefined
  readonly id: Value | undefined
  /** Undefined is the job, as answers show it. */
  readonly data: Value | undefined
  readonly schema: SchemaObject | undefined
}

export interface KeepAlive {
  /** ms. */
  readonly every: number
  readonly comment: string
}
