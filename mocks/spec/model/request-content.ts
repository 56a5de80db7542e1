import { concreteType, isJson, keyFor, mediaTypeOf } from '../media/media-type.ts'
import type { Encodings } from '../media/read-fields.ts'
import { isBinary, type SchemaObject } from '../schema/schema-object.ts'
import type { RequestBody } from './operation/operation.ts'

/** What a request body is: its media type, and what the document says of it. */
export interface RequestContent {
  /** In lower case and without parameters. */
  readonly mediaType: string
  /** The entry of `content`; undefined where the document has none for this media type. */
  readonly key: string | undefined
  readonly schema: SchemaObject | undefined
  readonly encodings: Encodings
}

const NO_ENCODINGS: Encodings = new Map()

/**
 * Finds the entry of `content` to which a request body belongs. Of several that fit, the most specific one counts
 * (OpenAPI 3.1.1 section 4.8.13). A body without a media type is taken for JSON where that is documented, else for the
 * first entry.
 *
 * @param header - `Content-Type` of the request
 */
export function requestContent({ content, encodings }: RequestBody, header: string | undefined): RequestContent {
  const sent = mediaTypeOf(header)
  if (sent !== undefined) {
    const key = content.has(header!) ? header! : keyFor(content.keys(), header!)
    if (key === undefined) return { mediaType: sent, key, schema: undefined, encodings: NO_ENCODINGS }
    return { mediaType: sent, key, schema: content.get(key), encodings: encodings.get(key) ?? NO_ENCODINGS }
  }
  const key = [...content.keys()].find(isJson) ?? content.keys().next().value
  if (key === undefined) return { mediaType: 'application/json', key, schema: undefined, encodings: NO_ENCODINGS }
  const schema = content.get(key)
  const mediaType = mediaTypeOf(concreteType(key, isBinary(schema)))!
  return { mediaType, key, schema, encodings: encodings.get(key) ?? NO_ENCODINGS }
}
