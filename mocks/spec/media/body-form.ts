import type { ResponseHeader } from '../codec/response-header.ts'
import type { Styled } from '../codec/styles.ts'
import type { Shape } from '../codec/value-shape.ts'
import type { SchemaObject } from '../schema/schema-object.ts'
import type { Schemas } from '../schema/validator.ts'
import type { Language } from './media-type.ts'
import type { ParseXml } from './read-xml.ts'

/** The documented encoding of one form field or one part (OpenAPI 3.2.0 section 4.15). */
export interface FieldEncoding {
  readonly contentType: string | undefined
  /** Undefined without a documented style: then a list repeats its field, and a map is JSON. */
  readonly style: Pick<Styled, 'style' | 'explode'> | undefined
  readonly allowReserved: boolean
  /** Headers of the part, by name in lower case. */
  readonly headers: ReadonlyMap<string, ResponseHeader>
  /** Encodings of nested parts, where the part is multipart itself. */
  readonly within: Encodings
}

/** The documented encodings of form fields or `multipart/` parts. */
export interface Encodings {
  /** By property: `encoding`. */
  readonly named: ReadonlyMap<string, FieldEncoding>
  /** By position: `prefixEncoding`, then `itemEncoding` for all further parts. */
  readonly prefix: readonly FieldEncoding[]
  readonly items: FieldEncoding | undefined
}

export const NO_ENCODINGS: Encodings = { named: new Map(), prefix: [], items: undefined }

/** What determines how a body is read. */
export interface BodyForm {
  /** In lower case and without parameters. */
  readonly mediaType: string
  readonly language: Language
  /** `Content-Type` of the body: it names the boundary of parts, and the charset of texts. */
  readonly header: string | undefined
  readonly shape: Shape
  readonly encodings: Encodings
  /** Undefined without an XML parser: then XML stays a text. */
  readonly parseXml: ParseXml | undefined
}

/** Thrown for a body that does not match its media type. */
export class BodySyntaxError extends SyntaxError {
  override name = 'BodySyntaxError' as const
}

/** A serialized body: undefined for none, null where the media type cannot express it. */
export type WrittenBody = string | Uint8Array | undefined | null

/** A value with what determines its serialization. */
export interface Writing {
  readonly value: unknown
  readonly schema: SchemaObject | undefined
  readonly schemas: Schemas
  /** For a value without a schema of its own, such as a part of a body. */
  readonly shape?: Shape | undefined
  /** The documented encodings of form fields or parts. */
  readonly encodings?: Encodings | undefined
  /** Media type of a file whose type is undocumented. Default: `application/octet-stream`. */
  readonly fileType?: string | undefined
  /**
   * Gives the text of a part's header, or undefined to omit it. Without this function, parts have no documented
   * headers.
   */
  readonly partHeader?: ((header: ResponseHeader) => string | undefined) | undefined
}
