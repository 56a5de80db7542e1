import { readValue } from '../codec/read-parameter.ts'
import type { ResponseHeader } from '../codec/response-header.ts'
import type { Shape } from '../codec/value-shape.ts'
import { type BodyPart, bodyPartsOf, hasName } from '../http/multipart.ts'
import type { SchemaIssue } from '../schema/issue.ts'
import type { Schemas } from '../schema/validator.ts'
import { type Encodings, type FieldEncoding, NO_ENCODINGS } from './body-form.ts'
import { encodingAt, isPositional } from './read-parts.ts'

/** A received `multipart/` body, with the documented encodings of its parts. */
export interface SentParts {
  readonly bytes: Uint8Array
  /** `Content-Type` of the body. */
  readonly header: string | undefined
  readonly shape: Shape
  readonly encodings: Encodings
}

/**
 * Validates the headers of parts against the `headers` of their encoding (OpenAPI 3.1.1 section 4.8.15): required
 * headers, and the values of those present.
 *
 * @example
 * partIssues({ bytes, header, shape, encodings }, schemas)
 * //=> [{ keyword: 'required', path: '/photo', message: 'part photo: header X-Rate is required', … }]
 */
export function partIssues({ bytes, header, shape, encodings }: SentParts, schemas: Schemas): readonly SchemaIssue[] {
  if (encodings === NO_ENCODINGS) return []
  const isList = isPositional(shape)
  const parts = bodyPartsOf(bytes, header) ?? []
  return (isList ? parts : parts.filter(hasName)).flatMap((part, index) => {
    const name = isList ? String(index) : part.name!
    const encoding = isList ? encodingAt(encodings, index) : encodings.named.get(name)
    return encoding ? issuesOf(part, name, { encoding, schemas }) : []
  })
}

function issuesOf(
  { headers }: BodyPart,
  name: string,
  { encoding, schemas }: { readonly encoding: FieldEncoding; readonly schemas: Schemas },
): SchemaIssue[] {
  return [...encoding.headers].flatMap(([key, header]): SchemaIssue[] => {
    const text = headers.get(key)
    const at = `part ${name}: header ${header.name}`
    if (text === undefined)
      return header.required
        ? [{ keyword: 'required', path: `/${name}`, params: { header: header.name }, message: `${at} is required` }]
        : []
    return headerIssues(header, text, schemas).map((issue) => ({
      ...issue,
      path: `/${name}`,
      message: `${at}${issue.message.replace(/^(?:the )?value\b/, '')}`,
    }))
  })
}

/** A text may have several readings; it is valid where one of them is. */
function headerIssues(header: ResponseHeader, text: string, schemas: Schemas): readonly SchemaIssue[] {
  if (!header.schema) return []
  const check = schemas.validator(header.schema)
  try {
    const found = readValue(header, schemas, text).map((value) => check(value))
    return found.some((issues) => issues.length === 0) ? [] : (found[0] ?? [])
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return [{ keyword: 'json', path: '', params: {}, message: 'is not JSON' }]
  }
}
