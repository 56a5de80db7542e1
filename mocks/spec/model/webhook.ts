import type { SchemaObject } from '../schema/schema-object.ts'
import type { Value } from '../values/value.ts'
import type { Job } from './job.ts'

/** A webhook: what the vendor sends to a client unasked. */
export interface Webhook {
  readonly name: string
  readonly job: Job
  /** The states whose beginning it reports. */
  readonly states: ReadonlySet<string>
  /** Read when the job starts; nothing is sent where it gives none. */
  readonly to: Value
  /** What the body begins with; undefined begins with nothing. */
  readonly item: 'job' | Value | undefined
  readonly body: ReadonlyArray<readonly [field: string, value: Value]>
  readonly headers: ReadonlyArray<readonly [name: string, value: Value]>
  /** What the document says of the body. */
  readonly schema: SchemaObject | undefined
  readonly acknowledge: Acknowledge
  /** ms after the failure of the attempt before. */
  readonly retry: readonly number[]
  readonly sign: Signature | undefined
  /** A header that shows a secret as it is; both are read when the job starts, and a header without a name is not sent. */
  readonly secret: { readonly header: Value; readonly value: Value | undefined } | undefined
}

/** What a receiver has to answer, and how soon. */
export interface Acknowledge {
  readonly status: ReadonlyArray<number | '2xx'>
  /** ms. */
  readonly within: number
}

/** A header made of the body and a secret: HMAC-SHA256. */
export interface Signature {
  readonly header: string
  readonly encoding: 'hex' | 'base64'
  /** What stands before the signature: `sha256=`. */
  readonly prefix: string
  readonly secret: Value | undefined
  /** Why the mock signs so, where the vendor does not say. */
  readonly assumed: string | undefined
}
