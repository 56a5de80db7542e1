import type { Assembled } from '../connect/mock/assemble.ts'
import { asRecord, type Raw } from '../scenario/raw.ts'
import { queryIn, routeOf } from '../spec/http/variants.ts'
import type { Collection } from '../spec/model/collection.ts'
import type { Operation, Parameter } from '../spec/model/operation/operation.ts'
import type { Vendor } from '../spec/model/vendor.ts'
import { takesTextAlone } from '../spec/codec/read-text.ts'
import { valueShape } from '../spec/codec/value-shape.ts'
import { writeCookies, writeHeader, writeQuery, writeSegment } from '../spec/codec/write-parameter.ts'
import { encodeQuery } from '../spec/codec/write-styled.ts'
import { asText } from '../spec/values/scalar.ts'
import { type KeyKind, KEY_KINDS } from '../connect/mock/issued-keys.ts'
import { credentialHeader, sampleKeys, schemesFor } from './credential.ts'
import { firstKey } from './given-items.ts'
import { documentedExample, rawOperation } from './raw-operation.ts'
import { makeBody } from './make-body.ts'
import { tokenRequest } from './token-request.ts'
import type { Builder } from './builder.ts'
import { parseExactly } from '../spec/values/exact-number.ts'

/** A request that an operation should accept. */
export interface BuiltRequest {
  readonly method: string
  /** Origin of the operation's server; empty where the document has none. */
  readonly origin: string
  /** The server's path and the operation's, with a query; begins with a slash. */
  readonly path: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string | undefined
  /** Automatic choices, and how to choose something else. */
  readonly notes: readonly string[]
}

/** A user's choices for a request; the rest is generated. */
export interface Wishes {
  readonly params: ReadonlyMap<string, string>
  readonly body: string | undefined
  /** A key, a kind of key, or `none`. */
  readonly credential: string
}

const NO_PARAMS: ReadonlyMap<string, string> = new Map()

/**
 * Builds a request that the operation should accept: parameters from items and examples, a body from an example or its
 * schema, a valid key.
 */
export function buildRequest(
  builder: Builder,
  operation: Operation,
  { params = NO_PARAMS, body, credential = 'active' }: Partial<Wishes> = {},
): BuiltRequest {
  const { vendor } = builder
  const notes: string[] = []
  const query: string[] = []
  const headers: Array<readonly [string, string]> = []
  const cookies: string[] = []
  const path = new Map<string, string>()
  const segments = new Map<string, string>()
  const raw = rawOperation(builder.source.data, operation)
  const token = tokenRequest(vendor, operation)
  // The fitting item may depend on the other parameters, so items are chosen last.
  const ofItems = (parameter: Parameter): number => Number(collectionOf(operation, parameter) !== undefined)
  const schemes = schemesFor(vendor, operation).filter(({ field }) => !params.has(field))
  for (const parameter of [...operation.parameters].sort((left, right) => ofItems(left) - ofItems(right))) {
    // Some documents have the credential as a parameter as well.
    const name = parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name
    if (schemes.some((scheme) => scheme.in === parameter.in && scheme.field === name)) continue
    const value =
      givenValue(vendor, parameter, params.get(parameter.name)) ??
      (parameter.in === 'query' ? token?.fields[parameter.name] : undefined) ??
      (parameter.required
        ? choose(builder, operation, parameter, { examples: raw.parameters, path, notes })
        : undefined)
    if (value === undefined) continue
    if (parameter.in === 'path') {
      path.set(parameter.name, asText(value))
      segments.set(parameter.name, writeSegment(parameter, value))
    } else if (parameter.in === 'header') headers.push([parameter.name.toLowerCase(), writeHeader(parameter, value)])
    else if (parameter.in === 'cookie') cookies.push(...writeCookies(parameter, value))
    else query.push(...writeQuery(parameter, value))
  }
  for (const scheme of schemes) {
    const key = keyFor(sampleKeys(scheme), credential)
    if (key === undefined) continue
    if (scheme.in === 'query') query.push(`${encodeQuery(scheme.field)}=${encodeQuery(key)}`)
    else if (scheme.in === 'cookie') cookies.push(`${scheme.field}=${key}`)
    else headers.push(credentialHeader(scheme, key))
  }
  if (cookies.length > 0) headers.push(['cookie', cookies.join('; ')])
  if (token?.authorization !== undefined) headers.push(['authorization', token.authorization])
  const own = operation.method === 'GET' ? undefined : token?.fields
  const made = makeBody(builder, operation, { given: body, params: path, raw: raw.body, own })
  if (made) {
    headers.push(['content-type', made.mediaType])
    notes.push(...made.notes)
    if (isBodiless(operation.method)) notes.push(`fetch sends no body with ${operation.method}, so it is left out`)
  }
  const filled = routeOf(operation.path).replaceAll(
    /\{([^{}]+)\}/g,
    (_, name: string) => segments.get(name) ?? encodeURIComponent(name),
  )
  for (const [name, value] of queryIn(operation.path)) {
    const start = `${encodeQuery(name)}=`
    if (!query.some((pair) => pair.startsWith(start))) query.push(start + encodeQuery(value))
  }
  const mediaType = operation.success?.mediaType
  // Operations at one path may differ only in the media type of the answer.
  if (mediaType !== undefined && sharesPath(vendor, operation)) headers.push(['accept', mediaType])
  return {
    method: operation.method,
    origin: operation.servers[0]?.origin ?? '',
    path: `${operation.servers[0]?.path ?? ''}${filled}${query.length > 0 ? `?${query.join('&')}` : ''}`,
    headers,
    body: made?.text,
    notes,
  }
}

/** The URL where a mock receives the request: the operation's own host, else the vendor's first server. */
export function baseFor({ origins }: Assembled, request: BuiltRequest): string {
  return (origins.find(({ base }) => base === request.origin) ?? origins[0]!).base
}

interface Choice {
  /** By place and name of the parameter. */
  readonly examples: ReadonlyMap<string, unknown>
  /** Path parameters chosen so far. */
  readonly path: ReadonlyMap<string, string>
  readonly notes: string[]
}

function sharesPath({ variants }: Vendor, operation: Operation): boolean {
  return [...(variants?.values() ?? [])].some((all) => all.some(({ id }) => id === operation.id))
}

function collectionOf(operation: Operation, parameter: Parameter): Collection | undefined {
  return parameter.in === 'path' ? operation.items.get(parameter.name) : undefined
}

/**
 * For a parameter that names items: the document's example if it is an item, else the first that fits. For others: an
 * example that fits the schema, else a value made from it.
 */
function choose(
  builder: Builder,
  operation: Operation,
  parameter: Parameter,
  { examples, path, notes }: Choice,
): unknown {
  const { vendor, generator } = builder
  const collection = collectionOf(operation, parameter)
  const example = documentedExample(builder.source.data, holderOf(examples.get(`${parameter.in} ${parameter.name}`)))
  if (collection) {
    const key = firstKey(builder, operation, collection, { path, example })
    if (key !== undefined && key === String(example)) return key
    if (key !== undefined) {
      notes.push(
        `${parameter.name} is the first that fits of ${collection.name}; --param ${parameter.name}=… sets another`,
      )
      return key
    }
  }
  const { schema = { type: 'string' } } = parameter
  if (example !== undefined && vendor.schemas.validator(schema)(example).length === 0) return example
  const made = generator.generate(
    // No path has an empty segment.
    parameter.in === 'path' ? { allOf: [schema, { minLength: 1 }] } : schema,
    [vendor.name, operation.id, parameter.in, parameter.name],
    { direction: 'request' },
  )
  notes.push(`${parameter.name} is made up; --param ${parameter.name}=… sets another`)
  return made
}

/** A user's value for a parameter: lists and objects as JSON, anything else unchanged. */
function givenValue({ schemas }: Vendor, { schema }: Parameter, text: string | undefined): unknown {
  if (text === undefined || !/^\s*[[{]/.test(text) || takesTextAlone(valueShape(schemas, schema))) return text
  try {
    return parseExactly(text)
  } catch {
    return text
  }
}

/** The holder of a parameter's examples: itself, or its media type. */
function holderOf(parameter: unknown): Raw {
  const node = asRecord(parameter)
  return asRecord(Object.values(asRecord(node['content']))[0] ?? node)
}

function keyFor(keys: Readonly<Record<KeyKind, string>>, wanted: string): string | undefined {
  if (wanted === 'none' || wanted === '') return undefined
  return (KEY_KINDS as readonly string[]).includes(wanted) ? keys[wanted as KeyKind] : wanted
}

/** The `fetch` options of a built request. Redirects are not followed, so that the operation's own answer is shown. */
export function initOf({ method, headers, body }: BuiltRequest, signal?: AbortSignal): RequestInit {
  return {
    method,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    redirect: 'manual',
    ...(signal && { signal }),
    ...(body !== undefined && !isBodiless(method) && { body }),
  }
}

/** Whether `fetch` refuses a body for the method, though HTTP does not (RFC 9110 section 9.3.1). */
function isBodiless(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}
