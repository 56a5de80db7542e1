import { isRecord } from '../spec/values/is-record.ts'
import { readScalar } from '../spec/values/scalar.ts'
import { isJson } from '../spec/media/media-type.ts'
import { own } from '../spec/values/own.ts'
import { requestContent } from '../spec/model/request-content.ts'
import type { SchemaIssue } from '../spec/schema/issue.ts'
import type { Operation, Parameter, Refusal, Vendor } from '../spec/model/vendor.ts'
import type { Call } from './call.ts'
import { type ExchangeState, type Input, NO_INPUT } from './exchange.ts'
import { refuse, type Refused } from './outcome.ts'

/**
 * Judges parameters and body by the spec. Where the operation says `validate.body`, the documented schema judges the
 * body as sent, `strip` takes the control fields out, and that other schema judges the rest.
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
  // The answer is about the field that is missing, whatever else is wrong.
  const issues = lacking ? [lacking, ...found.filter((issue) => issue !== lacking)] : found
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
  const because = `${issues[0]!.message}${more}`
  return { ...refuse('validate', lacking ? refusalOfMissing : refusal, 400, because), issues }
}

/** A schema knows only a value; of a request it is the body. */
function ofBody(issue: SchemaIssue): SchemaIssue {
  return issue.path === '' ? { ...issue, message: issue.message.replace(/^value /, 'the body ') } : issue
}

/** What the document judges of a request. */
export interface JudgedRequest extends Pick<ExchangeState, 'vendor' | 'params' | 'query'> {
  readonly call: Pick<Call, 'headers'>
  /** Undefined where no body came. */
  readonly input: Pick<Input, 'body'> | undefined
}

/** What is wrong with a body that was decoded, by the schema that the document has for it. */
export function checkDocumented(request: JudgedRequest, operation: Operation): readonly SchemaIssue[] {
  const body = request.input?.body
  if (body === undefined || body instanceof Uint8Array || !operation.body) return []
  const { mediaType, key, schema } = requestContent(operation.body, request.call.headers['content-type'])
  if (!schema) return []
  // Text that is not parsed, such as XML, is no object: a schema of objects cannot judge it.
  if (typeof body === 'string' && operation.body.structured.has(key!) && !isJson(mediaType)) return []
  const issues = request.vendor.schemas.validator(schema, operation.validate.request)(body)
  return issues.length === 0 ? issues : issues.map(ofBody)
}

/** What is wrong with the parameters of a request. */
export function checkParameters(request: JudgedRequest, operation: Operation): SchemaIssue[] {
  const issues: SchemaIssue[] = []
  for (const parameter of operation.parameters) {
    const raw = readParameter(request, parameter)
    if (raw === undefined) {
      if (parameter.required && parameter.in !== 'header') issues.push(missing(parameter))
      continue
    }
    if (parameter.schema) issues.push(...parameterIssues(request.vendor, operation, parameter, raw))
  }
  if (operation.validate.unknownQuery === 'refuse') issues.push(...unknownQuery(request, operation))
  return issues
}

/** In which ways the value of a parameter, as it is sent, breaks its schema. */
export function parameterIssues(
  vendor: Pick<Vendor, 'schemas'>,
  { validate: step }: Pick<Operation, 'validate'>,
  parameter: Parameter,
  raw: string | readonly string[],
): readonly SchemaIssue[] {
  if (!parameter.schema) return NO_ISSUES
  const check = vendor.schemas.validator(parameter.schema, step.parameters)
  // A text on the wire may mean a number or a boolean: the schema says which.
  if (check(raw).length === 0) return NO_ISSUES
  const found = [raw, ...candidates(raw, parameter)].map((value) => check(value))
  if (found.some((entry) => entry.length === 0)) return NO_ISSUES
  // The reading that comes nearest is the one to talk of: of "500" against a maximum, the number.
  const nearest = found.find((entry) => entry.every((issue) => issue.keyword !== 'type')) ?? found[0]!
  return nearest.map((issue) => at(parameter, issue))
}

const NO_ISSUES: readonly SchemaIssue[] = []

function readParameter(request: JudgedRequest, parameter: Parameter): string | readonly string[] | undefined {
  switch (parameter.in) {
    case 'path':
      return request.params[parameter.name]
    case 'query': {
      const all = request.query.getAll(parameter.name)
      return all.length > 1 ? all : all[0]
    }
    case 'header':
      return own(request.call.headers, parameter.name.toLowerCase())
    case 'cookie':
      return undefined
  }
}

function candidates(raw: string | readonly string[], { in: place, explode }: Parameter): unknown[] {
  if (typeof raw !== 'string') return [raw.map((entry) => readScalar(entry))]
  const split = raw.split(',')
  // Without `explode` commas are what divides a list, and never part of an entry.
  if (place === 'query' && !explode && split.length > 1) return [readScalar(raw), split, split.map(readScalar)]
  return [readScalar(raw), [raw], [readScalar(raw)], split, split.map(readScalar)]
}

function missing(parameter: Parameter): SchemaIssue {
  return {
    keyword: 'required',
    in: parameter.in,
    path: `/${parameter.name}`,
    params: { in: parameter.in },
    message: `${parameter.in} parameter ${parameter.name} is required`,
  }
}

function at(parameter: Parameter, issue: SchemaIssue): SchemaIssue {
  const path = `/${parameter.name}${issue.path}`
  const message =
    issue.path === ''
      ? `${parameter.in} parameter ${parameter.name} ${issue.message.replace(/^(?:the )?(?:value|body) /, '')}`
      : issue.message.replace(/^value\[/, `${parameter.in} parameter ${parameter.name}[`)
  return { ...issue, in: parameter.in, path, message }
}

/** Parameters of the query that the operation does not have. */
export function unknownQuery(request: JudgedRequest, operation: Operation): SchemaIssue[] {
  const known = new Set(operation.parameters.filter((entry) => entry.in === 'query').map((entry) => entry.name))
  return [...new Set(request.query.keys())]
    .filter((name) => !known.has(name))
    .map((name) => ({
      keyword: 'unknownQuery',
      in: 'query' as const,
      path: `/${name}`,
      params: {},
      message: `query parameter ${name} is not known`,
    }))
}

/** The input with what its schema says of properties that are left out. */
function filled(input: unknown, defaults: Readonly<Record<string, unknown>> | undefined): unknown {
  return defaults && (input === undefined || isRecord(input)) ? { ...defaults, ...input } : input
}

/** The body without the fields that the vendor ignores, since the document does not name them. */
export function knownFields(body: unknown, operation: Pick<Operation, 'body'>): unknown {
  const known = operation.body?.known
  return known ? pick(body, (name) => known.has(name)) : body
}

function strip(body: unknown, fields: readonly string[]): unknown {
  return fields.length === 0 ? body : pick(body, (name) => !fields.includes(name))
}

/** The same body where nothing is left out. */
function pick(body: unknown, isKept: (name: string) => boolean): unknown {
  if (!isRecord(body) || Object.keys(body).every(isKept)) return body
  const rest: Record<string, unknown> = {}
  for (const name of Object.keys(body)) {
    if (!isKept(name)) continue
    const value = body[name]
    // A name from the wire may be `__proto__`: define it, never assign it.
    if (name === '__proto__') Object.defineProperty(rest, name, { value, enumerable: true })
    else rest[name] = value
  }
  return rest
}
