import { parseDuration } from '../spec/duration.ts'
import { isSteady } from '../spec/value.ts'
import type { Limit, LimitSettings } from '../spec/vendor.ts'
import type { Transaction } from '../state/store.ts'
import { concurrency } from './limit/concurrency.ts'
import type { Counter, LimitPlan } from './limit/counter.ts'
import { fixedWindow } from './limit/fixed-window.ts'
import { joinQueue, leaveQueue, readQueue } from './limit/queue.ts'
import { slidingWindow } from './limit/sliding-window.ts'
import { tokenBucket } from './limit/token-bucket.ts'
import { type LimitReading, type Queued, refuse, type Refused, type Slot, table, type Turn } from './turn.ts'

const ALGORITHMS: Readonly<Record<Limit['algorithm'], Counter>> = {
  'token-bucket': tokenBucket,
  'fixed-window': fixedWindow,
  'sliding-window': slidingWindow,
  concurrency,
}

/**
 * Counts a request against several limits at once: all are looked at before any counts, so that a request one of them
 * refuses takes nothing from the others, unless they count `any`. Nor does one that is to wait in a queue: it acts again
 * when its turn has come.
 */
export function limit(turn: Turn, names: readonly string[]): Refused | Queued | undefined {
  const limits = turn.operation ? turn.operation.limits : turn.vendor.limits
  let refused: { limit: Limit; reading: LimitReading } | undefined
  const passed: Array<{ limit: Limit; plan: LimitPlan }> = []
  let waits: Array<{ plan: LimitPlan; ahead: number; until: number }> | undefined
  for (const entry of limits) {
    if (!names.includes(entry.name)) continue
    const plan = planOf(turn, entry)
    if (!plan) continue
    const counter = ALGORITHMS[entry.algorithm]
    const found = counter.look(turn.tx, plan, turn.now)
    const ahead = plan.queue > 0 ? aheadOf(turn, plan) : 0
    // Permits that have just come belong to those who wait for them.
    if (found.admits && (ahead === 0 || found.reading.remaining === null || found.reading.remaining > ahead)) {
      passed.push({ limit: entry, plan })
      turn.limits.set(entry.name, found.reading)
      continue
    }
    const until = ahead < plan.queue ? counter.passes(turn.tx, plan, turn.now, ahead) : undefined
    if (until !== undefined) {
      turn.limits.set(entry.name, found.reading)
      ;(waits ??= []).push({ plan, ahead, until })
      continue
    }
    if (entry.counts === 'any') counter.take(turn.tx, plan, turn.now, turn.id)
    turn.limits.set(entry.name, found.reading)
    refused ??= {
      limit: entry,
      reading: found.admits ? { ...found.reading, ...later(found.reading, turn) } : found.reading,
    }
  }
  if (waits && !refused) return (turn.queued = wait(turn, waits))
  if (turn.queued) leaveQueues(turn.tx, turn.queued, turn.id)
  for (const { limit: entry, plan } of passed) {
    if (refused && entry.counts !== 'any') continue
    turn.limits.set(entry.name, ALGORITHMS[entry.algorithm].take(turn.tx, plan, turn.now, turn.id))
    if (entry.algorithm === 'concurrency') turn.slots.push({ limit: entry, table: plan.table, key: plan.key })
  }
  if (!refused) return undefined
  turn.refusedBy = refused.reading
  return refuse('limit', refused.limit.refuse, 429, explain(refused.reading, turn.now, queueOf(turn, refused.limit)))
}

/** Takes an exchange out of its queues. */
export function leaveQueues(tx: Transaction, queued: Queued, id: string): void {
  for (const { table: rows, key } of queued.queues) leaveQueue(tx, rows, key, id)
}

/** Who waits in some queues, oldest first. */
export function whoWaits(tx: Transaction, queues: Queued['queues']): readonly string[] {
  return [...new Set(queues.flatMap(({ table: rows, key }) => readQueue(tx, rows, key)))]
}

/** Gives back the slots an exchange held. */
export function releaseSlots(tx: Transaction, slots: readonly Slot[], id: string): void {
  for (const slot of slots) concurrency.release(tx, slot.table, slot.key, id)
}

/** How a limit would read if its last permit had just gone: for a refusal that a scenario plays and no counter made. */
export function usedUp(turn: Turn, entry: Limit): LimitReading {
  const sizes = sizesOf(turn, entry)
  const seen = turn.limits.get(entry.name)
  const size = sizes.limit ?? 1
  const base = { name: entry.name, limit: size, used: size, remaining: 0, instance: seen?.instance }
  if (entry.algorithm === 'concurrency')
    return { ...base, next: undefined, reset: undefined, retryAfter: 1, window: undefined }
  const reset = seen?.reset !== undefined && seen.reset > turn.now ? seen.reset : turn.now + sizes.window
  const next = entry.algorithm === 'token-bucket' ? turn.now + 1000 : reset
  return { ...base, next, reset, retryAfter: Math.max(1, Math.ceil((next - turn.now) / 1000)), window: sizes.window }
}

/** What a limit allows, where it has not been asked. */
export function unasked(turn: Turn, entry: Limit): Pick<LimitReading, 'name' | 'limit' | 'window'> {
  const { limit: size, window } = sizesOf(turn, entry)
  return { name: entry.name, limit: size, window: entry.algorithm === 'concurrency' ? undefined : window }
}

function planOf(turn: Turn, entry: Limit): LimitPlan | undefined {
  const key = keyOf(turn, entry)
  if (key === undefined) return undefined
  const rows = table(turn, `limit/${entry.name}`)
  const { instances, queue } = turn.situation.limits.get(entry.name) ?? entry.settings
  const instance =
    instances > 1 ? serverOf(turn, entry.name, instances, () => turn.tx.count(`${rows}/turn`, key)) : undefined
  return {
    name: entry.name,
    table: rows,
    key: instance === undefined ? key : `${key}#${instance}`,
    instance,
    queue,
    ...sizesOf(turn, entry),
  }
}

function queueOf(turn: Turn, entry: Limit): number {
  return (turn.situation.limits.get(entry.name) ?? entry.settings).queue
}

/** The server that a request has come to stays the one that counts it. */
function serverOf(turn: Turn, name: string, instances: number, next: () => number): number {
  const known = turn.servers?.get(name)
  if (known !== undefined) return known
  const server = next() % instances
  ;(turn.servers ??= new Map()).set(name, server)
  return server
}

/** How many wait before this exchange, which may be waiting itself. */
function aheadOf(turn: Turn, plan: LimitPlan): number {
  const waiting = readQueue(turn.tx, plan.table, plan.key)
  const place = waiting.indexOf(turn.id)
  return place === -1 ? waiting.length : place
}

function wait(turn: Turn, waits: ReadonlyArray<{ plan: LimitPlan; ahead: number; until: number }>): Queued {
  for (const { plan } of waits) joinQueue(turn.tx, plan.table, plan.key, turn.id)
  const last = waits.reduce((latest, entry) => (entry.until > latest.until ? entry : latest))
  const queues = waits.map(({ plan }) => ({ table: plan.table, key: plan.key }))
  const before = turn.queued?.queues.filter(
    ({ table: rows, key }) => !queues.some((q) => q.table === rows && q.key === key),
  )
  return {
    limit: last.plan.name,
    place: last.ahead + 1,
    of: last.plan.queue,
    since: turn.queued?.since ?? turn.now,
    until: last.until,
    queues: before ? [...queues, ...before] : queues,
  }
}

/** All that is free now is for those who wait: one more passes after them. */
function later(reading: LimitReading, turn: Turn): Partial<LimitReading> {
  const next = reading.reset ?? turn.now
  return { next, retryAfter: Math.max(1, Math.ceil((next - turn.now) / 1000)) }
}

type Sizes = Pick<LimitPlan, 'limit' | 'window' | 'refill' | 'starts' | 'lease'>

const known = new WeakMap<LimitSettings, WeakMap<object, { readonly sizes: Sizes; readonly pace: number }>>()
const NO_ACCOUNT = {}

/** What the scenario, or else the spec, says of a limit: read once for each account, where it can read nothing else. */
function sizesOf(turn: Turn, entry: Limit): Sizes {
  const settings = turn.situation.limits.get(entry.name) ?? entry.settings
  const { pace } = turn.session
  const account = turn.account?.settings ?? NO_ACCOUNT
  let accounts = known.get(settings)
  const before = accounts?.get(account)
  if (before && before.pace === pace) return before.sizes
  const sizes = readSizes(turn, entry, settings, pace)
  if (![settings.limit, settings.window, settings.capacity, settings.refill].every(isSteady)) return sizes
  if (!accounts) known.set(settings, (accounts = new WeakMap()))
  accounts.set(account, { sizes, pace })
  return sizes
}

function readSizes(turn: Turn, entry: Limit, settings: LimitSettings, pace: number): Sizes {
  const size = entry.algorithm === 'token-bucket' ? settings.capacity : settings.limit
  return {
    limit: numberOrNull(size(turn.scope)),
    window: toMs(settings.window(turn.scope), 60_000) / pace,
    refill: entry.algorithm === 'token-bucket' ? toRate(settings.refill(turn.scope)) * pace : 0,
    starts: settings.starts,
    lease: settings.lease,
  }
}

/** Undefined when the request has none of what the limit counts by, so that nothing is counted. */
function keyOf(turn: Turn, entry: Limit): string | undefined {
  let key: string | undefined
  for (const alternatives of entry.per) {
    let part: unknown
    for (const read of alternatives) {
      part = read(turn.scope)
      if (part !== undefined && part !== null && part !== '') break
    }
    if (part === undefined || part === null || part === '') return undefined
    key = key === undefined ? String(part) : `${key}\u001f${String(part)}`
  }
  return key ?? ''
}

function numberOrNull(value: unknown): number | null {
  if (value === null || value === undefined) return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}

function toMs(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : (parseDuration(String(value)) ?? otherwise)
}

/** `10 per 1s` as tokens per ms. */
function toRate(value: unknown): number {
  const match = /^([\d.]+) per (\S+)$/.exec(String(value))
  const ms = match && parseDuration(match[2]!)
  return match && ms ? Number(match[1]) / ms : 0
}

function explain(reading: LimitReading, now: number, queue: number): string {
  const server = reading.instance === undefined ? '' : ` on server ${reading.instance + 1}`
  const full = queue > 0 ? `, and all ${queue} places of its queue` : ''
  const counter = `limit ${reading.name}${server}: ${reading.used} of ${reading.limit} used${full}`
  if (reading.next === undefined) return `${counter}; a slot frees when a request in flight ends`
  return `${counter}; the next passes in ${Math.max(0, Math.ceil(reading.next - now))} ms`
}
