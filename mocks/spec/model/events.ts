import type { SchemaObject } from '../schema/schema-object.ts'
import type { MemberValue } from '../codec/print-value.ts'
import type { Value } from '../values/value.ts'
import type { Job } from './job.ts'
import type { Patch, Refusal, ResponseSpec } from './response.ts'

export type { StateEvent } from './job.ts'

/** An operation that returns a job's events after a cursor, and waits if there is none yet. */
export interface EventsStep {
  readonly job: Job
  /** Index of the last event that the client has; -1 without one. */
  readonly after: Value
  /** Maximum ms to wait. */
  readonly hold: number
  readonly envelope: string | undefined
  /** Fields of an entry, before those of the event's data. */
  readonly item: ReadonlyArray<readonly [field: string, value: Value]>
}

/** A job start that may answer only when the job has ended. */
export interface JobWait {
  /** Whether this request waits; undefined for all of them. */
  readonly when: Value | undefined
  /** Maximum wait, in ms or as a duration; undefined is unlimited. */
  readonly for: Value | undefined
  /** The answer when the job has ended. */
  readonly response: ResponseSpec | undefined
  readonly body: readonly Patch[]
  /** The answer when the wait times out; undefined is the normal answer. */
  readonly late: Refusal | undefined
}

/** An operation that sends a job's events as they happen, by server-sent events. */
export interface StreamStep {
  readonly job: Job
  /** The documented answer, in its streamed form. */
  readonly response: ResponseSpec
  /**
   * Whether it streams only for clients that accept a stream, since the document has another media type for the answer.
   */
  readonly onRequest: boolean
  readonly init: Message | undefined
  readonly each: Message
  readonly done: Message | undefined
  /** Sent when a scenario says so. */
  readonly error: Message | undefined
  readonly timeout: Message | undefined
  /** ms after which the stream ends even if its job has not. */
  readonly timeoutAfter: number
  readonly keepAlive: KeepAlive | undefined
  /** ms before a client may reconnect. */
  readonly retry: number | undefined
}

/** One message of a stream; the scope of its values has the members of `event` at hand. */
export interface Message {
  readonly event: MemberValue | undefined
  readonly id: MemberValue | undefined
  /** Undefined means the job, as answers show it. */
  readonly data: Value | undefined
  readonly schema: SchemaObject | undefined
  /** Whether it passes on the data of an event as they are, and reads them nowhere else. */
  readonly isPassing: boolean
}

export interface KeepAlive {
  /** ms. */
  readonly every: number
  readonly comment: string
}
