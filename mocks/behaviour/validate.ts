import { isRecord } from '../spec/is-record.ts'
import { isJson } from '../spec/media/media-type.ts'
import { requestContent } from '../spec/request-content.ts'
import { own } from '../spec/own.ts'
import type { SchemaIssue } from '../spec/schema/issue.ts'
import type { Operation, Parameter } from '../spec/vendor.ts'
import { refuse, type Refused, type Turn } from './turn.ts'

/**
 * Judges parameters and body by the spec. Where the operation says `validate.body`, the documented schema judges the
 * body as sent, `strip` takes the control fields out, and that other schema judges the rest.
 */
export function validate(turn: Turn): Refused | undefined {
  const { operation } = turn
  if (!operation) return undefined
  const parameterIssues = checkParameters(turn, operation)
  if (parameterIssues.length > 0) return judge(turn, operation.refusals.validate, parameterIssues)
  const documented = checkDocumented(turn, operation)
  const second = operation.validate.body
  if (documented.length > 0) {
    const refusal = second ? (operation.refusals.parse ?? operation.refusals.validate) : operation.refusals.validate
    return judge(turn, refusal, documented.map(ofBody))
  }
  turn.input = filled(strip(turn.body, operation.validate.strip), operation.body?.defaults)
  if (!second) return undefined
  const schema = second(turn.scope)
  if (schema === null || typeof schema !== 'object') return undefined
  const issues = turn.vendor.schemas.validator(schema, REQUEST)(turn.input === undefined ? {} : turn.input)
  return issues.length > 0 ? judge(turn, operation.refusals.validate, issues.map(ofBody)) : undefined
}

const REQUEST = { direction: 'request' } as const

function judge(turn: Turn, refusal: Parameters<typeof refuse>[1], issues: readonly SchemaIssue[]): Refused {
  turn.issues = issues
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
  return refuse('validate', refusal, 400, `${issues[0]!.message}${more}`)
}

/** A schema knows only a value; of a request it is the body. */
function ofBody(issue: SchemaIssue): SchemaIssue {
  return issue.path === '' ? { ...issue, message: issue.message.replace(/^value /, 'the body ') } : issue
}

function checkDocumented(turn: Turn, operation: Operation): readonly SchemaIssue[] {
  if (turn.body === undefined || turn.body instanceof Uint8Array || !operation.body) return []
  const { mediaType, key, schema } = requestContent(operation.body, turn.call.headers['content-type'])
  if (!schema) return []
  // Text that is not parsed, such as XML, is no object: a schema of objects cannot judge it.
  if (typeof turn.body === 'string' && operation.body.structured.has(key!) && !isJson(mediaType)) return []
  return turn.vendor.schemas.validator(schema, REQUEST)(turn.body)
}

function checkParameters(turn: Turn, operation: Operation): SchemaIssue[] {
  const issues: SchemaIssue[] = []
  for (const parameter of operation.parameters) {
    const raw = readParameter(turn, parameter)
    if (raw === undefined) {
      if (parameter.required && parameter.in !== 'header') issues.push(missing(parameter))
      continue
    }
    if (!parameter.schema) continue
    const check = turn.vendor.schemas.validator(parameter.schema)
    // A text on the wire may mean a number or a boolean: the schema says which.
    if (check(raw).length === 0) continue
    const found = [raw, ...candidates(raw, parameter)].map((value) => check(value))
    if (found.some((entry) => entry.length === 0)) continue
    // The reading that comes nearest is the one to talk of: of "500" against a maximum, the number.
    const nearest = found.find((entry) => entry.every((issue) => issue.keyword !== 'type')) ?? found[0]!
    issues.push(...nearest.map((issue) => at(parameter, issue)))
  }
  if (operation.validate.unknownQuery === 'refuse') issues.push(...unknownQuery(turn, operation))
  return issues
}

function readParameter(turn: Turn, parameter: Parameter): string | readonly string[] | undefined {
  switch (parameter.in) {
    case 'path':
      return turn.params[parameter.name]
    case 'query': {
      const all = turn.query.getAll(parameter.name)
      return all.length > 1 ? all : all[0]
    }
    case 'header':
      return own(turn.call.headers, parameter.name.toLowerCase())
    case 'cookie':
      return undefined
  }
}

function candidates(raw: string | readonly string[], { in: place, explode }: Parameter): unknown[] {
  if (typeof raw !== 'string') return [raw.map((entry) => scalar(entry))]
  const split = raw.split(',')
  // Without `explode` commas are what divides a list, and never part of an entry.
  if (place === 'query' && !explode && split.length > 1) return [scalar(raw), split, split.map(scalar)]
  return [scalar(raw), [raw], [scalar(raw)], split, split.map(scalar)]
}

function scalar(text: string): unknown {
  if (text === 'true') return true
  if (text === 'false') return false
  if (text === 'null') return null
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : text
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
      : issue.message
  return { ...issue, in: parameter.in, path, message }
}

function unknownQuery(turn: Turn, operation: Operation): SchemaIssue[] {
  const known = new Set(operation.parameters.filter((entry) => entry.in === 'query').map((entry) => entry.name))
  return [...new Set(turn.query.keys())]
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

function strip(body: unknown, fields: readonly string[]): unknown {
  if (fields.length === 0 || !isRecord(body)) return body
  if (!fields.some((field) => Object.hasOwn(body, field))) return body
  const rest: Record<string, unknown> = {}
  for (const name of Object.keys(body)) {
    if (fields.includes(name)) continue
    const value = body[name]
    // A name from the wire may be `__proto__`: define it, never assign it.
    if (name === '__proto__') Object.defineProperty(rest, name, { value, enumerable: true })
    else rest[name] = value
  }
  return rest
}
