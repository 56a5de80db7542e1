import type { Facts } from '../engine/session/journal/facts.ts'
import { ON_ITS_WAY_MS, sentAfter } from './timing.ts'

/** Classifies the answers of a client. */

/** Whether the client cannot know if the work was done. */
export function isAmbiguous(exchange: Facts): boolean {
  const { status, fault, aborted, end } = exchange
  if (end === undefined) return false
  // A 503 with `Retry-After` has done nothing (RFC 9110 section 15.6.4).
  if (status === 503 && fault === undefined && answerHeader(exchange, 'retry-after') !== undefined) return false
  return fault !== undefined || aborted || (status !== undefined && status >= 500)
}

/** Whether the client has got a successful answer. */
export function isSuccess({ status }: Facts): boolean {
  return status !== undefined && status < 300
}

/**
 * Whether an answer has shown its client the end of a job; false for an answer that a scenario has changed, or that
 * broke.
 */
export function hasReachedClient(exchange: Facts): boolean {
  return (
    exchange.isJobOver && isSuccess(exchange) && !exchange.fault && !exchange.aborted && exchange.rule === undefined
  )
}

/** Whether the same request may succeed later: 429, 408, 425, all of 5xx, or no answer at all. */
export function isPassing(exchange: Facts): boolean {
  const { status } = exchange
  return isAmbiguous(exchange) || status === 503 || status === 429 || status === 408 || status === 425
}

/** Whether the answer asks its client to come back later. */
export function isOfLimit({ status }: Facts): boolean {
  return status === 429 || status === 503
}

/** The value of an answer's header, by its name in lower case. */
export function answerHeader({ answerHeaders }: Facts, name: string): string | undefined {
  return answerHeaders.find(([known]) => known.toLowerCase() === name)?.[1]
}

/** How long a refusal asks its client to wait with `Retry-After`, in ms. */
export interface AskedWait {
  /** The value of the header. */
  readonly asked: number
  /** Minus the header's rounding: until the limit's own instant, if that is known and the header asks for no less. */
  readonly least: number
}

/** Undefined if the header is missing, or neither a number nor a date. */
export function retryAfterOf(refusal: Facts): AskedWait | undefined {
  const text = answerHeader(refusal, 'retry-after')
  if (text === undefined) return undefined
  const now = (refusal.end ?? refusal.start).clock
  const asked = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  return Number.isNaN(asked) ? undefined : { asked, least: leastWait(refusal, asked) }
}

/** The least wait in ms if a header asks for `asked` ms, which may be rounded up to whole seconds. */
export function leastWait({ refused, end, start }: Facts, asked: number): number {
  const next = refused?.limit?.next
  return Math.max(0, next === undefined ? asked - 1000 : Math.min(next - (end ?? start).clock, asked))
}

/** The outcome of a request in a word: its status, its fault, or `no answer`. */
export function outcomeName({ status, fault }: Facts): string {
  return String(status ?? fault ?? 'no answer')
}

/** The operation's id, or method and path if it has none; truncated, without the query, which may contain secrets. */
export function requestName({ operation, method, path }: Facts): string {
  return operation?.id ?? `${method} ${path.slice(0, 200)}`
}

/** Whether the operation concerns one job in its path, or several jobs that a request names by id. */
export function isOfJob({ operation }: Facts): boolean {
  const list = operation?.collection
  if (list?.keys && list.in.job !== undefined) return true
  return [...(operation?.items.values() ?? [])].some((collection) => collection.job !== undefined)
}

/**
 * The exchanges as the client knows them. The last answer on a connection that the client closed was sent, but perhaps
 * not read: a client that times out just as the answer arrives looks like that, and knows of no answer.
 */
export function asRead(exchanges: readonly Facts[]): readonly Facts[] {
  const last = new Map<Facts['connection'], Facts>()
  for (const exchange of exchanges) if (exchange.connection?.isReset) last.set(exchange.connection, exchange)
  return exchanges.map((exchange) => {
    if (last.get(exchange.connection) === exchange && exchange.fault === undefined) return unread(exchange)
    return mayHaveLeft(exchange) ? { ...exchange, delivered: undefined } : exchange
  })
}

/** The shortest timeout of a client in real ms. */
const SHORTEST_PATIENCE_MS = 1000

/**
 * Whether a client may have timed out just before its answer arrived: it had waited, and its connection ended with the
 * answer. A client that reads the answer and then closes looks the same.
 */
function mayHaveLeft(exchange: Facts): boolean {
  const { connection, delivered } = exchange
  return (
    connection?.closedAt !== undefined &&
    delivered !== undefined &&
    connection.closedAt - delivered < ON_ITS_WAY_MS &&
    delivered - sentAfter(exchange) >= SHORTEST_PATIENCE_MS
  )
}

function unread(exchange: Facts): Facts {
  const nothing = undefined
  return {
    ...exchange,
    aborted: true,
    status: nothing,
    answerHeaders: [],
    refusal: nothing,
    refused: nothing,
    token: nothing,
    page: nothing,
  }
}
