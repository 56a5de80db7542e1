import type { Facts } from '../engine/session/facts.ts'
import { ON_ITS_WAY_MS, sentAfter } from './timing.ts'

/** What kind of answer a client has met. */

/** Whether an answer may have come from work that was done, or not: the client cannot know. */
export function isAmbiguous(exchange: Facts): boolean {
  const { status, fault, aborted, end } = exchange
  if (end === undefined) return false
  // A 503 that asks to come back later has done nothing (RFC 9110 section 15.6.4).
  if (status === 503 && fault === undefined && answerHeader(exchange, 'retry-after') !== undefined) return false
  return fault !== undefined || aborted || (status !== undefined && status >= 500)
}

/** Whether the client has got the answer that it asked for. */
export function isGood({ status }: Facts): boolean {
  return status !== undefined && status < 300
}

/** Whether an answer has shown its client that the job has ended: not one that a scenario has changed, or that broke. */
export function showsEnd(exchange: Facts): boolean {
  return exchange.isJobOver && isGood(exchange) && !exchange.fault && !exchange.aborted && exchange.rule === undefined
}

/** Whether the same request may fare better later: 429, 408, 425 and all of 5xx, or no answer at all. */
export function isPassing(exchange: Facts): boolean {
  const { status } = exchange
  return isAmbiguous(exchange) || status === 503 || status === 429 || status === 408 || status === 425
}

/** Whether it asks its client to come back later. */
export function isOfLimit({ status }: Facts): boolean {
  return status === 429 || status === 503
}

/** The value of a header of the answer, by its name in lower case. */
export function answerHeader({ answerHeaders }: Facts, name: string): string | undefined {
  return answerHeaders.find(([known]) => known.toLowerCase() === name)?.[1]
}

/** How long a refusal asks its client to wait by `Retry-After`, in ms. */
export interface AskedWait {
  /** As the header has it. */
  readonly asked: number
  /** Less what the header rounds up: until the limit's own instant, where that is known and the header asks for no less. */
  readonly least: number
}

/** Undefined where there is no such header, or it is neither a number nor a date. */
export function retryAfterOf(refusal: Facts): AskedWait | undefined {
  const text = answerHeader(refusal, 'retry-after')
  if (text === undefined) return undefined
  const now = (refusal.end ?? refusal.start).clock
  const asked = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  return Number.isNaN(asked) ? undefined : { asked, least: leastWait(refusal, asked) }
}

/** ms that a client has to wait at least where it is asked for so many, which may be rounded up to whole seconds. */
export function leastWait({ refused, end, start }: Facts, asked: number): number {
  const next = refused?.limit?.next
  return Math.max(0, next === undefined ? asked - 1000 : Math.min(next - (end ?? start).clock, asked))
}

/** What became of a request, in a word: its status, the fault that it met, `no answer`. */
export function answerOf({ status, fault }: Facts): string {
  return String(status ?? fault ?? 'no answer')
}

/** `GET /v1/jobs/{job_id}` by its name, or as it was sent where it has none; without what may be secret. */
export function nameOf({ operation, method, path }: Facts): string {
  return operation?.id ?? `${method} ${path.slice(0, 200)}`
}

/** Whether the operation is about one job that its path names, or about several that a request names by their ids. */
export function isOfJob({ operation }: Facts): boolean {
  const list = operation?.collection
  if (list?.keys && list.in.job !== undefined) return true
  return [...(operation?.items.values() ?? [])].some((collection) => collection.job !== undefined)
}

/**
 * Exchanges as their client knows them: the last answer on a connection that its client has broken off was sent, and perhaps
 * not read. A client whose patience ends just as the answer comes looks like that, and knows of no answer.
 */
export function asRead(exchanges: readonly Facts[]): readonly Facts[] {
  const last = new Map<Facts['connection'], Facts>()
  for (const exchange of exchanges) if (exchange.connection?.isReset) last.set(exchange.connection, exchange)
  return exchanges.map((exchange) => {
    if (last.get(exchange.connection) === exchange && exchange.fault === undefined) return unread(exchange)
    return mayHaveLeft(exchange) ? { ...exchange, delivered: undefined } : exchange
  })
}

/** Real ms that a client waits at least before it gives up. */
const SHORTEST_PATIENCE_MS = 1000

/**
 * Whether a client may have given up just before its answer came: it had waited, and its connection ended with the answer.
 * Nothing tells that end from the one of a client which has read the answer and closes.
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
