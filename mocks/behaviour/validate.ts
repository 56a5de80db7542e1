import { renamed } from '../spec/http/variants.ts'
import { isRecord } from '../spec/values/is-record.ts'
import { partIssues } from '../spec/media/judge-parts.ts'
import { isSequence } from '../spec/media/media-type.ts'
import { LIST, valueShape } from '../spec/codec/value-shape.ts'
import { ownsPair, readParameter, readValue, Wire } from '../spec/codec/read-parameter.ts'
import type { Readings } from '../spec/codec/read-styled.ts'
import { requestContent } from '../spec/model/operation/request-content.ts'
import { type SchemaIssue, NO_ISSUES } from '../spec/schema/issue.ts'
import type { Operation, Parameter } from '../spec/model/operation/operation.ts'
import type { Refusal } from '../spec/model/response.ts'
import type { Vendor } from '../spec/model/vendor.ts'
import type { Call } from './call.ts'
import { type ExchangeState, type Input, NO_INPUT } from './exchange.ts'
import { refuse, type Refused } from './outcome.ts'

/**
 * Validates parameters and body by the spec. If the operation has `validate.body`, the documented schema validates the
 * body as sent, `strip` removes the control fields, and the other schema validates the rest.
 */
export function validate(exchange: ExchangeState): Refused | undefined {
  const { operation } = exchange
  if (!operation) return undefined
  const parameterIssues = checkParameters(exchange, operation)
  if (parameterIssues.length > 0) return judge(operation, operation.refusals.validate, parameterIssues)
  const documented = checkDocumented(exchange, operation)
  const second = operation.validate.body
  if (documented.length > 0) {
    const refusal = second ? (operation.refusals.parse ?? operation.refusals.validate) : operation.refusals.validate
    return judge(operation, refusal, documented)
  }
  const { bytes, body } = exchange.input ?? NO_INPUT
  const value = filled(strip(knownFields(body, operation), operation.validate.strip), operation.body?.defaults)
  if (value !== undefined) exchange.input = { bytes, body, value }
  if (!second) return undefined
  const schema = second(exchange.scope)
  if (schema === null || typeof schema !== 'object') return undefined
  const issues = exchange.vendor.schemas.validator(schema, operation.validate.request)(value === undefined ? {} : value)
  return issues.length > 0 ? judge(operation, operation.refusals.validate, issues.map(ofBody)) : undefined
}

function judge(operation: Operation, refusal: Refusal | undefined, found: readonly SchemaIssue[]): Refused {
  const { missing: refusalOfMissing } = operation.refusals
  const lacking = refusalOfMissing && found.find(({ keyword }) => keyword === 'required')
  // The answer reports the missing field first, whatever else is wrong.
  const issues = lacking ? [lacking, ...found.filter((issue) => issue !== lacking)] : found
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
  const because = `${issues[0]!.message}${more}`
  return { ...refuse('validate', lacking ? refusalOfMissing : refusal, 400, because), issues }
}

/** A schema issue has no place; here it is the body. */
function ofBody(issue: SchemaIssue): SchemaIssue {
  return issue.path === '' ? { ...issue, message: issue.message.replace(/^value /, 'the body ') } : issue
}

/** The parts of a request that the document describes. */
export interface JudgedRequest extends Pick<ExchangeState, 'vendor' | 'params' | 'query'> {
  readonly call: Pick<Call, 'method' | 'path' | 'query' | 'headers'>
  /** Undefined where there was no body. */
  readonly input: Pick<Input, 'body' | 'bytes'> | undefined
}

/** The issues of a decoded body by its documented schema. */
export function checkDocumented(request: JudgedRequest, operation: Operation): readonly SchemaIssue[] {
  const { body, bytes } = request.input ?? NO_INPUT
  if (body === undefined || body instanceof Uint8Array || !operation.body) return []
  const header = request.call.headers['content-type']
  const { mediaType, language, key, schema, encodings } =
    operation.body.usual.get(header) ?? requestContent(operation.body, header)
  if (!schema) return []
  // Text that is not parsed is not an object, so a schema of objects does not apply.
  if (typeof body === 'string' && operation.body.structured.has(key!) && language !== 'json') return []
  const { schemas } = request.vendor
  // RFC 6902: such a body is a list, but documents describe it as an object, since all patches share a schema.
  if (mediaType === 'application/json-patch+json' && Array.isArray(body) && !valueShape(schemas, schema).takes(LIST))
    return []
  const check = schemas.validator(schema, operation.validate.request)
  const isEach = Array.isArray(body) && isSequence(mediaType) && !valueShape(schemas, schema).takes(LIST)
  const issues = isEach
    ? body.flatMap((entry, index) => check(entry).map((issue) => ofEntry(issue, index)))
    : check(body)
  if (issues.length > 0) return issues.map(ofBody)
  return language === 'multipart' && bytes
    ? partIssues({ bytes, header, shape: valueShape(schemas, schema), encodings }, schemas)
    : issues
}

/** An issue in a JSON sequence, whose schema may describe one entry. */
function ofEntry(issue: SchemaIssue, index: number): SchemaIssue {
  return { ...issue, path: `/${index}${issue.path}`, message: `entry ${index + 1}: ${issue.message}` }
}

/** The issues of a request's parameters. */
export function checkParameters(request: JudgedRequest, operation: Operation): SchemaIssue[] {
  const issues: SchemaIssue[] = []
  const { vendor } = request
  let wire: Wire | undefined
  for (const parameter of operation.parameters) {
    if (parameter.takesAny && Object.hasOwn(request.params, parameter.name)) continue
    try {
      const readings =
        plainText(parameter, request) ??
        readParameter(
          parameter,
          vendor.schemas,
          (wire ??= new Wire(request.call.query, request.call.headers, segmentsOf(request, operation))),
        )
      if (readings) issues.push(...readingIssues(vendor, operation, parameter, readings))
      else if (parameter.required) issues.push(missing(parameter))
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      issues.push(unreadable(parameter))
    }
  }
  if (operation.validate.unknownQuery === 'refuse') issues.push(...unknownQuery(request, operation))
  return issues
}

/** A path segment that can only be text is used unchanged. */
function plainText({ isText, name }: Parameter, { params }: JudgedRequest): Readings | undefined {
  return isText && Object.hasOwn(params, name) ? [params[name]] : undefined
}

/** Path segments as sent: in some styles `params` lacks their prefixes. */
function segmentsOf({ vendor, call, params }: JudgedRequest, operation: Operation): Readonly<Record<string, string>> {
  if (operation.marked.length === 0) return params
  const match = vendor.router.match(call.method, call.path)
  if (!match.found) return params
  return match.found.id === operation.id ? match.params : renamed(match.params, match.found, operation)
}

/** The issues of a text sent as the value of a parameter. */
export function parameterIssues(
  vendor: Pick<Vendor, 'schemas'>,
  operation: Pick<Operation, 'validate'>,
  parameter: Parameter,
  text: string,
): readonly SchemaIssue[] {
  try {
    return readingIssues(vendor, operation, parameter, readValue(parameter, vendor.schemas, text))
  } catch (error) {
    if (error instanceof SyntaxError) return [unreadable(parameter)]
    throw error
  }
}

/** A text may be read as several types: it fits if one reading does. */
function readingIssues(
  vendor: Pick<Vendor, 'schemas'>,
  { validate: step }: Pick<Operation, 'validate'>,
  parameter: Parameter,
  readings: Readings,
): readonly SchemaIssue[] {
  if (!parameter.schema || readings.length === 0) return NO_ISSUES
  const check = vendor.schemas.validator(parameter.schema, step.parameters)
  const found: Array<readonly SchemaIssue[]> = []
  for (const value of readings) {
    const issues = check(value)
    if (issues.length === 0) return NO_ISSUES
    found.push(issues)
  }
  // Reports the nearest reading: for "500" against a maximum, the number.
  const nearest = found.find((entry) => entry.every((issue) => issue.keyword !== 'type')) ?? found[0]!
  return nearest.map((issue) => at(parameter, issue))
}

function missing(parameter: Parameter): SchemaIssue {
  const place = placeOf(parameter)
  return {
    keyword: 'required',
    in: place,
    path: `/${parameter.name}`,
    params: { in: place },
    message: `${nameOf(parameter)} is required`,
  }
}

function unreadable(parameter: Parameter): SchemaIssue {
  const message = `${nameOf(parameter)} is not JSON`
  return { keyword: 'json', in: placeOf(parameter), path: `/${parameter.name}`, params: {}, message }
}

function at(parameter: Parameter, issue: SchemaIssue): SchemaIssue {
  const name = nameOf(parameter)
  const path = `/${parameter.name}${issue.path}`
  const message =
    issue.path === ''
      ? `${name} ${issue.message.replace(/^(?:the )?(?:value|body) /, '')}`
      : issue.message.startsWith('value[')
        ? `${name}${issue.message.slice('value'.length)}`
        : `${name}.${issue.message}`
  return { ...issue, in: placeOf(parameter), path, message }
}

/** Reports `querystring` as `query`. */
function placeOf({ in: place }: Parameter): NonNullable<SchemaIssue['in']> {
  return place === 'querystring' ? 'query' : place
}

function nameOf(parameter: Parameter): string {
  return `${placeOf(parameter)} parameter ${parameter.name}`
}

/** Query parameters that the operation does not have. */
export function unknownQuery(request: JudgedRequest, operation: Operation): SchemaIssue[] {
  const { schemas } = request.vendor
  return [...new Set(request.query.keys())]
    .filter((name) => !operation.parameters.some((parameter) => ownsPair(parameter, schemas, name)))
    .map((name) => ({
      keyword: 'unknownQuery',
      in: 'query' as const,
      path: `/${name}`,
      params: {},
      message: `query parameter ${name} is not known`,
    }))
}

/** The input with its schema's defaults for omitted properties. */
function filled(input: unknown, defaults: Readonly<Record<string, unknown>> | undefined): unknown {
  return defaults && (input === undefined || isRecord(input)) ? { ...defaults, ...input } : input
}

/** The body without undocumented fields, which the vendor ignores. */
export function knownFields(body: unknown, operation: Pick<Operation, 'body'>): unknown {
  const known = operation.body?.known
  return known ? pick(body, (name) => known.has(name)) : body
}

function strip(body: unknown, fields: readonly string[]): unknown {
  return fields.length === 0 ? body : pick(body, (name) => !fields.includes(name))
}

/** Returns the same body if nothing is removed. */
function pick(body: unknown, isKept: (name: string) => boolean): unknown {
  if (!isRecord(body) || Object.keys(body).every(isKept)) return body
  const rest: Record<string, unknown> = {}
  for (const name of Object.keys(body)) {
    if (!isKept(name)) continue
    const value = body[name]
    // A name from the request may be `__proto__`: define it, never assign it.
    if (name === '__proto__') Object.defineProperty(rest, name, { value, enumerable: true })
    else rest[name] = value
  }
  return rest
}
