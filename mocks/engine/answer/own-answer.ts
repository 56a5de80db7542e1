import type { Reply } from '../../behaviour/call.ts'
import type { ExchangeState } from '../../behaviour/exchange.ts'
import { allow } from '../../spec/http/router.ts'
import { PROBLEM_JSON, problemJson } from '../../spec/http/problem-json.ts'
import type { Scheme } from '../../spec/model/rules/scheme.ts'
import { addRules, type Headers } from './answer-headers.ts'
import type { Answer } from './answer.ts'

/** An error in the engine's own words, for answers that the document does not have: RFC 9457. */
export function plainAnswer(status: number, detail: string): Answer {
  return {
    status,
    headers: [['content-type', PROBLEM_JSON]],
    body: JSON.stringify(problemJson(status, detail)),
    spec: undefined,
    refusal: undefined,
    offContract: 'the document has no answer for this',
  }
}

/** The same for an exchange, with the headers that RFC 9110 requires and those that the vendor always sends. */
export function ownAnswer(
  exchange: ExchangeState,
  status: number,
  detail: string,
  headers: Reply['headers'] = [],
): Answer {
  const answer = plainAnswer(status, detail)
  const all = [...answer.headers, ...(headers.length > 0 ? headers : neededHeaders(exchange, status))]
  addRules(exchange, all, exchange.refused?.stage === 'limit' ? 'limited' : 'refused', false)
  return { ...answer, headers: all }
}

/** Answers OPTIONS on a path that has other operations (RFC 9110 section 9.3.7). */
export function optionsAnswer(exchange: ExchangeState): Answer {
  const headers: Headers = [['Allow', allow(exchange.allowed)]]
  addRules(exchange, headers, 'refused')
  return {
    status: 204,
    headers,
    body: undefined,
    spec: undefined,
    refusal: undefined,
    offContract: 'every path answers OPTIONS, whether it is documented or not',
  }
}

/** Headers required for this status (RFC 9110 sections 15.5.2, 15.5.6, 15.5.8, 15.5.16, 15.5.22). */
function neededHeaders(exchange: ExchangeState, status: number): Answer['headers'] {
  switch (status) {
    case 401:
      return [['WWW-Authenticate', challenges(exchange)]]
    case 405:
      return [['Allow', allow(otherMethods(exchange))]]
    case 407:
      return [['Proxy-Authenticate', `Basic realm="${exchange.vendor.name}"`]]
    case 415:
      return acceptedTypes(exchange)
    case 426:
      return [
        ['Upgrade', 'HTTP/2.0'],
        ['Connection', 'Upgrade'],
      ]
    default:
      return []
  }
}

/** The allowed methods. A 405 played on an operation lists the other methods of its path. */
function otherMethods({ vendor, operation, allowed }: ExchangeState): readonly string[] {
  if (!operation) return allowed
  const others = [...vendor.operations.values()].filter(
    (other) => other.path === operation.path && other.id !== operation.id,
  )
  return others.map(({ method }) => method)
}

/** One challenge per security scheme. A key that is not an HTTP scheme says where it is sent. */
function challenges({ vendor, operation }: ExchangeState): string {
  const own = (operation?.security.flat() ?? []).flatMap((name) => vendor.schemes.get(name) ?? [])
  const schemes = own.length > 0 ? own : [...vendor.schemes.values()]
  const realm = `realm="${vendor.name.replaceAll(/[^\w .~-]/g, '')}"`
  const found = new Set(schemes.map((scheme) => challenge(scheme, realm)))
  return found.size > 0 ? [...found].join(', ') : `Bearer ${realm}`
}

function challenge({ in: place, field, prefix, spelled }: Scheme, realm: string): string {
  return prefix === '' ? `ApiKey ${realm}, in="${place}", name="${field}"` : `${spelled.trim()} ${realm}`
}

/** RFC 5789 section 2.2 names the header for PATCH, RFC 9110 the one for all other methods. */
function acceptedTypes({ operation }: ExchangeState): Answer['headers'] {
  const types = [...(operation?.body?.content.keys() ?? [])].join(', ')
  return types === '' ? [] : [[operation!.method === 'PATCH' ? 'Accept-Patch' : 'Accept', types]]
}
