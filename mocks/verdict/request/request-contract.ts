import { checkDocumented, checkParameters, type JudgedRequest, unknownQuery } from '../../behaviour/validate.ts'
import { type BodyProblem, decodeBody } from '../../behaviour/parse.ts'
import type { Facts } from '../../engine/session/journal/facts.ts'
import type { RequestCode } from '../../spec/conduct/conduct.ts'
import { hasKeyFormat } from '../../spec/model/read-credential.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { SchemaIssue } from '../../spec/schema/issue.ts'
import type { FindingSeverity } from '../finding.ts'
import { groups, type View } from '../view.ts'
import { nearestOperation, sentPath } from '../../spec/http/nearest-operation.ts'

/** One breach of the request contract, with all requests that have it. */
export interface RequestBreach {
  readonly code: RequestCode
  readonly severity: FindingSeverity
  readonly message: string
  readonly operation: string | undefined
  readonly path: string | undefined
  readonly exchanges: readonly number[]
  readonly fix: string
}

type Single = Omit<RequestBreach, 'exchanges'> & { readonly exchange: number }

/** Judges each request by itself; the same breach of one operation is reported once. */
export function requestBreaches({ exchanges }: View): readonly RequestBreach[] {
  const singles: Single[] = []
  const nearestOf = createNearest()
  for (const exchange of exchanges) for (const single of judgeRequest(exchange, nearestOf)) singles.push(single)
  const same = groups(singles, ({ code, operation, path, message }) => [code, operation, path ?? message].join(' '))
  return [...same.values()].map((all) => {
    const { exchange: _, ...first } = all[0]!
    return { ...first, exchanges: all.map(({ exchange }) => exchange) }
  })
}

function* judgeRequest(facts: Facts, nearestOf: NearestOf): Iterable<Single> {
  const { operation } = facts
  if (!operation) yield* judgeUnmatched(facts, nearestOf)
  else if (operation.leftOut === undefined) yield* judgeOperation(facts, operation)
}

type NearestOf = (facts: Facts) => Operation | undefined

/** Unknown paths of one client for which the nearest operation is searched: each search compares all operations. */
const MOST_PATHS = 1000

/** Creates a cached search for the operation that a request most likely meant. */
function createNearest(): NearestOf {
  const found = new Map<string, Operation | undefined>()
  return ({ vendor, method, path }) => {
    const key = `${method} ${path}`
    if (!found.has(key) && found.size < MOST_PATHS) found.set(key, nearestOperation(vendor, method, path))
    return found.get(key)
  }
}

function* judgeUnmatched(facts: Facts, nearestOf: NearestOf): Iterable<Single> {
  const { vendor, method, path, number } = facts
  // Browsers request the icon of a page by themselves.
  if (method === 'OPTIONS' || path === '/favicon.ico') return
  const match = vendor.router.match(method, path)
  const allowed = match.found ? [] : match.allowed
  const request = `${method} ${path.slice(0, 200)}`
  const base = { severity: 'error', operation: undefined, path: undefined, exchange: number } as const
  if (allowed.length > 0) {
    yield {
      ...base,
      code: 'unknown-method',
      message: `${request} was sent, and ${vendor.name} allows ${allowed.join(', ')} at that path.`,
      fix: `Send ${allowed.join(' or ')}.`,
    }
    return
  }
  const near = nearestOf(facts)
  yield {
    ...base,
    code: 'unknown-path',
    message: `${request} was sent, and ${vendor.name} has no such path.${near ? ` The nearest is ${near.method} ${sentPath(near)} (${near.id}).` : ''}`,
    fix: near ? `Send ${near.method} ${sentPath(near)}.` : "Send a path of the vendor's document.",
  }
}

function* judgeOperation(facts: Facts, operation: Operation): Iterable<Single> {
  // A request that the vendor refused counts as a warning: a test may send invalid requests on purpose.
  const wasRefused = facts.status !== undefined && facts.status >= 400 && facts.status < 500
  const base = { severity: wasRefused ? 'warning' : 'error', operation: operation.id, exchange: facts.number } as const
  const hasQuery = facts.query !== ''
  const query = hasQuery ? new URLSearchParams(facts.query) : NO_QUERY
  const leaks = hasQuery ? [...credentialInUrl(facts, operation, query)] : []
  yield* leaks
  if (operation.deprecated) {
    yield {
      ...base,
      code: 'deprecated-operation',
      severity: 'warning',
      path: undefined,
      message: `${operation.id} was called, which the vendor's document calls deprecated.`,
      fix: 'Call the operation that replaces it.',
    }
  }
  const request: JudgedRequest = { vendor: facts.vendor, params: facts.params, query, call: facts, input: undefined }
  for (const issue of checkParameters(request, operation)) yield parameterBreach(issue, base)
  // OAuth defines the parameters of an authorization page and ignores others (RFC 6749 section 3.1).
  if (operation.validate.unknownQuery !== 'refuse' && operation.tokens?.do !== 'authorize') {
    for (const issue of unknownQuery(request, operation)) {
      if (isOfCredential(facts, issue.path.slice(1))) continue
      // A credential in the query is not also reported as an unknown parameter.
      if (leaks.some(({ path }) => path === `/query${issue.path}`)) continue
      yield { ...parameterBreach(issue, base), severity: 'warning' }
    }
  }
  // A body that is no longer in the journal is not judged, nor is one that was not read before the request ended.
  if (operation.body && facts.isBodyKnown)
    for (const breach of judgeBody(facts, operation, request)) yield { ...base, ...breach }
}

const NO_QUERY: URLSearchParams = new URLSearchParams()

function parameterBreach(issue: SchemaIssue, base: Pick<Single, 'severity' | 'operation' | 'exchange'>): Single {
  const code =
    issue.keyword === 'required'
      ? 'missing-parameter'
      : issue.keyword === 'unknownQuery'
        ? 'unknown-parameter'
        : 'invalid-parameter'
  return {
    ...base,
    code,
    path: `/${issue.in ?? 'query'}${issue.path}`,
    message: `${base.operation}: ${issue.message}.`,
    fix: code === 'unknown-parameter' ? 'Remove it, or correct its name.' : "Send what the vendor's document asks for.",
  }
}

function* judgeBody(
  { vendor, headers, body }: Facts,
  operation: Operation,
  request: JudgedRequest,
): Iterable<Pick<Single, 'code' | 'path' | 'message' | 'fix'>> {
  const decoded = decodeBody(vendor, operation.body!, headers['content-type'], body)
  if ('problem' in decoded) {
    yield {
      code: CODES[decoded.problem],
      path: '/body',
      message: `${operation.id}: ${decoded.because}.`,
      fix: "Send a body as the vendor's document describes it.",
    }
    return
  }
  for (const issue of checkDocumented({ ...request, input: { body: decoded.body, bytes: body } }, operation)) {
    yield {
      code: 'invalid-body',
      path: `/body${issue.path}`,
      message: `${operation.id}: ${issue.message}.`,
      fix: "Send a body that fits the schema of the vendor's document.",
    }
  }
}

const CODES: Readonly<Record<BodyProblem, RequestCode>> = {
  empty: 'missing-body',
  'media-type': 'unknown-media-type',
  unnamed: 'unknown-media-type',
  syntax: 'invalid-body',
  'too-large': 'invalid-body',
}

/** A key in a URL ends up in logs (RFC 6750 section 2.3); unless the vendor itself expects it there. */
function* credentialInUrl(facts: Facts, operation: Operation, query: URLSearchParams): Iterable<Single> {
  for (const [name, value] of query) {
    if (value === '' || isOfCredential(facts, name) || !isCredential(facts, name, value)) continue
    yield {
      code: 'credential-in-url',
      severity: 'error',
      operation: operation.id,
      path: `/query/${name}`,
      exchange: facts.number,
      message: `${operation.id}: the query parameter ${name} carries a credential, which ends up in logs.`,
      fix: 'Send the credential in its header.',
    }
  }
}

/** Whether the value has the format of the vendor's keys, is the request's key, or replaces a missing header. */
function isCredential({ vendor, credential }: Facts, name: string, value: string): boolean {
  const schemes = [...vendor.schemes.values()]
  if (value === credential || hasKeyFormat(schemes, value)) return true
  return (
    credential === undefined &&
    schemes.some((scheme) => scheme.in === 'header' && scheme.field.toLowerCase() === name.toLowerCase())
  )
}

function isOfCredential({ vendor, operation }: Facts, name: string): boolean {
  if (operation?.parameters.some((parameter) => parameter.in === 'query' && parameter.name === name)) return true
  return [...vendor.schemes.values()].some((scheme) => scheme.in === 'query' && scheme.field === name)
}
