import type { SchemaObject } from '../schema/schema-object.ts'
import type { Value } from '../values/value.ts'
import type { Job } from './job.ts'
import type { Representation } from './response.ts'

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

/** A request that the vendor sends, of which the document has the body alone. */
export interface PlainWebhook {
  readonly name: string
  /** As it is sent: `POST`. */
  readonly method: string
  /** Undefined where the document has none. */
  readonly body: Representation | undefined
}

/** A request that an operation's answer is followed by (OpenAPI 3.1.1 section 4.8.18). */
export interface Callback extends PlainWebhook {
  /** Where it goes: texts, and runtime expressions between them. Nothing is sent where one of these has no value. */
  readonly url: ReadonlyArray<string | RuntimeExpression>
}

/** What is read of a request and its answer (OpenAPI 3.1.1 section 4.8.20.4). */
export interface RuntimeExpression {
  readonly of: 'url' | 'method' | 'statusCode' | 'request' | 'response'
  readonly in: 'header' | 'query' | 'path' | 'body' | undefined
  /** The name of a header or a parameter, or a JSON Pointer into a body. */
  readonly name: string
}
