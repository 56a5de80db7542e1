import type { ExchangeState } from '../../behaviour/exchange.ts'
import { metLimit } from '../../behaviour/limit/limit.ts'
import { headerText } from '../../spec/http/header-text.ts'
import { writeHeader } from '../../spec/codec/write-parameter.ts'
import type { ResponseHeader } from '../../spec/codec/response-header.ts'
import type { Example, ResponseSpec } from '../../spec/model/response.ts'
import type { HeaderRule, Vendor } from '../../spec/model/vendor.ts'
import { isFitting } from './header-value.ts'

/** Header fields of an answer, in the order of sending. */
export type Headers = Array<readonly [name: string, value: string]>

/** Adds a header. A list becomes several fields (RFC 9110 section 5.3); `Content-Type` is replaced. */
export function push(headers: Headers, name: string, value: unknown): void {
  if (value === undefined || value === null) return
  if (Array.isArray(value)) {
    for (const entry of value as unknown[]) push(headers, name, entry)
    return
  }
  if (isContentType(name)) {
    const known = headers.findIndex(([other]) => isContentType(other))
    if (known !== -1) headers.splice(known, 1)
  }
  headers.push([name, headerText(value)])
}

/** Compares the length first, since this runs for every header of every answer. */
export function isContentType(name: string): boolean {
  return name.length === CONTENT_TYPE.length && name.toLowerCase() === CONTENT_TYPE
}

const CONTENT_TYPE = 'content-type'

export function addExampleHeaders(exchange: ExchangeState, headers: Headers, example: Example | undefined): void {
  for (const [name, value] of example?.headers ?? []) push(headers, name, value(exchange.scope))
}

/**
 * Adds the headers that the vendor's rules set. A limit's refusal gets only its example's headers and those with `on:
 * all`.
 *
 * @param isOwn - false where the vendor's document has no such answer; if no stage has run either, headers that are
 * sent from the start are left out
 */
export function addRules(
  exchange: ExchangeState,
  headers: Headers,
  kind: 'success' | 'refused' | 'limited',
  isOwn = true,
): void {
  for (const rule of exchange.vendor.headers) {
    if (!applies(exchange, rule, kind, isOwn)) continue
    for (const [name, value] of rule.set) {
      if (!has(headers, name.toLowerCase())) push(headers, name, value(exchange.scope))
    }
  }
}

function applies(
  exchange: ExchangeState,
  rule: HeaderRule,
  kind: 'success' | 'refused' | 'limited',
  isOwn: boolean,
): boolean {
  const { reached } = exchange
  if (rule.from === 0 ? !isOwn && reached === 0 : (reached & rule.from) === 0) return false
  if (rule.part !== undefined && !metLimit(exchange, rule.part)) return false
  return rule.on === 'all' || (rule.on === 'answer' ? kind !== 'limited' : kind === 'success')
}

/** Adds documented headers that are not set yet: those with an example value and those required. */
export function addDocumentedHeaders(exchange: ExchangeState, headers: Headers, spec: ResponseSpec): void {
  for (const [name, header] of spec.headers) {
    if ((!header.required && header.shown === undefined) || has(headers, name)) continue
    if (ruledNames(exchange.vendor).has(name)) continue
    const text = documentedText(exchange, header)
    if (text !== undefined) headers.push([header.name, headerText(text)])
  }
}

/** The value of a header that is required or has an example value; undefined for all others. */
export function documentedText(exchange: ExchangeState, header: ResponseHeader): string | undefined {
  const value = valueOf(exchange, header)
  return value === undefined || value === null ? undefined : writeHeader(header, value)
}

const ruled = new WeakMap<Vendor, ReadonlySet<string>>()

/** Headers that rules set, in lower case. */
function ruledNames(vendor: Vendor): ReadonlySet<string> {
  let names = ruled.get(vendor)
  if (!names) {
    names = new Set(vendor.headers.flatMap(({ set }) => set.map(([name]) => name.toLowerCase())))
    ruled.set(vendor, names)
  }
  return names
}

/** The documented value, if it fits its own schema; else a generated value where the header is required. */
function valueOf(exchange: ExchangeState, header: ResponseHeader): unknown {
  for (const value of header.required ? [header.shown, header.fallback] : [header.shown]) {
    if (value !== undefined && isFitting(exchange.vendor, header, writeHeader(header, value))) return value
  }
  return header.required ? exchange.make(header.schema ?? ANY_TEXT, 'header', header.name.toLowerCase()) : undefined
}

const ANY_TEXT = { type: 'string' }

function has(headers: Headers, name: string): boolean {
  return headers.some(([known]) => known.toLowerCase() === name)
}
