import { BodySyntaxError } from '../../spec/media/body-form.ts'
import { partIssues } from '../../spec/media/judge-parts.ts'
import { isJson, isMultipart, keyFor, mediaTypeOf } from '../../spec/media/media-type.ts'
import { readBodyBytes } from '../../spec/media/read-body.ts'
import { valueShape } from '../../spec/codec/value-shape.ts'
import { encodeText } from '../../state/text.ts'
import type { SchemaIssue } from '../../spec/schema/issue.ts'
import { issueSentence } from '../../spec/schema/issue-message.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import type { Answer } from './answer.ts'
import { isContentType } from './answer-headers.ts'
import { isFitting } from './header-value.ts'
import { parseExactly } from '../../spec/values/exact-number.ts'

/**
 * Checks the required headers and the body of an answer against its documented answer.
 *
 * @returns one sentence per breach; nothing for an answer that says why it is off the contract
 */
export function checkAnswer(vendor: Vendor, operation: string | undefined, answer: Answer): string[] {
  if (answer.offContract !== undefined) return []
  const where = `${vendor.name} ${operation ?? '(no operation)'} ${answer.status}`
  if (!answer.spec) return [`${where}: the document has no such answer. Add it, or say offContract with a reason.`]
  const breaches: string[] = []
  const sent = new Map<string, string>()
  for (const [name, value] of answer.headers) {
    const lower = name.toLowerCase()
    const before = sent.get(lower)
    sent.set(lower, before === undefined ? value : `${before}, ${value}`)
  }
  for (const [name, header] of answer.spec.headers) {
    const value = sent.get(name)
    if (value === undefined) {
      if (header.required) breaches.push(`${where}: header ${name} is required and was not sent.`)
    } else if (!isFitting(vendor, header, value))
      breaches.push(`${where}: header ${name} is ${JSON.stringify(value)}, which its schema does not allow.`)
  }
  return [...breaches, ...bodyIssues(vendor, answer).map((issue) => issueSentence(`${where}: body`, issue))]
}

function bodyIssues(vendor: Vendor, answer: Answer): readonly SchemaIssue[] {
  const { schema, mediaType, mediaTypes } = answer.spec!
  const header = answer.headers.find(([name]) => isContentType(name))?.[1]
  const sent = mediaTypeOf(header)
  // Vendor code may answer in another of the documented types; the schema is that of the chosen type.
  if (sent !== undefined && sent !== mediaTypeOf(mediaType)) {
    if (mediaTypes.length === 0 || keyFor(mediaTypes, sent) !== undefined) return []
    return [{ keyword: 'type', path: '', params: {}, message: `is ${sent}, and not ${mediaTypes.join(' or ')}` }]
  }
  if (isMultipart(mediaType)) return partsIssues(vendor, answer, header)
  if (!isJson(mediaType)) return []
  if (typeof answer.body !== 'string') {
    return schema ? [{ keyword: 'required', path: '', params: {}, message: 'is missing' }] : []
  }
  try {
    const value = parseExactly(answer.body)
    return schema ? vendor.schemas.validator(schema, { direction: 'response' })(value) : []
  } catch {
    return [{ keyword: 'json', path: '', params: {}, message: 'is not JSON' }]
  }
}

/** Issues of a multipart body: its values, and the headers of its parts. */
function partsIssues(vendor: Vendor, { spec, body }: Answer, header: string | undefined): readonly SchemaIssue[] {
  const { schema, encodings } = spec!
  if (!schema || body === undefined) return []
  const { schemas, parseXml } = vendor
  const bytes = typeof body === 'string' ? encodeText(body) : body
  const shape = valueShape(schemas, schema)
  try {
    const value = readBodyBytes(bytes, {
      mediaType: mediaTypeOf(header)!,
      language: 'multipart',
      header,
      shape,
      encodings,
      parseXml,
    })
    if (value instanceof Uint8Array) return []
    const issues = schemas.validator(schema, { direction: 'response' })(value)
    return issues.length > 0 ? issues : partIssues({ bytes, header, shape, encodings }, schemas)
  } catch (error) {
    if (!(error instanceof BodySyntaxError)) throw error
    return [{ keyword: 'multipart', path: '', params: {}, message: error.message.replace('the body ', '') }]
  }
}
