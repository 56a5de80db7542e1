import { assemble } from '../../../mocks/connect/mock/create-mock.ts'
import { buildRequest } from '../../../mocks/request/build-request.ts'
import { createBuilder } from '../../../mocks/request/builder.ts'
import type { Operation } from '../../../mocks/spec/model/operation/operation.ts'

/** A request for an operation, with something in one place of it that no honest client would send. */
export interface Hostile {
  readonly operation: string
  /** What was put where. */
  readonly what: string
  readonly url: string
  readonly init: RequestInit
}

/** Names that every object has from its prototype. */
export const PROTOTYPE_NAMES = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__'] as const

/** Numbers at the ends of what 32 bits, a double and a date can hold, and texts that only look like numbers. */
export const NUMBERS = ['2147483648', '-2147483649', '9007199254740993', '1e999', '-1', '0', '1e21', 'NaN', 'Infinity']

/** Values whose conversion to text or number throws, and others of a type that a field seldom has. */
const VALUES: readonly unknown[] = [
  { toString: 'x' },
  { toString: 'x', valueOf: 1, length: 3, toJSON: 'x', constructor: 'x' },
  [{ toString: 'x' }],
  [],
  null,
  1e308,
  -1,
  2 ** 53,
  '',
  '\u0000',
  '+275760-09-13T00:00:00.000Z',
  true,
]

/** Fewer of them for places inside of a body, of which there are many. */
const INNER = VALUES.slice(1, 5)

interface Parts {
  readonly operation: Operation
  readonly origin: string
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** A body with all that the document has for it. */
  readonly whole: unknown
}

/** A good request for every operation of a vendor. */
function goodRequests(vendorName: string): Parts[] {
  const { sessions, library, origins, mock } = assemble({ vendors: [vendorName], clock: { at: 0, frozen: true } })
  const { vendor } = [...sessions.engine.runtimes.values()][0]!
  const builder = createBuilder(vendor, library.specOf(vendor).source, [...sessions.all.values()][0]!.situation)
  const { origin } = new URL(origins[0]!.base)
  const parts = [...vendor.operations.values()].map((operation): Parts => {
    const built = buildRequest(builder, operation)
    const schema = operation.body?.content.values().next().value
    const whole = schema && builder.generator.generate(schema, ['whole'], { direction: 'request' })
    return { ...built, operation, origin, headers: Object.fromEntries(built.headers), whole }
  })
  mock[Symbol.dispose]()
  return parts
}

/** The good request of each operation with names of `Object.prototype` in its body, query, headers, cookies and path. */
export function withPrototypeNames(vendor: string): Hostile[] {
  return goodRequests(vendor).flatMap((parts) => {
    const object = jsonObject(parts)
    const members = PROTOTYPE_NAMES.map((name) => `"${name}":{"toString":"x"}`).join(',')
    return [
      ...(object ? [sending(parts, 'names in the body', `{${members},${JSON.stringify(object).slice(1)}`)] : []),
      ...(object ? [sending(parts, 'nothing but names in the body', `{${members}}`)] : []),
      ...PROTOTYPE_NAMES.map((name) => asking(parts, name, '1')),
      hostile(
        { ...parts, headers: { ...parts.headers, constructor: '1', valueof: '1', cookie: '__proto__=1' } },
        'names in headers',
      ),
      ...pathNames(parts).flatMap((index) => PROTOTYPE_NAMES.map((name) => inPath(parts, index, name))),
    ]
  })
}

/** … with a value of another kind in each field of its body, and in place of the whole. */
export function withStrangeValues(vendor: string): Hostile[] {
  return goodRequests(vendor).flatMap((parts) => {
    const object = jsonObject(parts)
    if (!object) return []
    const names = new Set([...Object.keys(object), ...fieldsOf(parts)])
    return [
      ...VALUES.flatMap((value) => [
        sending(parts, `${JSON.stringify(value)} for the body`, JSON.stringify(value)),
        ...[...names].map((name) =>
          sending(parts, `${JSON.stringify(value)} for ${name}`, JSON.stringify({ ...object, [name]: value })),
        ),
      ]),
      ...[object, parts.whole].flatMap((body) =>
        INNER.flatMap((value) =>
          innerPlaces(body).map((place) => {
            const what = `${JSON.stringify(value)} for /${place.join('/')}`
            return sending(parts, what, JSON.stringify(withAt(body, place, value)))
          }),
        ),
      ),
    ]
  })
}

/** … with a number at the edge in each parameter and each number of the body. */
export function withNumbersAtTheEdge(vendor: string): Hostile[] {
  return goodRequests(vendor).flatMap((parts) => {
    const object = jsonObject(parts)
    const names = object ? new Set([...Object.keys(object), ...fieldsOf(parts)]) : []
    return NUMBERS.flatMap((number) => [
      ...parts.operation.parameters
        .filter((parameter) => parameter.in === 'query')
        .map(({ name }) => asking(parts, name, number)),
      ...pathNames(parts).map((index) => inPath(parts, index, number)),
      ...(/[a-z]{2}/i.test(number)
        ? []
        : [...names].map((name) => sending(parts, `${number} for ${name}`, withRaw(object!, name, number)))),
    ])
  })
}

/** The good request of each operation that takes JSON, with these bodies in place of its own. */
export function withBodies(vendor: string, bodies: readonly string[]): Hostile[] {
  return goodRequests(vendor)
    .filter(({ headers }) => headers['content-type']?.includes('json'))
    .flatMap((parts) => bodies.map((body) => sending(parts, body.slice(0, 20), body)))
}

function hostile(parts: Parts, what: string): Hostile {
  return {
    operation: parts.operation.id,
    what,
    url: parts.origin + parts.path,
    init: { method: parts.method, headers: parts.headers, ...(parts.body !== undefined && { body: parts.body }) },
  }
}

function sending(parts: Parts, what: string, body: string): Hostile {
  return hostile({ ...parts, body }, what)
}

function asking(parts: Parts, name: string, value: string): Hostile {
  const url = new URL(parts.origin + parts.path)
  url.searchParams.set(name, value)
  return hostile({ ...parts, path: url.pathname + url.search }, `${value} for ?${name}`)
}

/** Segments of the path that are parameters. */
function pathNames({ operation }: Parts): number[] {
  return operation.path.split('/').flatMap((segment, index) => (segment.startsWith('{') ? [index] : []))
}

function inPath(parts: Parts, index: number, value: string): Hostile {
  const [path, query] = parts.path.split('?') as [string, string | undefined]
  const segments = path.split('/')
  // The server's own path stands before that of the operation.
  const shift = segments.length - parts.operation.path.split('/').length
  segments[index + shift] = value
  return hostile(
    { ...parts, path: segments.join('/') + (query === undefined ? '' : `?${query}`) },
    `${value} in the path`,
  )
}

function jsonObject({ body, headers }: Parts): Record<string, unknown> | undefined {
  if (body === undefined || !headers['content-type']?.includes('json')) return undefined
  const value = JSON.parse(body) as unknown
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}

/** Places inside of a value, of a list those of its first item. */
function innerPlaces(value: unknown): string[][] {
  if (value === null || typeof value !== 'object') return []
  const keys = Array.isArray(value) ? Object.keys(value).slice(0, 1) : Object.keys(value)
  return keys.flatMap((key) => [
    [key],
    ...innerPlaces((value as Record<string, unknown>)[key]).map((place) => [key, ...place]),
  ])
}

function withAt(value: unknown, [key, ...rest]: readonly string[], wanted: unknown): unknown {
  if (key === undefined) return wanted
  const copy = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }
  const inner = (value as Record<string, unknown>)[key]
  return Object.assign(copy, { [key]: withAt(inner, rest, wanted) })
}

/** The properties that the document gives the body, where it says so at once. */
function fieldsOf({ operation }: Parts): string[] {
  const schema = operation.body?.content.values().next().value
  const properties = schema?.['properties']
  return properties !== null && typeof properties === 'object' ? Object.keys(properties as object) : []
}

/** A number as written, since not every one of them can be a number of JavaScript. */
function withRaw(object: Readonly<Record<string, unknown>>, name: string, number: string): string {
  return JSON.stringify({ ...object, [name]: '\u0001' }).replace('"\\u0001"', number)
}
