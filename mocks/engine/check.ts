import type { SchemaIssue } from '../spec/schema/issue.ts'
import type { Vendor } from '../spec/vendor.ts'
import type { Answer } from './answer.ts'

/**
 * Checks an answer against the documented one it claims to be: headers that are required, and the body.
 *
 * @returns one sentence a breach; nothing for an answer that says why it is off the contract
 */
export function checkAnswer(vendor: Vendor, operation: string | undefined, answer: Answer): string[] {
  if (answer.offContract !== undefined) return []
  const where = `${vendor.name} ${operation ?? '(no operation)'} ${answer.status}`
  if (!answer.spec) return [`${where}: the document has no such answer. Add it, or say offContract with a reason.`]
  const breaches: string[] = []
  const sent = new Map(answer.headers.map(([name, value]) => [name.toLowerCase(), value]))
  for (const [name, header] of answer.spec.headers) {
    const value = sent.get(name)
    if (value === undefined) {
      if (header.required) breaches.push(`${where}: header ${name} is required and was not sent.`)
    } else if (header.schema) {
      const check = vendor.schemas.validator(header.schema)
      if (check(value).length > 0 && check(scalar(value)).length > 0)
        breaches.push(`${where}: header ${name} is ${JSON.stringify(value)}, which its schema does not allow.`)
    }
  }
  return [
    ...breaches,
    ...bodyIssues(vendor, answer).map(
      (issue) => `${where}: body${issue.path === '' ? '' : ` at ${issue.path}`}: ${issue.message}.`,
    ),
  ]
}

function bodyIssues(vendor: Vendor, answer: Answer): readonly SchemaIssue[] {
  const { schema, mediaType, mediaTypes } = answer.spec!
  const sent = answer.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1].split(';')[0]
  // Code may answer in another of the documented types; only the usual one has a schema that is known here.
  if (sent !== undefined && sent !== mediaType) {
    if (mediaTypes.length === 0 || mediaTypes.some((type) => isWithin(sent, type))) return []
    return [{ keyword: 'type', path: '', params: {}, message: `is ${sent}, and not ${mediaTypes.join(' or ')}` }]
  }
  if (!schema || mediaType === undefined || !/[/+]json\b/i.test(mediaType)) return []
  if (typeof answer.body !== 'string') return [{ keyword: 'required', path: '', params: {}, message: 'is missing' }]
  try {
    return vendor.schemas.validator(schema, { direction: 'response' })(JSON.parse(answer.body))
  } catch {
    return [{ keyword: 'json', path: '', params: {}, message: 'is not JSON' }]
  }
}

/** Whether a media type falls under a documented one, which may be a range. */
function isWithin(sent: string, documented: string): boolean {
  const type = documented.split(';')[0]!.trim()
  return type === '*/*' || type === sent || (type.endsWith('/*') && sent.startsWith(type.slice(0, -1)))
}

function scalar(text: string): unknown {
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text === 'true' ? true : text === 'false' ? false : text
}
