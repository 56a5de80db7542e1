import type { ResponseHeader } from '../codec/response-header.ts'
import type { Encodings } from '../media/body-form.ts'
import type { SchemaObject } from '../schema/schema-object.ts'
import type { Value } from '../values/value.ts'

/** One way in which an answer is written (RFC 9110 section 3.2). */
export interface Representation {
  /** The media type that is sent; within a range, the usual one. */
  readonly mediaType: string
  /** The range, where the document writes one. */
  readonly range: string | undefined
  readonly schema: SchemaObject | undefined
  readonly examples: ReadonlyMap<string, Example>
  /** What the document says of the fields of a form, or of parts. */
  readonly encodings: Encodings
  /** Whether its body can be written in a media type. */
  readonly canBe: (mediaType: string) => boolean
}

/** One documented answer of an operation, in the media type that is sent where the request does not choose. */
export interface ResponseSpec extends Omit<Representation, 'mediaType'> {
  /** `200`, `4XX` or `default`. */
  readonly code: string
  /** The status to send. */
  readonly status: number
  /** Component name, if the response is one. */
  readonly name: string | undefined
  /** JSON, if there is a choice; undefined where the answer has no body. */
  readonly mediaType: string | undefined
  /** All that are documented, as the document writes them. */
  readonly mediaTypes: readonly string[]
  /** What `Accept` chooses from, the usual one first; empty where there is nothing to choose. */
  readonly choices: readonly Representation[]
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, ResponseHeader>
}

export interface Example {
  readonly name: string
  readonly value: unknown
  readonly headers: ReadonlyArray<readonly [name: string, value: Value]>
  readonly body: readonly Patch[]
}

/** A value laid over a body at a JSON Pointer, whose segments may themselves be values. */
export interface Patch {
  /** The whole target, when it is one literal segment. */
  readonly key: string | undefined
  readonly segments: readonly Value[]
  readonly value: Value
}

/** A documented answer that refuses: one response and one of its examples. */
export interface Refusal {
  /** `TooManyRequests#rate`. */
  readonly name: string
  readonly response: ResponseSpec
  readonly example: Example | undefined
  /** Whether it was looked up by its response alone, so that an operation may have an example that fits it better. */
  readonly isGeneral?: boolean
}

/** What the engine answers where no operation's own logic does. */
export interface Refusals {
  readonly path?: Refusal | undefined
  readonly method?: Refusal | undefined
  readonly parse?: Refusal | undefined
  readonly tooLarge?: Refusal | undefined
  readonly contentType?: Refusal | undefined
  readonly validate?: Refusal | undefined
  /** In place of `validate` where a required parameter or field is missing. */
  readonly missing?: Refusal | undefined
  readonly notFound?: Refusal | undefined
  readonly notAcceptable?: Refusal | undefined
}
