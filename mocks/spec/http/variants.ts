import type { Operation } from '../model/operation/operation.ts'
import { parseAccept, weigh } from '../media/negotiate.ts'
import { mediaTypeOf, rangeRank } from '../media/media-type.ts'
import { toMatcher } from '../schema/patterns/matcher.ts'
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
}

/** Of operations at one path, the one that best fits the request by path, query, headers and media types; else the first. */
export function chooseVariant(
  variants: readonly Operation[],
  { params: inPath, query, headers }: RequestHead,
): Operation {
  const params = new URLSearchParams(query)
  let best = variants[0]!
  let most = -Infinity
  for (const operation of variants) {
    const score =
      pathScore(operation, renamed(inPath, variants[0]!, operation)) +
      queryScore(operation, params) +
      parameterScore(operation, params, headers) +
      mediaScore(operation, headers)
    if (score <= most) continue
    most = score
    best = operation
  }
  return best
}

/** Scores the values in the path: `/users/{id}` takes a number, `/users/{name}` any text. */
function pathScore({ parameters }: Operation, params: Readonly<Record<string, string>>): number {
  let score = 0
  for (const { name, in: place, schema } of parameters) {
    const sent = place === 'path' ? params[name] : undefined
    if (sent !== undefined && !allows(schema, sent)) score -= 4
  }
  return score
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

/** Scores required parameters and those with a required value: `/#Action=CreateUser` has such an `Action`. */
function parameterScore({ parameters }: Operation, params: URLSearchParams, headers: RequestHead['headers']): number {
  let score = 0
  for (const { name, in: place, required, schema } of parameters) {
    if (!required || (place !== 'query' && place !== 'header')) continue
    const sent = place === 'query' ? params.get(name) : headers[name.toLowerCase()]
    if (sent === undefined || sent === null) score -= 2
    else score += allows(schema, sent) ? 1 : -4
  }
  return score
}

function allows(schema: Readonly<Record<string, unknown>> | undefined, sent: string): boolean {
  const type = schema?.['type']
  const number = sent === '' ? Number.NaN : Number(sent)
  if (type === 'integer' && !Number.isInteger(number)) return false
  if (type === 'number' && Number.isNaN(number)) return false
  if (schema?.['format'] === 'uuid' && !UUID.test(sent)) return false
  const pattern = schema?.['pattern']
  if (typeof pattern === 'string' && !matches(pattern, sent)) return false
  const values = Array.isArray(schema?.['enum'])
    ? schema['enum']
    : 'const' in (schema ?? {})
      ? [schema!['const']]
      : undefined
  return values === undefined || values.some((value) => String(value) === sent)
}

/** A pattern that cannot be used, or not on so long a text, tells nothing apart. */
function matches(pattern: string, text: string): boolean {
  try {
    return toMatcher(pattern).test(text)
  } catch {
    return true
  }
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

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
