import { applyPatches } from '../behaviour/collections.ts'
import { metLimit } from '../behaviour/limit.ts'
import type { Refused, Turn } from '../behaviour/turn.ts'
import type { Example, HeaderRule, Operation, ResponseSpec } from '../spec/vendor.ts'
import { responseFor } from '../spec/compile/responses.ts'
import { isRecord } from '../spec/is-record.ts'
import { requiredNames } from '../spec/schema/required.ts'
import type { SchemaObject } from '../spec/schema/schema-object.ts'
import { asText } from '../spec/scalar.ts'
import type { LiteralAnswer } from '../scenario/situation.ts'
import { canonical } from '../state/hash.ts'
import { ownAnswer, plainAnswer } from './own-answer.ts'
import type { Handled } from './pending.ts'
import type { Streaming } from './stream.ts'
import { runBody } from './steps.ts'

/** An answer before it is handed over. */
export interface Answer {
  readonly status: number
  readonly headers: Array<readonly [name: string, value: string]>
  readonly body: string | Uint8Array | undefined
  /** The documented answer it claims to be; undefined where the document has none. */
  readonly spec: ResponseSpec | undefined
  /** Name for journal and reports. */
  readonly refusal: string | undefined
  /** Why it may break the contract. */
  readonly offContract: string | undefined
  /** The body comes event by event. */
  readonly stream?: Streaming | undefined
}

/** The answer that a stage gave instead of going on. */
export function refusalAnswer(turn: Turn, refused: Refused): Answer {
  const { refusal } = refused
  if (!refusal) return ownAnswer(turn, refused.status, refused.because)
  const { response, example } = refusal
  const headers = contentType(response)
  addHeaders(turn, headers, example)
  addRules(turn, headers, refused.stage === 'limit' ? 'limited' : 'refused')
  const body = exampleBody(turn, response, example)
  return {
    status: refusal.response.status,
    headers,
    body,
    spec: response,
    refusal: refusal.name,
    offContract: undefined,
  }
}

/** The operation's normal answer, built in layers: generated, example, item, the operation's `body`. */
export function successAnswer(turn: Turn, handled: Handled): Answer {
  const { stream } = handled
  const spec = stream
    ? stream.step.response
    : handled.status === undefined
      ? turn.operation!.success
      : documented(turn, handled.status)
  if (!spec) return { ...plainAnswer(200, ''), headers: [], body: undefined }
  const headers = contentType(spec)
  for (const [name, value] of handled.headers ?? []) {
    // Code may answer in another of the documented types.
    if (name.toLowerCase() === 'content-type') headers.length = 0
    push(headers, name, value)
  }
  addRequiredHeaders(turn, headers, spec)
  addRules(turn, headers, 'success')
  return {
    status: spec.status,
    headers,
    body: stream ? undefined : (handled.bytes ?? successBody(turn, spec, handled)),
    spec,
    refusal: undefined,
    offContract: undefined,
    stream,
  }
}

/** A documented answer that was asked for by name (`Prefer`, a rule), with its example's live values. */
export function exampleAnswer(turn: Turn, spec: ResponseSpec, example: Example | undefined, name: string): Answer {
  const headers = contentType(spec)
  addHeaders(turn, headers, example)
  addRequiredHeaders(turn, headers, spec)
  addRules(turn, headers, spec.status < 400 ? 'success' : 'refused')
  return {
    status: spec.status,
    headers,
    body: exampleBody(turn, spec, example),
    spec,
    refusal: name,
    offContract: undefined,
  }
}

/** An answer that a scenario or a test wrote out. */
export function literalAnswer(turn: Turn, literal: LiteralAnswer, spec: ResponseSpec | undefined): Answer {
  const headers: Array<readonly [string, string]> = []
  for (const [name, value] of literal.headers) push(headers, name, value(turn.scope))
  const value = literal.body?.(turn.scope)
  const text =
    value === undefined ? undefined : typeof value === 'string' && !isJsonType(headers) ? value : JSON.stringify(value)
  if (text !== undefined && !headers.some(([name]) => name.toLowerCase() === 'content-type')) {
    headers.unshift([
      'content-type',
      typeof value === 'string' ? 'text/plain; charset=utf-8' : (spec?.mediaType ?? 'application/json'),
    ])
  }
  // What no document tells of is not the vendor's own answer: it carries what the request has come by, and no more.
  addRules(turn, headers, literal.status < 400 ? 'success' : 'refused', literal.offContract === undefined)
  return { status: literal.status, headers, body: text, spec, refusal: undefined, offContract: literal.offContract }
}

function contentType(spec: ResponseSpec): Array<readonly [string, string]> {
  return spec.mediaType === undefined || spec.status === 204 || spec.status === 304
    ? []
    : [['content-type', spec.mediaType]]
}

function addHeaders(turn: Turn, headers: Array<readonly [string, string]>, example: Example | undefined): void {
  for (const [name, value] of example?.headers ?? []) push(headers, name, value(turn.scope))
}

/** Which headers go with answers at large: a limit's refusal sends only its example's, and those `on: all`. */
function addRules(
  turn: Turn,
  headers: Array<readonly [string, string]>,
  kind: 'success' | 'refused' | 'limited',
  isOwn = true,
): void {
  for (const rule of turn.vendor.headers) {
    if ((rule.from === 0 && !isOwn) || !applies(turn, rule, kind)) continue
    for (const [name, value] of rule.set) {
      const lower = name.toLowerCase()
      if (!headers.some(([known]) => known.toLowerCase() === lower)) push(headers, name, value(turn.scope))
    }
  }
}

function applies(turn: Turn, rule: HeaderRule, kind: 'success' | 'refused' | 'limited'): boolean {
  if (rule.from !== 0 && (turn.reached & rule.from) === 0) return false
  if (rule.part !== undefined && !metLimit(turn, rule.part)) return false
  return rule.on === 'all' || (rule.on === 'answer' ? kind !== 'limited' : kind === 'success')
}

/** A header that the document requires and nobody has set is generated like a body. */
function addRequiredHeaders(turn: Turn, headers: Array<readonly [string, string]>, spec: ResponseSpec): void {
  for (const [name, header] of spec.headers) {
    if (!header.required || !header.schema || headers.some(([known]) => known.toLowerCase() === name)) continue
    if (turn.vendor.headers.some((rule) => rule.set.some(([set]) => set.toLowerCase() === name))) continue
    push(headers, name, turn.make(header.schema, 'header', name))
  }
}

function push(headers: Array<readonly [string, string]>, name: string, value: unknown): void {
  if (value !== undefined && value !== null) headers.push([name, headerText(value)])
}

/** A value as a header can carry it: none from a request may end the header and begin another, or cannot be sent. */
export function headerText(value: unknown): string {
  const text = asText(value)
  return PLAIN.test(text) ? text : text.replaceAll(CONTROLS, ' ').replaceAll(BEYOND_LATIN, '?')
}

const PLAIN = /^[\t -~\u00a0-\u00ff]*$/
const CONTROLS = /[^\t\P{Cc}]+/gu
const BEYOND_LATIN = /[\u{100}-\u{10ffff}]/gu

const fixedBodies = new WeakMap<Example, string | undefined>()

function exampleBody(turn: Turn, spec: ResponseSpec, example: Example | undefined): string | undefined {
  if (spec.mediaType === undefined || spec.status === 204 || spec.status === 304) return undefined
  if (!example) return spec.schema ? encode(spec, turn.make(spec.schema, spec.name ?? spec.code)) : undefined
  if (example.body.length > 0) return encode(spec, applyPatches(example.value, example.body, turn))
  if (!fixedBodies.has(example)) fixedBodies.set(example, encode(spec, example.value))
  return fixedBodies.get(example)
}

function documented(turn: Turn, status: number): ResponseSpec {
  const { id, responses } = turn.operation!
  const spec = responseFor(responses, status)
  if (spec) return { ...spec, status }
  throw new TypeError(`Failed to answer ${id}: its code answers with ${status}, which the operation does not document.`)
}

const steady = new WeakMap<Operation, WeakMap<object, Map<string, ReturnType<typeof makeBody>>>>()
const NO_ACCOUNT = {}
/** Bodies kept for one account; paths with parameters could be any number. */
const STEADY_KEPT = 1000

function successBody(turn: Turn, spec: ResponseSpec, handled: Handled): string | Uint8Array | undefined {
  const operation = turn.operation!
  if (!operation.steady || turn.steps) return makeBody(turn, spec, handled)
  const settings = turn.account?.settings ?? NO_ACCOUNT
  let accounts = steady.get(operation)
  if (!accounts) steady.set(operation, (accounts = new WeakMap()))
  let kept = accounts.get(settings)
  if (!kept) accounts.set(settings, (kept = new Map()))
  const key = `${turn.session.seed} ${operation.path.includes('{') ? canonical(turn.params) : ''}`
  if (kept.has(key)) return kept.get(key)
  const body = makeBody(turn, spec, handled)
  if (kept.size >= STEADY_KEPT) kept.clear()
  kept.set(key, body)
  return body
}

function makeBody(turn: Turn, spec: ResponseSpec, handled: Handled): string | Uint8Array | undefined {
  if (spec.mediaType === undefined || spec.status === 204 || spec.status === 304) return undefined
  const operation = turn.operation!
  let value: unknown = shown(handled)
  const overlay = handled.overlay ?? operation.overlay
  if (overlay.length > 0) value = applyPatches(value ?? exampleValue(turn, spec) ?? {}, overlay, turn)
  const { schema } = spec
  if (value === undefined) {
    value = exampleValue(turn, spec) ?? (schema ? turn.make(schema, canonical(turn.params)) : undefined)
  } else if (schema && isRecord(value) && !covers(turn, schema, value)) {
    const made = turn.make(schema, canonical(turn.params))
    if (isRecord(made)) value = { ...made, ...value }
  }
  if (turn.steps?.body) value = runBody(turn, value)
  return encode(spec, schema && isJsonMedia(spec.mediaType) ? turn.project(schema, value) : value)
}

function shown(handled: Handled): unknown {
  const value = handled.list ?? handled.item
  return value === undefined || handled.envelope === undefined ? value : { [handled.envelope]: value }
}

const fitting = new WeakMap<ResponseSpec, { readonly value: unknown }>()

/** The document's example, if it fits its own schema: not every vendor's does. */
function exampleValue(turn: Turn, spec: ResponseSpec): unknown {
  let found = fitting.get(spec)
  if (!found) {
    const example = [...spec.examples.values()].find(
      (entry) =>
        entry.value !== undefined &&
        (!spec.schema ||
          turn.vendor.schemas.validator(spec.schema, { direction: 'response' })(entry.value).length === 0),
    )
    found = { value: example?.value }
    fitting.set(spec, found)
  }
  return found.value
}

function encode(spec: ResponseSpec, value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (isJsonMedia(spec.mediaType)) return JSON.stringify(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function isJsonMedia(type: string | undefined): boolean {
  return type !== undefined && /[/+]json\b/i.test(type)
}

/** Whether headers announce JSON. */
export function isJsonType(headers: ReadonlyArray<readonly [string, string]>): boolean {
  return headers.some(([name, value]) => name.toLowerCase() === 'content-type' && isJsonMedia(value))
}

/** What is required is there; a curated item says itself which optional fields it has. */
function covers(turn: Turn, schema: SchemaObject, value: Readonly<Record<string, unknown>>): boolean {
  return requiredNames(turn.vendor.schemas, schema).every((name) => Object.hasOwn(value, name))
}
