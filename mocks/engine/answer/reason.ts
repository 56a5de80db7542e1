import { mask } from '../../behaviour/authenticate/authenticate.ts'
import type { ExchangeState } from '../../behaviour/exchange.ts'
import type { Refused } from '../../behaviour/outcome.ts'
import { isRecord } from '../../spec/values/is-record.ts'
import { getPointer, parsePointer } from '../../spec/references/pointer.ts'
import type { Reason, ReasonIssue } from '../../spec/model/reason.ts'
import { pathLabel } from '../../spec/schema/issue-message.ts'
import { type SchemaIssue, NO_ISSUES } from '../../spec/schema/issue.ts'
import { singular } from '../../spec/values/singular.ts'
import { statusText } from '../../spec/http/status-text.ts'
import { copyOf, printable, capitalized } from '../../state/printable.ts'
import { issueRoot } from '../exchange/scope.ts'
import { isSecretName } from '../session/journal/mask-tokens.ts'

/**
 * The reason that a documented error without an example gives: what is wrong with the request where that is known, else
 * the meaning of the status.
 *
 * @param refused - undefined where nothing has caused the error: a rule, `next` or `Prefer` plays it
 */
export function reasonOf(exchange: ExchangeState, status: number, refused: Refused | undefined): Reason {
  const isJudged = refused?.stage === 'validate' || refused?.stage === 'parse'
  const issues = isJudged ? (refused.issues ?? NO_ISSUES) : NO_ISSUES
  return {
    status,
    title: statusText(status) ?? 'Error',
    sentence: isJudged ? asSentence(refused.because, issues) : meaningOf(exchange, status),
    method: exchange.call.method,
    path: printable(exchange.call.path, MOST_SHOWN),
    issues: issues.map((issue) => issueReason(exchange, issue)),
  }
}
/** Longest request value, in characters, that an error repeats. */
const MOST_SHOWN = 200

/** Capitalizes a reason, unless it begins with the name of a field. */
function asSentence(because: string, issues: readonly SchemaIssue[]): string {
  const isOfField = issues[0] !== undefined && issues[0].path !== ''
  return isOfField ? because : capitalized(because)
}

function issueReason(exchange: ExchangeState, issue: SchemaIssue): ReasonIssue {
  const { location } = issueRoot(issue)
  return {
    keyword: issue.keyword,
    place: issue.in ?? 'body',
    location,
    pointer: issue.path,
    field: issue.path === '' ? (issue.in ?? 'body') : pathLabel(issue.path),
    message: issue.message,
    seen: seenAt(exchange, issue),
  }
}

/** The value that was sent there; for a missing field, the object that lacks it. */
function seenAt(exchange: ExchangeState, { in: place, path, keyword, params }: SchemaIssue): unknown {
  const isMissing = keyword === 'required' || keyword === 'dependentRequired'
  if (place === undefined) {
    const at = isMissing ? path.slice(0, path.lastIndexOf('/')) : path
    return shownValue(getPointer(exchange.input?.body, at), parsePointer(at).at(-1))
  }
  const name = parsePointer(path)[0] ?? ''
  if (isMissing && params['in'] !== undefined) return undefined
  switch (place) {
    case 'path':
      return shownValue(exchange.params[name], name)
    case 'query':
      return shownValue(exchange.query.get(name) ?? undefined, name)
    case 'header':
      return shownValue(exchange.call.headers[name.toLowerCase()], name)
    case 'cookie':
      return undefined
  }
}

/** A value without its secrets; undefined where it is too long to repeat. */
function shownValue(value: unknown, name: string | undefined): unknown {
  if (value instanceof Uint8Array || value === undefined) return undefined
  if (typeof value === 'string') {
    if (name !== undefined && isSecretName(name)) return mask(value)
    return value.length > MOST_SHOWN ? copyOf(value, MOST_SHOWN) : value
  }
  if (JSON.stringify(value).length > 5 * MOST_SHOWN) return undefined
  return masked(value, name)
}

function masked(value: unknown, name: string | undefined): unknown {
  if (Array.isArray(value)) return value.map((entry) => masked(entry, name))
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, masked(entry, key)]))
  if (name === undefined || !isSecretName(name) || value === null || typeof value === 'boolean') return value
  return mask(String(value))
}

/** What a status means for this request (RFC 9110 section 15). */
function meaningOf(exchange: ExchangeState, status: number): string {
  switch (status) {
    case 404:
      return missing(exchange)
    case 405:
      return `${exchange.call.method} is not allowed here.`
    default:
      return MEANINGS[status] ?? (status >= 500 ? MEANINGS[500]! : MEANINGS[400]!)
  }
}

/** Names the last item of the path: `There is no widget 42.` */
function missing({ operation, params }: ExchangeState): string {
  const steps = operation?.path.split('/') ?? []
  const at = steps.findLastIndex((step) => /^\{[^{}]+\}$/.test(step))
  const name = steps[at]?.slice(1, -1)
  const value = name === undefined ? undefined : params[name]
  const before = steps[at - 1]
  if (name === undefined || value === undefined || before === undefined || !/^[a-z][\w-]*$/i.test(before))
    return MEANINGS[404]!
  const what = singular(before).replaceAll(/[-_]/g, ' ')
  return `There is no ${what} ${isSecretName(name) ? mask(value) : printable(value, MOST_SHOWN)}.`
}

const MEANINGS: Readonly<Record<number, string>> = {
  400: 'The request is not valid.',
  401: 'No valid credentials were sent.',
  402: 'The account has no credits left.',
  403: 'These credentials do not allow this.',
  404: 'There is nothing at this address.',
  406: 'The answer is not available in a media type that the request accepts.',
  408: 'The request took too long to arrive.',
  409: 'The request conflicts with the current state.',
  410: 'This is no longer available.',
  412: 'It has changed since it was read.',
  413: 'The body is too large.',
  415: 'The body has a media type that is not supported.',
  422: 'The request is well formed, but cannot be processed.',
  423: 'This is locked at the moment.',
  428: 'The request must say which version it changes.',
  429: 'Too many requests: try again later.',
  500: 'Something went wrong on the server.',
  501: 'This is not supported yet.',
  502: 'A server behind this one gave no usable answer.',
  503: 'The service is not available at the moment: try again later.',
  504: 'A server behind this one did not answer in time.',
}
