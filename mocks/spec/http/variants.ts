import type { Operation, Parameter } from '../model/operation/operation.ts'
import { parseAccept, weigh } from '../media/negotiate.ts'
import { mediaTypeOf, rangeRank } from '../media/media-type.ts'
import { namesIn, type Route } from './router.ts'

/**
 * Returns the part of a documented path that a client can send: no `#` and what follows, no query, always a leading
 * slash. Documents use fragment and query to have several operations at one path. The plus of `{proxy+}` is left out.
 *
 * @example
 * routeOf('/links/{id}#by-name') //=> '/links/{id}'
 */
export function routeOf(path: string): string {
  const route = path.replace(/[?#].*$/s, '').replaceAll(GREEDY, '{$1}')
  return route.startsWith('/') ? route : `/${route}`
}

/** A parameter that may contain slashes, in the syntax of AWS API Gateway exports: `{proxy+}`. */
const GREEDY = /\{([^{}]+)\+\}/g

/** Returns the name of the parameter that a path marks with a plus, since its value may contain slashes. */
function greedyName(path: string): string | undefined {
  return path.matchAll(GREEDY).next().value?.[1]
}

/** The query in a documented path: `/files?action=copy`. */
export function queryIn(path: string): URLSearchParams {
  return new URLSearchParams(/\?([^#]*)/.exec(path)?.[1])
}

/** A route to its default operation, with all operations of that route, the default one first. */
export interface SharedRoute extends Route<Operation> {
  readonly variants: readonly Operation[]
}

/** The routes of operations under each of their servers, without duplicates that differ only in parameter names. */
export function routesOf(operations: Iterable<Operation>): readonly SharedRoute[] {
  const routes = new Map<string, { readonly base: string; readonly all: Operation[] }>()
  for (const operation of operations) {
    for (const base of new Set(operation.servers.map((server) => server.path))) {
      const key = `${operation.method} ${base}${routeOf(operation.path).replaceAll(/\{[^{}]+\}/g, '{}')}`
      const known = routes.get(key)
      if (known) known.all.push(operation)
      else routes.set(key, { base, all: [operation] })
    }
  }
  return [...routes.values()].map(({ base, all }) => {
    // A path without query or fragment is the default.
    const target = all.find(({ path }) => !/[?#]/.test(path)) ?? all[0]!
    const variants = [target, ...all.filter((operation) => operation !== target)]
    const spanning = target.spanning ?? greedyName(target.path)
    return { method: target.method, path: base + routeOf(target.path), target, variants, spanning }
  })
}

/** Path parameters under the names that another operation of the same path uses. */
export function renamed(
  params: Readonly<Record<string, string>>,
  from: Operation,
  to: Operation,
): Readonly<Record<string, string>> {
  const names = namesIn(routeOf(to.path))
  return Object.fromEntries(namesIn(routeOf(from.path)).map((name, index) => [names[index]!, params[name]!]))
}

/** The parts of a request that are known before its body. */
export interface RequestHead {
  /** Values of path parameters, under the names of the first of the operations. */
  readonly params: Readonly<Record<string, string>>
  readonly query: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Whether a text is a valid value of a parameter. */
  readonly fits: Fits
}

type Fits = (operation: Operation, parameter: Parameter, text: string) => boolean

/** Of operations at one path, the one that best fits the request by path, query, headers and media types; else the first. */
export function chooseVariant(
  variants: readonly Operation[],
  { params: inPath, query, headers, fits }: RequestHead,
): Operation {
  const params = new URLSearchParams(query)
  let best = variants[0]!
  let most = -Infinity
  for (const operation of variants) {
    const score =
      queryScore(operation, params) +
      parameterScore(operation, { path: renamed(inPath, variants[0]!, operation), params, headers, fits }) +
      mediaScore(operation, headers)
    if (score <= most) continue
    most = score
    best = operation
  }
  return best
}

/** Scores the query in the path. */
function queryScore({ path }: Operation, params: URLSearchParams): number {
  let score = 0
  for (const [name, value] of queryIn(path)) {
    const fits = /^\{.*\}$/.test(value) || value === '' ? params.has(name) : params.getAll(name).includes(value)
    score += fits ? 8 : -8
  }
  return score
}

/** What parameters may have been sent as. */
interface Sent extends Pick<RequestHead, 'headers' | 'fits'> {
  readonly path: RequestHead['params']
  readonly params: URLSearchParams
}

/**
 * Scores path parameters and required ones: `/users/{id}` takes a number and `/users/{name}` any text, and
 * `/#Action=CreateUser` requires such an `Action`.
 */
function parameterScore(operation: Operation, { path, params, headers, fits }: Sent): number {
  let score = 0
  for (const parameter of operation.parameters) {
    const { name, in: place, required } = parameter
    if (place === 'path') {
      if (path[name] !== undefined && !fits(operation, parameter, path[name])) score -= 4
    } else if (required && (place === 'query' || place === 'header')) {
      const sent = place === 'query' ? params.get(name) : headers[name.toLowerCase()]
      if (sent === undefined || sent === null) score -= 2
      else score += fits(operation, parameter, sent) ? 1 : -4
    }
  }
  return score
}

/** Scores the media types of the body and of `Accept`. */
function mediaScore({ body, success }: Operation, headers: RequestHead['headers']): number {
  const sent = mediaTypeOf(headers['content-type'])
  const given = [...(body?.content.keys() ?? [])]
  const bodyScore =
    sent === undefined || given.length === 0 ? 0 : given.some((key) => rangeRank(key, sent) > 0) ? 1 : -2
  const { accept } = headers
  if (accept === undefined || !success) return bodyScore
  const accepted = parseAccept(accept)
  const offers = success.choices.length > 0 ? success.choices : [success]
  const ranks = offers.map(({ mediaType }) => (mediaType === undefined ? 0 : weigh(accepted, mediaType).rank))
  return bodyScore + Math.max(0, ...ranks) / 2
}
