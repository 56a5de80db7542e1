import type { Idempotency } from '../../spec/model/rules/idempotency.ts'
import { canonical, hash } from '../../state/hash.ts'
import type { VendorContext } from '../context.ts'
import type { MatchedExchange } from '../exchange.ts'
import { refuse, type Refused } from '../outcome.ts'

/** What is kept of a request under its key; plain data, as in all rows. */
export interface KeptAnswer {
  /** Hash that distinguishes the request from others. */
  readonly print: string
  /** Number of the exchange. */
  readonly by: string
  /** ms since 1970 when the key expires. */
  readonly until: number
  /** ms since 1970 until which the request may still be in work. */
  readonly busyUntil: number
  /** The job that it has started. */
  readonly job: string | undefined
  /** Undefined if it cannot be kept: a stream, or an unfinished wait. */
  readonly answer: PlainAnswer | undefined
}

export interface PlainAnswer {
  readonly status: number
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string | undefined
  /** Whether the body is base64url of bytes. */
  readonly isBytes: boolean
  readonly refusal: string | undefined
}

/** Topic of the due rows at which a key expires. */
export const FORGET_TOPIC = 'idempotency'

/**
 * Looks for an earlier request with the same key, and stores the key in the exchange. Refuses a key that came with
 * another request, or whose request is still in work.
 */
export function findKept(exchange: MatchedExchange, rule: Idempotency): KeptAnswer | Refused | undefined {
  const key = exchange.call.headers[rule.header]?.trim() ?? ''
  if (key === '') {
    if (!rule.required) return undefined
    return refuse('idempotency', rule.missing, 400, `the request has no ${rule.spelled}`)
  }
  const row = `${exchange.account?.id ?? 'anonymous'} ${key}`
  const print = printOf(exchange)
  const kept = exchange.tx.get<KeptAnswer>(exchange.vendor.tables[FORGET_TOPIC], row)
  if (!kept || kept.until <= exchange.now) {
    exchange.idempotencyKey = { row, print }
    return undefined
  }
  const first = `exchange ${kept.by}`
  if (kept.print !== print)
    return refuse('idempotency', rule.conflict, 422, `${rule.spelled} came with another request before, ${first}`)
  if (!kept.answer && kept.busyUntil > exchange.now)
    return refuse(
      'idempotency',
      rule.busy,
      409,
      `the request with this ${rule.spelled}, ${first}, is still in progress`,
    )
  exchange.idempotencyKey = { row, print }
  return kept
}

/** Keeps the result of an exchange until its window has passed. */
export function keepAnswer(
  exchange: MatchedExchange,
  rule: Idempotency,
  { answer, busyUntil = 0 }: { readonly answer?: PlainAnswer | undefined; readonly busyUntil?: number },
): void {
  const { idempotencyKey: key, tx, now, job } = exchange
  if (!key) return
  const place = exchange.vendor.tables[FORGET_TOPIC]
  const known = tx.get<KeptAnswer>(place, key.row)
  const isKnown = known !== undefined && known.until > now
  const until = isKnown ? known.until : now + Math.round(rule.window / exchange.pace)
  const by = isKnown ? known.by : exchange.id
  tx.put(place, key.row, { print: key.print, by, until, busyUntil, job, answer } satisfies KeptAnswer)
  if (!isKnown) tx.schedule({ at: until, topic: place, key: key.row })
}

/** Deletes a key whose window has passed. */
export function forgetKey(context: VendorContext, row: string): void {
  const place = context.vendor.tables[FORGET_TOPIC]
  const kept = context.tx.get<KeptAnswer>(place, row)
  if (kept && kept.until <= context.now) context.tx.remove(place, row)
}

function printOf({ operation, params, call, input }: MatchedExchange): string {
  return hash(operation.id, call.query, canonical([params, input?.body ?? input?.bytes]))
}
