import { applyPatches } from '../../behaviour/collections.ts'
import type { ExchangeState, MatchedExchange } from '../../behaviour/exchange.ts'
import type { Refused } from '../../behaviour/outcome.ts'
import { isRecord } from '../../spec/values/is-record.ts'
import type { WrittenBody } from '../../spec/media/body-form.ts'
import { isEventStream, isJson, isMultipart, isXml, languageOf } from '../../spec/media/media-type.ts'
import { negotiate } from '../../spec/media/negotiate.ts'
import { writeBody } from '../../spec/media/write-body.ts'
import { writeXml } from '../../spec/media/write-xml.ts'
import { valueShape } from '../../spec/codec/value-shape.ts'
import type { ResponseHeader } from '../../spec/codec/response-header.ts'
import { requiredNames } from '../../spec/schema/properties.ts'
import type { SchemaObject } from '../../spec/schema/schema-object.ts'
import type { TokenStep } from '../../spec/model/tokens.ts'
import type { Example, ResponseSpec } from '../../spec/model/response.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { Completion } from '../../generate/generator.ts'
import { formatPointer } from '../../spec/references/pointer.ts'
import { asText } from '../../spec/values/scalar.ts'
import { canonical } from '../../state/hash.ts'
import { runBody } from '../exchange/vendor-code.ts'
import type { Handled } from '../streams/pending.ts'
import { documentedText, type Headers } from './answer-headers.ts'
import { reasonOf } from './reason.ts'

/**
 * Returns the documented answer in the media type that the request asks for (RFC 9110 section 12.5.1), or in the usual one
 * where the request names none or nothing fits. A body with `stream: true` asks for the event stream, whatever `Accept` says:
 * clients of language models send `Accept: application/json` with it.
 */
export function represent(exchange: ExchangeState, spec: ResponseSpec): ResponseSpec {
  if (spec.choices.length === 0) return spec
  const body = exchange.input?.value
  if (isRecord(body) && body['stream'] === true) {
    const stream = spec.choices.find(({ mediaType }) => isEventStream(mediaType))
    if (stream) return { ...spec, ...stream }
  }
  const accept = exchange.call.headers['accept']
  if (accept === undefined || accept === '*/*') return spec
  const found = negotiate(accept, spec.choices)
  if (!found || found.mediaType === spec.mediaType) return spec
  // Of a range, the request may have chosen any type.
  const { offer, mediaType } = found
  return { ...spec, ...offer, mediaType, isMultipart: isMultipart(mediaType) }
}

export function contentType(spec: ResponseSpec): Headers {
  return hasBody(spec) ? [['content-type', spec.mediaType]] : []
}

/** Whether an answer has a body: one with a media type, of a status that may have one (RFC 9110 section 6.4.1). */
export function hasBody(spec: ResponseSpec): spec is ResponseSpec & { readonly mediaType: string } {
  return spec.mediaType !== undefined && spec.status !== 204 && spec.status !== 304
}

const fixedBodies = new WeakMap<Example, { readonly mediaType: string; readonly body: WrittenBody }>()

/**
 * Makes the body of an answer from one of its examples, or from the schema where there is no example. A generated error
 * says why the request is refused.
 *
 * @param refused - the stage that refused the request; undefined where the error is played
 */
export function exampleBody(
  exchange: ExchangeState,
  spec: ResponseSpec,
  example: Example | undefined,
  refused?: Refused,
): WrittenBody {
  if (!hasBody(spec)) return undefined
  const { mediaType } = spec
  if (example && example.body.length > 0)
    return write(exchange, spec, applyPatches(example.value, example.body, exchange))
  if (example?.value === undefined) {
    const { schema, status } = spec
    const identity = spec.name ?? spec.code
    if (!schema || status < 400) return write(exchange, spec, made(exchange, spec, identity))
    return write(
      exchange,
      spec,
      asDocument(exchange, spec, exchange.makeError(schema, identity, reasonOf(exchange, status, refused))),
    )
  }
  const fixed = fixedBodies.get(example)
  if (fixed?.mediaType === mediaType) return fixed.body
  const body = write(exchange, spec, example.value)
  fixedBodies.set(example, { mediaType, body })
  return body
}

const steady = new WeakMap<Operation, WeakMap<object, Map<string, WrittenBody>>>()
const NO_ACCOUNT = {}
/** Bodies kept per account. The limit exists because paths with parameters have unlimited variants. */
const STEADY_KEPT = 1000

/** The body of the normal answer. */
export function successBody(exchange: MatchedExchange, spec: ResponseSpec, handled: Handled): WrittenBody {
  const { operation } = exchange
  if (!operation.steady || exchange.code) return makeBody(exchange, spec, handled)
  const settings = exchange.account?.settings ?? NO_ACCOUNT
  let accounts = steady.get(operation)
  if (!accounts) steady.set(operation, (accounts = new WeakMap()))
  let kept = accounts.get(settings)
  if (!kept) accounts.set(settings, (kept = new Map()))
  const params = operation.path.includes('{') ? canonical(exchange.params) : ''
  const key = `${exchange.seed} ${params}${spec.choices.length === 0 ? '' : ` ${spec.mediaType}`}`
  if (kept.has(key)) return kept.get(key)
  const body = makeBody(exchange, spec, handled)
  if (kept.size >= STEADY_KEPT) kept.clear()
  kept.set(key, body)
  return body
}

function makeBody(exchange: MatchedExchange, spec: ResponseSpec, handled: Handled): WrittenBody {
  if (!hasBody(spec)) return undefined
  const { operation } = exchange
  const given = visibleValue(handled)
  let value: unknown = given
  const overlay = handled.overlay ?? operation.overlay
  if (overlay.length > 0) value = applyPatches(value ?? exampleValue(exchange, spec) ?? {}, overlay, exchange)
  const { schema } = spec
  if (value === undefined) {
    value = exampleValue(exchange, spec)
    if (value === undefined) value = made(exchange, spec, canonical(exchange.params))
  } else if (given === undefined && schema && isRecord(value) && !covers(exchange, schema, value)) {
    const whole = exchange.make(schema, canonical(exchange.params))
    if (isRecord(whole)) value = { ...whole, ...value }
  }
  if (exchange.code?.body) value = runBody(exchange, value)
  const shown = schema ? wholeOf(exchange, schema, value, handled) : value
  return write(exchange, spec, operation.tokens ? withDemanded(operation.tokens, spec, value, shown) : shown)
}

/**
 * Projects a value to its schema and fills in what is required. Completion adds only what is missing, so a value that
 * lacks nothing is not validated, and a valid value is not completed: completing costs more than validating.
 */
function wholeOf(exchange: MatchedExchange, schema: SchemaObject, value: unknown, handled: Handled): unknown {
  // Throws where the schema cannot be compiled.
  const validate = exchange.vendor.schemas.validator(schema, RESPONSE)
  const noticed = { mayLack: false }
  const shown = exchange.project(schema, value, noticed)
  if (!noticed.mayLack || validate(shown).length === 0) return shown
  return exchange.project(schema, exchange.complete(schema, value, completionOf(exchange, handled)))
}

/** Identifies what an answer shows, so that an item reads the same alone and in a list. */
function completionOf({ operation, params }: MatchedExchange, { item, list, envelope }: Handled): Completion {
  const collection = operation.collection?.in ?? operation.job?.job.collection
  const identity = [canonical(params)]
  if (!collection) return { identity }
  const items = list ?? [item]
  const names = typeof envelope === 'string' ? [envelope] : (envelope ?? [])
  const identityOf = (index: number): Completion['identity'] | undefined => {
    const entry = items[index]
    return entry ? [collection.name, asText(entry[collection.key])] : undefined
  }
  return { identity, items: { at: envelope ? names.map((name) => formatPointer([name])) : [''], identityOf } }
}

/**
 * Adds what OAuth requires and the schema leaves out: to a registration all registered fields (RFC 7591 section 3.2.1),
 * to tokens their type and scopes (RFC 6749 section 5.1). A vendor whose example shows tokens without a type breaks the
 * RFC, and so does its mock.
 */
function withDemanded(step: TokenStep, { examples }: ResponseSpec, value: unknown, shown: unknown): unknown {
  if (!isRecord(value) || !isRecord(shown)) return shown
  if (step.do === 'register') return { ...shown, ...value }
  if (step.do !== 'exchange') return shown
  if ([...examples.values()].some((example) => isRecord(example.value) && !('token_type' in example.value)))
    return shown
  return { ...shown, ...Object.fromEntries(Object.entries(value).filter(([name]) => TOKEN_MEMBERS.has(name))) }
}

const TOKEN_MEMBERS = new Set(['access_token', 'token_type', 'scope'])

function visibleValue(handled: Handled): unknown {
  const value = handled.list ?? handled.item
  const { envelope } = handled
  if (value === undefined || envelope === undefined) return value
  return typeof envelope === 'string'
    ? { [envelope]: value }
    : Object.fromEntries(envelope.map((property) => [property, value]))
}

const fitting = new WeakMap<ResponseSpec['examples'], { readonly value: unknown }>()

/**
 * The document's example, if it fits its own schema (some do not). An example that only lacks required fields is
 * completed later. Outside of JSON a text is the body itself.
 */
function exampleValue(exchange: ExchangeState, spec: ResponseSpec): unknown {
  let found = fitting.get(spec.examples)
  if (!found) {
    const values = [...spec.examples.values()].flatMap(({ value }) => (value === undefined ? [] : [value]))
    const whole = values.find((value) => fits(exchange, spec, value))
    const lacking = (value: unknown): boolean => fits(exchange, spec, completedExample(exchange, spec, value))
    found = { value: whole === undefined ? values.find(lacking) : whole }
    fitting.set(spec.examples, found)
  }
  return found.value
}

function completedExample(exchange: ExchangeState, { schema }: ResponseSpec, value: unknown): unknown {
  return schema ? exchange.complete(schema, value, { identity: ['example'] }) : value
}

function fits({ vendor }: ExchangeState, { schema, mediaType }: ResponseSpec, value: unknown): boolean {
  if (!schema || (typeof value === 'string' && !isJson(mediaType))) return true
  return vendor.schemas.validator(schema, RESPONSE)(value).length === 0
}

/** A value for the schema; without a schema, bytes where the media type is neither JSON nor any text. */
function made(exchange: ExchangeState, spec: ResponseSpec, identity: string): unknown {
  if (spec.schema) return asDocument(exchange, spec, exchange.make(spec.schema, identity))
  return languageOf(spec.mediaType!) === 'binary' ? exchange.make(BYTES, identity) : undefined
}

/** A made-up text of XML as an XML document: a text is written as it is, so that examples of XML can be texts. */
function asDocument({ vendor }: ExchangeState, { schema, mediaType }: ResponseSpec, value: unknown): unknown {
  if (typeof value !== 'string' || !isXml(mediaType) || value.trimStart().startsWith('<')) return value
  return writeXml(value, valueShape(vendor.schemas, schema))
}

const RESPONSE = { direction: 'response' } as const
const BYTES = { type: 'string', format: 'binary' }

function write(exchange: ExchangeState, { mediaType, schema, encodings }: ResponseSpec, value: unknown): WrittenBody {
  const { schemas } = exchange.vendor
  const partHeader = (header: ResponseHeader): string | undefined => documentedText(exchange, header)
  return writeBody(mediaType!, { value, schema, schemas, encodings, partHeader })
}

/** Whether all required fields are present. A curated item decides itself which optional fields it has. */
function covers(exchange: ExchangeState, schema: SchemaObject, value: Readonly<Record<string, unknown>>): boolean {
  return requiredNames(exchange.vendor.schemas, schema).every((name) => Object.hasOwn(value, name))
}
