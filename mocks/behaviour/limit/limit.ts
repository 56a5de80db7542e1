import { parseRate, toDuration } from '../../spec/values/duration.ts'
import { asNumber, asText } from '../../spec/values/scalar.ts'
import { firstGiven, isDeterministic } from '../../spec/values/value.ts'
import { type Limit, type LimitSettings, SIZE_KEYS } from '../../spec/model/rules/limit.ts'
import { hash } from '../../state/hash.ts'
import type { Transaction } from '../../state/store.ts'
import { type ExchangeState, NO_QUOTA, type Queued, type Slot } from '../exchange.ts'
import { type LimitReading, refuse, type Refused } from '../outcome.ts'
import { concurrency } from './concurrency.ts'
import type { Counter, LimitPlan, Sizes } from './counter.ts'
import { fixedWindow } from './fixed-window.ts'
import { emptyQueues, leaveQueues, readingFor, enqueue, type Wait, waitFor, withoutReadings } from './queue.ts'
import { slidingWindow } from './sliding-window.ts'
import { tokenBucket } from './token-bucket.ts'

const ALGORITHMS: Readonly<Record<Limit['algorithm'], Counter>> = {
  'token-bucket': tokenBucket,
  'fixed-window': fixedWindow,
  'sliding-window': slidingWindow,
  concurrency,
}

/**
 * Counts a request against several limits at once. All are checked before any counts, so that a refused request takes
 * nothing from the other limits, unless they count `any`. A queued request takes nothing either; it is checked again
 * when it leaves the queue.
 */
export function limit(exchange: ExchangeState, names: readonly string[]): Refused | Queued | undefined {
  const limits = countingLimits(exchange)
  let plans: LimitPlan[] | undefined
  let refused: LimitPlan | undefined
  let waits: Wait[] | undefined
  for (const entry of limits) {
    if (!names.includes(entry.name)) continue
    const plan = planOf(exchange, entry)
    if (!plan) continue
    plan.admitted = counterOf(entry).remaining(exchange.tx, plan, exchange.now) !== 0
    if (plan.queue > 0) {
      const wait = waitFor(exchange, plan, counterOf(entry))
      if (wait) (waits ??= []).push(wait)
    }
    if (!plan.admitted && !waits?.some((wait) => wait.plan === plan)) refused ??= plan
    if (plans) plans.push(plan)
    else plans = [plan]
  }
  if (!plans) return undefined
  const { readings: met, servers } = exchange.quota ?? NO_QUOTA
  const before = exchange.queued ? withoutReadings(met, plans) : met
  if (waits && !refused) {
    const readings = plans.map((plan) => readingFor(exchange, plan, counterOf(plan.entry)))
    exchange.quota = { readings: [...before, ...readings], servers }
    return enqueue(exchange, waits)
  }
  if (exchange.queued) leaveQueues(exchange.tx, exchange.queued, exchange.id)
  const readings = plans.map((plan) => count(exchange, plan, refused === undefined))
  exchange.quota = { readings: before.length === 0 ? readings : [...before, ...readings], servers }
  if (!refused) return undefined
  const reading = readings[plans.indexOf(refused)]!
  const because = explain(reading, exchange.now, refused.queue)
  return { ...refuse('limit', refused.entry.refuse, 429, because), limit: reading }
}

/**
 * The limits that count a request. A request with a method that its path does not have is counted by the limits of the
 * path's other methods, so that what `except` excludes is never counted.
 */
export function countingLimits({ operation, vendor, allowed, call }: ExchangeState): readonly Limit[] {
  if (operation) return operation.limits
  const { unmatchedLimits, router } = vendor
  if (allowed.length === 0) return unmatchedLimits
  const others = allowed.flatMap((method) => router.match(method, call.path).found?.limits ?? [])
  return unmatchedLimits.filter(({ name }) => others.some((other) => other.name === name))
}

/** The reading of one limit: after counting if the request passes, else before. */
function count(exchange: ExchangeState, plan: LimitPlan, passes: boolean): LimitReading {
  const { entry } = plan
  const counter = counterOf(entry)
  if (!passes && entry.counts !== 'any') return readingFor(exchange, plan, counter)
  const before = plan.admitted ? undefined : readingFor(exchange, plan, counter)
  const after = counter.take(exchange.tx, plan, exchange.now, exchange.id)
  if (plan.admitted && counter.isHeld) {
    exchange.slots = [...exchange.slots, { limit: entry, table: plan.table, key: plan.key }]
  }
  return before ?? after
}

/** Releases the slots of an exchange. */
export function releaseSlots(tx: Transaction, slots: readonly Slot[], id: string): void {
  for (const slot of slots) concurrency.release(tx, slot, id)
}

/** Releases the slots and queue places of all requests, when nobody will answer them. */
export function forgetInFlight(tx: Transaction, limits: readonly Limit[]): void {
  for (const entry of limits) {
    emptyQueues(tx, entry.table)
    if (counterOf(entry).isHeld) tx.removeAll(entry.table)
  }
}

/** Extends the leases of slots that end before that instant. */
export function extendSlots(tx: Transaction, slots: readonly Slot[], id: string, until: number): void {
  for (const slot of slots) concurrency.extend(tx, slot, id, until)
}

/** The reading of a limit that this exchange was checked against. */
export function metLimit(exchange: ExchangeState, name: string): LimitReading | undefined {
  return exchange.quota?.readings.find((reading) => reading.name === name)
}

/** The reading of a limit just after its last permit was taken, for a refusal that a scenario plays. */
export function usedUp(exchange: ExchangeState, entry: Limit): LimitReading {
  const sizes = sizesOf(exchange, entry)
  const seen = metLimit(exchange, entry.name)
  // An unlimited limit cannot refuse; this refusal implies at least a limit of 1.
  const limit = sizes.limit ?? 1
  const base = { name: entry.name, limit, used: limit, remaining: 0, instance: seen?.instance }
  const release = counterOf(entry).releaseAt({ ...sizes, limit }, exchange.now, seen)
  if (!release) return { ...base, next: undefined, reset: undefined, retryAfter: 1, window: undefined }
  const retryAfter = Math.max(1, Math.ceil((release.next - exchange.now) / 1000))
  return { ...base, ...release, retryAfter, window: sizes.window }
}

/** The refusal of a rate limit that counts the request, as if just used up; undefined if there is none. */
export function refuseAsUsedUp(exchange: ExchangeState, because: string): Refused | undefined {
  const limits = countingLimits(exchange).filter(({ refuse: { response } }) => response.status === 429)
  const entry = limits.find(({ algorithm }) => algorithm !== 'concurrency') ?? limits[0]
  return entry && { ...refuse('limit', entry.refuse, 429, because), limit: usedUp(exchange, entry) }
}

/**
 * The reading of a limit that was not checked; nothing is counted. A request without the limit's key reads an unused
 * limit.
 */
export function unevaluated(exchange: ExchangeState, entry: Limit): LimitReading {
  const plan = planOf(exchange, entry) ?? planFor(exchange, entry, UNUSED, undefined)
  return counterOf(entry).read(exchange.tx, plan, exchange.now)
}

/** A key that is never counted. */
const UNUSED = '\u0000'

function counterOf({ algorithm }: Limit): Counter {
  return ALGORITHMS[algorithm]
}

function planOf(exchange: ExchangeState, entry: Limit): LimitPlan | undefined {
  const key = keyOf(exchange, entry)
  if (key === undefined) return undefined
  const { instances } = settingsOf(exchange, entry)
  const instance =
    instances > 1
      ? serverOf(exchange, entry.name, instances, () => exchange.tx.count(`${entry.table}/turn`, key))
      : undefined
  return planFor(exchange, entry, instance === undefined ? key : `${key}#${instance}`, instance)
}

function planFor(exchange: ExchangeState, entry: Limit, key: string, instance: number | undefined): LimitPlan {
  const { limit, window, refill, starts, lease } = sizesOf(exchange, entry)
  return {
    entry,
    table: entry.table,
    key,
    instance,
    limit,
    window,
    refill,
    starts,
    lease,
    queue: settingsOf(exchange, entry).queue,
    admitted: true,
  }
}

function settingsOf(exchange: ExchangeState, entry: Limit): LimitSettings {
  return exchange.situation.limits.get(entry.name) ?? entry.settings
}

/** Keeps the server, of several, that counts a request. */
function serverOf(exchange: ExchangeState, name: string, instances: number, next: () => number): number {
  const quota = exchange.quota ?? NO_QUOTA
  const known = quota.servers.get(name)
  if (known !== undefined) return known
  const server = next() % instances
  exchange.quota = { ...quota, servers: new Map(quota.servers).set(name, server) }
  return server
}

const known = new WeakMap<LimitSettings, WeakMap<object, { readonly sizes: Sizes; readonly pace: number }>>()
const NO_ACCOUNT = {}

/** The numbers of a limit from the scenario, or else the spec; cached per account where they depend on nothing else. */
function sizesOf(exchange: ExchangeState, entry: Limit): Sizes {
  const settings = settingsOf(exchange, entry)
  const { pace } = exchange
  const account = exchange.account?.settings ?? NO_ACCOUNT
  let accounts = known.get(settings)
  const before = accounts?.get(account)
  if (before && before.pace === pace) return before.sizes
  const sizes = readSizes(exchange, entry, settings, pace)
  if (Object.values(settings).some((setting) => typeof setting === 'function' && !isDeterministic(setting)))
    return sizes
  if (!accounts) known.set(settings, (accounts = new WeakMap()))
  accounts.set(account, { sizes, pace })
  return sizes
}

function readSizes(exchange: ExchangeState, entry: Limit, settings: LimitSettings, pace: number): Sizes {
  return {
    limit: numberOrNull(settings[SIZE_KEYS[entry.algorithm]](exchange.scope)),
    window: toMs(settings.window(exchange.scope), 60_000) / pace,
    refill: (parseRate(asText(settings.refill(exchange.scope))) ?? 0) * pace,
    starts: settings.starts,
    lease: settings.lease,
  }
}

const LONGEST_KEY = 512

/** Undefined when the request lacks the limit's key, so that nothing is counted. */
function keyOf(exchange: ExchangeState, entry: Limit): string | undefined {
  let key: string | undefined
  for (const alternatives of entry.per) {
    const part = firstGiven(alternatives, exchange.scope)
    if (part === undefined) return undefined
    const text = typeof part === 'string' ? part : asText(part)
    // It is part of a row's key, and a field of a body may be of any length.
    const short = text.length > LONGEST_KEY ? hash(text) : text
    key = key === undefined ? short : `${key}\u001f${short}`
  }
  return key ?? ''
}

function numberOrNull(value: unknown): number | null {
  if (value === null || value === undefined) return null
  const number = asNumber(value)
  return Number.isFinite(number) ? number : null
}

function toMs(value: unknown, otherwise: number): number {
  return toDuration(value) ?? otherwise
}

function explain(reading: LimitReading, now: number, queue: number): string {
  const server = reading.instance === undefined ? '' : ` on server ${reading.instance + 1}`
  const full = queue > 0 ? `, and all ${queue} places of its queue` : ''
  const counter = `limit ${reading.name}${server}: ${reading.used} of ${reading.limit} used${full}`
  if (reading.next === undefined) return `${counter}; a slot is freed when a request in flight ends`
  return `${counter}; the next passes in ${Math.max(0, Math.ceil(reading.next - now))} ms`
}
