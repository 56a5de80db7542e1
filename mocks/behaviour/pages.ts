import { isRecord } from '../spec/values/is-record.ts'
import { fromBase64Url, toBase64Url } from '../spec/values/base64url.ts'
import { getPointer, parsePointer } from '../spec/references/pointer.ts'
import { asNumber, asText } from '../spec/values/scalar.ts'
import type { Collection } from '../spec/model/collection.ts'
import type { PageStyle } from '../spec/model/operation/steps.ts'
import { canonical, hash } from '../state/hash.ts'
import { decodeText, encodeText } from '../state/text.ts'
import type { MatchedExchange, PageReading } from './exchange.ts'
import { isRefused, type Item, refuse, type Refused } from './outcome.ts'

/** A page of a list, with its position. */
export interface Page {
  readonly items: readonly Item[]
  readonly page: PageReading
}

/** Returns the page of a list that the request asks for. */
export function pageItems(
  exchange: MatchedExchange,
  collection: Collection,
  items: readonly Item[],
  style: PageStyle,
): Page | Refused {
  const total = items.length
  const wanted = asked(exchange, style, style.size)
  const isWhole = style.default === Infinity && (wanted === undefined || wanted === null || wanted === '')
  const size = isWhole ? Math.max(total, 1) : clamp(wanted, Math.min(style.default, style.max), 1, style.max)
  const cut = (start: number, number: number, next: (end: number) => unknown, end = start + size): Page => {
    const more = end < total
    const page = items.slice(start, end)
    const keyOf = (item: Item | undefined): unknown => item?.[collection.key] ?? null
    const keys = { first: keyOf(page[0]), last: keyOf(page.at(-1)) }
    return {
      items: page,
      page: { ...pageOf({ number, size, offset: start, total, next: more ? next(end) : null }), ...keys },
    }
  }
  const keyBefore = (end: number): string => asText(items[end - 1]![collection.key])
  switch (style.style) {
    case 'page': {
      const number = clamp(asked(exchange, style, style.start), 1, 1, 1e9)
      const named = style.offset === undefined ? undefined : asked(exchange, style, style.offset)
      const start = clamp(named, (number - 1) * size, 0, 1e9)
      const nth = Math.floor(start / size) + 1
      return cut(start, nth, () => nth + 1)
    }
    case 'offset': {
      const start = clamp(asked(exchange, style, style.start), 0, 0, 1e9)
      return cut(start, start, (end) => end)
    }
    case 'cursor': {
      const start = startOf(exchange, collection, items, style)
      if (typeof start === 'object') return start
      return cut(start, start, (end) => writeCursor(exchange, style, keyBefore(end), end))
    }
    case 'after': {
      const span = spanByItem(exchange, collection, items, { style, size })
      if (isRefused(span)) return span
      const { items: found, page } = cut(span.start, span.start, keyBefore, span.end)
      // When paging backwards, `more` says whether there are items before it.
      return { items: found, page: span.isBackwards ? { ...page, more: span.start > 0 } : page }
    }
  }
}

/** The values of `{$page.…}` for a paginated list. */
export function pageOf(cut: Pick<PageReading, 'number' | 'size' | 'offset' | 'total' | 'next'>): PageReading {
  const { number, size, offset, total, next } = cut
  const pages = size === 0 ? 0 : Math.ceil(total / size)
  const page = size === 0 ? 1 : Math.floor(offset / size) + 1
  const more = offset + size < total
  return { number, size, total, offset, page, pages, more, hasPrevious: offset > 0, next, first: null, last: null }
}

interface Span {
  readonly start: number
  readonly end: number
  readonly isBackwards: boolean
}

/** The items of a page, where the request names the item before or after it. */
function spanByItem(
  exchange: MatchedExchange,
  collection: Collection,
  items: readonly Item[],
  { style, size }: { readonly style: PageStyle; readonly size: number },
): Span | Refused {
  const named = (name: string | undefined): string | undefined => {
    const value = name === undefined ? undefined : asked(exchange, style, name)
    return value === undefined || value === null || value === '' ? undefined : asText(value)
  }
  const placeOf = (key: string): number => items.findIndex((item) => asText(item[collection.key]) === key)
  const lost = `names no item of ${collection.name}`
  const [after, before] = [named(style.start), named(style.before)]
  if (after !== undefined) {
    const place = placeOf(after)
    if (place === -1) return refuseCursor(exchange, style, lost)
    return { start: place + 1, end: place + 1 + size, isBackwards: false }
  }
  if (before === undefined) return { start: 0, end: size, isBackwards: false }
  const place = placeOf(before)
  if (place === -1) return refuseCursor(exchange, { ...style, start: style.before! }, lost)
  return { start: Math.max(0, place - size), end: place, isBackwards: true }
}

/** The content of a cursor. */
interface Cursor {
  readonly after: string
  /** Position of the last item plus one, used if that item was deleted. */
  readonly at: number
  /** Checksum of both, and of the request that the cursor was made for. */
  readonly sum: string
}

/**
 * Index of the first item: the one after the last page's last item, so that insertions and deletions in between shift
 * nothing.
 */
function startOf(
  exchange: MatchedExchange,
  collection: Collection,
  items: readonly Item[],
  style: PageStyle,
): number | Refused {
  const token = asked(exchange, style, style.start)
  if (token === undefined || token === null || token === '') return 0
  const cursor = readCursor(token)
  if (!cursor) return refuseCursor(exchange, style, 'was never given out')
  if (cursor.sum !== sumOf(exchange, style, cursor.after, cursor.at))
    return refuseCursor(exchange, style, 'was given out for another request: filters, operation and caller must stay')
  const last = items.findIndex((item) => asText(item[collection.key]) === cursor.after)
  return last === -1 ? cursor.at - 1 : last + 1
}

function writeCursor(exchange: MatchedExchange, style: PageStyle, after: string, at: number): string {
  const cursor: Cursor = { after, at, sum: sumOf(exchange, style, after, at) }
  return toBase64Url(encodeText(JSON.stringify(cursor)))
}

function readCursor(token: unknown): Cursor | undefined {
  if (typeof token !== 'string') return undefined
  try {
    const cursor = JSON.parse(decodeText(fromBase64Url(token))) as Cursor | null
    return typeof cursor?.after === 'string' && Number.isInteger(cursor.at) ? cursor : undefined
  } catch {
    return undefined
  }
}

/** Binds a cursor to the caller and to the whole request except cursor and size. */
function sumOf(exchange: MatchedExchange, style: PageStyle, after: string, at: number): string {
  const query = [...exchange.query]
    .filter(([name]) => style.in === 'body' || (name !== style.start && name !== style.size))
    .toSorted(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
  const body =
    style.in === 'query' ? exchange.input?.body : without(without(exchange.input?.body, style.start), style.size)
  const request = canonical([exchange.params, query, body ?? null])
  return hash(exchange.vendor.name, exchange.operation.id, exchange.account?.id ?? '', request, after, at)
}

function refuseCursor(exchange: MatchedExchange, style: PageStyle, why: string): Refused {
  const field = style.in === 'query' ? style.start : parsePointer(pointerOf(style.start)).join('.')
  const message = `${field} ${why}`
  const issue = { keyword: 'cursor', path: style.in === 'query' ? '' : pointerOf(style.start), params: {}, message }
  return { ...refuse('validate', style.refuse ?? exchange.operation.refusals.validate, 400, message), issues: [issue] }
}

/** The request's value under a name: a query parameter, or a field of the body. */
function asked(exchange: MatchedExchange, style: PageStyle, name: string): unknown {
  if (style.in === 'query') return exchange.query.get(name) ?? undefined
  return getPointer(exchange.input?.body, pointerOf(name))
}

function without(body: unknown, name: string): unknown {
  return withoutAt(body, parsePointer(pointerOf(name)))
}

function withoutAt(value: unknown, [segment, ...rest]: readonly string[]): unknown {
  if (!isRecord(value) || segment === undefined || !Object.hasOwn(value, segment)) return value
  const { [segment]: inner, ...others } = value
  return rest.length === 0 ? others : { ...others, [segment]: withoutAt(inner, rest) }
}

function pointerOf(name: string): string {
  return name.startsWith('/') ? name : `/${name}`
}

function clamp(value: unknown, otherwise: number, min: number, max: number): number {
  const number = value === undefined || value === null || value === '' ? otherwise : asNumber(value)
  return Number.isInteger(number) ? Math.min(max, Math.max(min, number)) : otherwise
}
