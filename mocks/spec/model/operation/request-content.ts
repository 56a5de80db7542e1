import { concreteType, isJson, keyFor, languageOf, mediaTypeOf } from '../../media/media-type.ts'
import { NO_ENCODINGS } from '../../media/body-form.ts'
import { isBinary } from '../../schema/schema-object.ts'
import type { RequestBody, RequestContent } from './operation.ts'

type Documented = Pick<RequestBody, 'content' | 'encodings'>

/**
 * Finds the entry of `content` for a request body. The most specific match wins (OpenAPI 3.1.1 section 4.8.13). A body
 * without a media type is taken for JSON where that is documented, else for the first entry.
 *
 * @param header - `Content-Type` of the request
 */
export function requestContent(body: Documented, header: string | undefined): RequestContent {
  const { content } = body
  const sent = mediaTypeOf(header)
  if (sent !== undefined) return contentAt(body, content.has(header!) ? header : keyFor(content.keys(), header!), sent)
  const key = [...content.keys()].find(isJson) ?? content.keys().next().value
  if (key === undefined) return contentAt(body, undefined, 'application/json')
  return contentAt(body, key, mediaTypeOf(concreteType(key, isBinary(content.get(key))))!)
}

function contentAt({ content, encodings }: Documented, key: string | undefined, mediaType: string): RequestContent {
  const schema = key === undefined ? undefined : content.get(key)
  return {
    mediaType,
    language: languageOf(mediaType),
    key,
    schema,
    isBinary: isBinary(schema),
    encodings: (key === undefined ? undefined : encodings.get(key)) ?? NO_ENCODINGS,
  }
}

/** The results of {@link requestContent} for common headers. */
export function usualContents(body: Documented): RequestBody['usual'] {
  return new Map([undefined, ...body.content.keys()].map((header) => [header, requestContent(body, header)]))
}
