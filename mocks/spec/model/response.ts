import type { ResponseHeader } from '../codec/response-header.ts'
import type { Encodings } from '../media/body-form.ts'
import type { SchemaObject } from '../schema/schema-object.ts'
import type { Value } from '../values/value.ts'

/** One representation of an answer (RFC 9110 section 3.2). */
export interface Representation {
  /** The media type that is sent; the usual one of a range. */
  readonly mediaType: string
  /** The range, if the document gives one. */
  readonly range: string | undefined
  readonly schema: SchemaObject | undefined
  readonly examples: ReadonlyMap<string, Example>
  /** The documented encodings of form fields or parts. */
  readonly encodings: Encodings
  /** Whether its media type is `multipart/*`, whose boundary only the body knows. */
  readonly isMultipart: boolean
  /** Whether its body can be written in a media type. */
  readonly canBe: (mediaType: string) => boolean
}

/** One documented answer of an operation, in its default media type. */
export interface ResponseSpec extends Omit<Representation, 'mediaType'> {
  /** `200`, `4XX` or `default`. */
  readonly code: string
  /** The status to send. */
  readonly status: number
  /** Component name, if the response is one. */
  readonly name: string | undefined
  /** JSON where there is a choice; undefined for an answer without a body. */
  readonly mediaType: string | undefined
  /** All documented media types, as written. */
  readonly mediaTypes: readonly string[]
  /** The choices for `Accept`, the default first; empty without a choice. */
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

/** A value written into a body at a JSON Pointer, whose segments may be expressions. */
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
  /** Whether it was found by its response alone, so that the operation's own example may fit better. */
  readonly isGeneral?: boolean
}

/** The engine's answers where no operation logic refuses. */
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
