import type { ResponseHeader } from '../codec/response-header.ts'
import type { Styled } from '../codec/styles.ts'
import type { Shape } from '../codec/value-shape.ts'
import type { SchemaObject } from '../schema/schema-object.ts'
import type { Schemas } from '../schema/validator.ts'
import type { Language } from './media-type.ts'
import type { ParseXml } from './read-xml.ts'

/** What the document says of one field of a form, or of one part (OpenAPI 3.2.0 section 4.15). */
export interface FieldEncoding {
  readonly contentType: string | undefined
  /** Undefined where the document says nothing of style: then a list is its field several times, and a map is JSON. */
  readonly style: Pick<Styled, 'style' | 'explode'> | undefined
  readonly allowReserved: boolean
  /** Headers of the part, by name in lower case. */
  readonly headers: ReadonlyMap<string, ResponseHeader>
  /** Of the parts within, where the part is made of parts itself. */
  readonly within: Encodings
}

/** What the document says of the fields of a form, or of the parts of a `multipart/` body. */
export interface Encodings {
  /** By property: `encoding`. */
  readonly named: ReadonlyMap<string, FieldEncoding>
  /** By position: `prefixEncoding`, and for all parts behind those `itemEncoding`. */
  readonly prefix: readonly FieldEncoding[]
  readonly items: FieldEncoding | undefined
}

export const NO_ENCODINGS: Encodings = { named: new Map(), prefix: [], items: undefined }

/** What says how a body is read. */
export interface BodyForm {
  /** In lower case and without parameters. */
  readonly mediaType: string
  readonly language: Language
  /** `Content-Type` of the body: it names the boundary of parts, and the charset of texts. */
  readonly header: string | undefined
  readonly shape: Shape
  readonly encodings: Encodings
  /** Undefined where there is none: then XML stays a text. */
  readonly parseXml: ParseXml | undefined
}

/** Thrown for a body that is not what its media type says. */
export class BodySyntaxError extends SyntaxError {
  override name = 'BodySyntaxError' as const
}

/** A body as it is sent: undefined where there is none, null where its media type has no way to say it. */
export type WrittenBody = string | Uint8Array | undefined | null

/** A value, and what says how it is written. */
export interface Writing {
  readonly value: unknown
  readonly schema: SchemaObject | undefined
  readonly schemas: Schemas
  /** Of what has no schema of its own to be named by: a part of a body. */
  readonly shape?: Shape | undefined
  /** What the document says of the fields of a form, or of parts. */
  readonly encodings?: Encodings | undefined
  /** What a file is whose type the document does not say. Default: `application/octet-stream`. */
  readonly fileType?: string | undefined
  /** The text of a part's header; undefined for one that is not sent. Without it, parts have no headers that a document describes. */
  readonly partHeader?: ((header: ResponseHeader) => string | undefined) | undefined
}
