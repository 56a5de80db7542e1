import { FAILING_KINDS } from '../../connect/mock/issued-keys.ts'
import { buildRequest, type BuiltRequest, type Wishes } from '../build-request.ts'
import type { Builder } from '../builder.ts'
import { givenItems } from '../given-items.ts'
import { documentedExamples, rawOperation } from '../raw-operation.ts'
import { asRecord } from '../../scenario/raw.ts'
import type { Operation, Parameter } from '../../spec/model/operation/operation.ts'

/** A request that may produce another answer. */
export interface Provocation {
  readonly by: string
  readonly request: BuiltRequest
  /** How often it is sent; the last answer counts. */
  readonly times?: number
}

/** The parts of a valid request: path parameters and a body; the rest is generated. */
export interface Base {
  readonly params: ReadonlyMap<string, string>
  readonly body: string | undefined
  /** Sent first, so that the item's state allows the request. */
  readonly before?: BuiltRequest
  /** Whether it names initial jobs, so that none has to be started. */
  readonly isGiven?: boolean
}

/** A request that the operation should accept. */
export function goodRequest(builder: Builder, operation: Operation, base: Base): BuiltRequest {
  return buildRequest(builder, operation, wishes(base))
}

/**
 * Ways to fill an operation's request, the simplest first: each item that the path may name, each part of it that the
 * path may also name, each example of a body.
 */
export function* bases(builder: Builder, operation: Operation, known: ReadonlyMap<string, string>): Generator<Base> {
  yield { params: known, body: undefined }
  const raw = rawOperation(builder.source.data, operation)
  const media = Object.values(asRecord(raw.body['content']))[0]
  const bodies = documentedExamples(builder.source.data, asRecord(media)).map((value) => JSON.stringify(value))
  const open = operation.parameters.filter(({ in: place, name }) => place === 'path' && !known.has(name))
  for (const [own, parts] of itemsOf(builder, operation, open)) {
    for (const body of [undefined, ...bodies]) {
      // Other parameters that name items get those that belong to this one.
      const others = open.filter(({ name }) => !own.has(name) && !operation.items.has(name))
      if (others.length === 0) yield { params: new Map([...known, ...own]), body }
      for (const value of others.length === 0 ? [] : parts)
        yield { params: new Map([...known, ...own, ...others.map(({ name }) => [name, value] as const)]), body }
    }
  }
}

/** Requests that move the operation's item to a state that may allow the operation. */
export function openers(builder: Builder, operation: Operation, base: Base): BuiltRequest[] {
  const key = [...base.params.values()][0]
  if (key === undefined) return []
  return [...builder.vendor.operations.values()].flatMap((other) => {
    const [parameter, ...more] = other.parameters.filter(({ in: place }) => place === 'path')
    if (!parameter || more.length > 0 || other.method === 'GET' || other === operation) return []
    return other.items.has(parameter.name)
      ? [goodRequest(builder, other, { params: new Map([[parameter.name, key]]), body: undefined })]
      : []
  })
}

/** Each item that a parameter may name, with the names of its parts. */
function* itemsOf(
  builder: Builder,
  operation: Operation,
  open: readonly Parameter[],
): Generator<readonly [own: ReadonlyMap<string, string>, parts: readonly string[]]> {
  const { vendor } = builder
  const found = open.find(({ name }) => operation.items.has(name))
  const collections = found ? [operation.items.get(found.name)!] : [...vendor.collections.values()]
  const parameter = found ?? open[0]
  if (!parameter) return yield [new Map(), []]
  for (const collection of collections) {
    for (const [key, item] of givenItems(builder, collection)) {
      const parts = Object.values(item).flatMap((value) => Object.keys(asRecord(value)))
      yield [new Map([[parameter.name, key]]), parts]
    }
  }
}

/**
 * Invalid requests, derived from the document: keys, ids, parameters, bodies, and repeated requests.
 *
 * @param base - the parts of a valid request
 */
export function* provocations(builder: Builder, operation: Operation, base: Base): Generator<Provocation> {
  const build = (more: Partial<Wishes>): BuiltRequest => buildRequest(builder, operation, { ...wishes(base), ...more })
  const good = build({})
  yield { by: 'a good request', request: good }
  yield { by: 'a key that was revoked', request: build({ credential: 'revoked' }) }
  yield { by: 'no key', request: build({ credential: 'none' }) }
  yield* ids(builder, operation, base)
  for (const kind of FAILING_KINDS.filter((name) => name !== 'revoked'))
    yield { by: KINDS[kind] ?? `a key that is ${kind}`, request: build({ credential: kind }) }
  yield* headers(operation, good)
  yield* queries(operation, good)
  yield* bodies(good)
  yield { by: 'the same request twice', request: good, times: 2 }
  yield* items(builder, operation, base)
}

const KINDS: Readonly<Record<string, string>> = { broke: 'a key without credits', unscoped: 'a key without the right' }

function wishes({ params, body }: Base): Wishes {
  return { params, body, credential: 'active' }
}

const NOBODY = '00000000-0000-4000-8000-00000000dead'

function* ids(builder: Builder, operation: Operation, base: Base): Generator<Provocation> {
  for (const parameter of operation.parameters.filter(({ in: place }) => place === 'path')) {
    for (const value of [NOBODY, 'x']) {
      const request = buildRequest(
        builder,
        operation,
        wishes({ ...base, params: new Map([...base.params, [parameter.name, value]]) }),
      )
      yield { by: `an unknown \`${parameter.name}\``, request }
    }
  }
}

function* headers(operation: Operation, good: BuiltRequest): Generator<Provocation> {
  for (const parameter of operation.parameters.filter(({ in: place }) => place === 'header')) {
    if (badValues(parameter).length === 0) continue
    const name = parameter.name.toLowerCase()
    const others = good.headers.filter(([other]) => other !== name)
    yield { by: `\`${parameter.name}: x\``, request: { ...good, headers: [...others, [name, 'x']] } }
  }
}

function* queries(operation: Operation, good: BuiltRequest): Generator<Provocation> {
  for (const parameter of operation.parameters.filter(({ in: place }) => place === 'query')) {
    const [path, query = ''] = good.path.split('?') as [string, string?]
    const without = new URLSearchParams(query)
    without.delete(parameter.name)
    if (parameter.required)
      yield {
        by: `no \`${parameter.name}\``,
        request: { ...good, path: without.size > 0 ? `${path}?${without}` : path },
      }
    for (const value of badValues(parameter)) {
      const search = new URLSearchParams(without)
      search.set(parameter.name, value)
      yield { by: `\`${parameter.name}=${value}\``, request: { ...good, path: `${path}?${search}` } }
    }
  }
}

function badValues(parameter: Parameter): readonly string[] {
  const words = Object.keys(parameter.schema ?? {})
  return words.some(
    (word) => !/^(?:description|type|default|x-.*)$/.test(word) || parameter.schema?.[word] === 'integer',
  )
    ? ['0', 'x', '-1', '1000000']
    : []
}

function* bodies(good: BuiltRequest): Generator<Provocation> {
  if (good.body === undefined) return
  yield { by: 'a body that is not JSON', request: { ...good, body: '{' } }
  yield { by: 'no body', request: { ...good, body: undefined } }
  yield { by: 'a list in place of a body', request: { ...good, body: '[]' } }
  yield { by: 'a body of another media type', request: withType(good, 'text/plain') }
  yield { by: 'an empty body', request: { ...good, body: '{}' } }
  const fields = fieldsOf(good.body)
  for (const [name, value] of Object.entries(fields)) {
    const wrong = typeof value === 'object' ? 3 : { no: 'sense' }
    if (typeof value === 'string')
      yield { by: `a very long \`${name}\``, request: { ...good, body: JSON.stringify({ ...fields, [name]: LONG }) } }
    yield { by: `a wrong \`${name}\``, request: { ...good, body: JSON.stringify({ ...fields, [name]: wrong }) } }
    if (typeof value === 'string')
      yield {
        by: `a \`${name}\` that means nothing`,
        request: { ...good, body: JSON.stringify({ ...fields, [name]: 'no sense' }) },
      }
  }
}

/** Longer than vendors accept inline. */
const LONG = 'x'.repeat(10_000)

function fieldsOf(body: string): Readonly<Record<string, unknown>> {
  try {
    return asRecord(JSON.parse(body))
  } catch {
    return {}
  }
}

function withType(request: BuiltRequest, type: string): BuiltRequest {
  const others = request.headers.filter(([name]) => name !== 'content-type')
  return { ...request, headers: [...others, ['content-type', type]] }
}

/** The same request for each other item that the path may name, whose state may not allow it. */
function* items(builder: Builder, operation: Operation, base: Base): Generator<Provocation> {
  // Only these refusals depend on the item; otherwise all items are alike.
  if (!operation.responses.some(({ code }) => /^(?:400|403|409|410)$/.test(code))) return
  for (const parameter of operation.parameters) {
    const collection = parameter.in === 'path' ? operation.items.get(parameter.name) : undefined
    if (!collection) continue
    for (const key of givenItems(builder, collection).keys()) {
      // With the other parameters of the base, and with those from the document.
      for (const params of [new Map([...base.params, [parameter.name, key]]), new Map([[parameter.name, key]])]) {
        const request = buildRequest(builder, operation, wishes({ ...base, params }))
        yield { by: `\`${parameter.name}\` \`${key}\``, request }
      }
    }
  }
}
