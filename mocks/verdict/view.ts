import type { Facts } from '../engine/session/journal/facts.ts'
import type { Delivery } from '../engine/deliveries/delivery.ts'
import { chains } from './chains.ts'
import { isSuccess, isPassing } from './refusals.ts'
import { cameApart, isSequential } from './timing.ts'
import type { Vendor } from '../spec/model/vendor.ts'

/** The input of a rule: the exchanges of one vendor in one test, between two changes of scenarios. */
export interface View {
  readonly vendor: Vendor
  /** The client's exchanges, in order of arrival. */
  readonly exchanges: readonly Facts[]
  readonly deliveries: readonly Delivery[]
  /** Whether the session has ended, so that missing requests will not come any more. */
  readonly isOver: boolean
  /** ms since 1970 on the session's clock. */
  readonly now: number
  /** Whether the client sends one request at a time, so that each request knows all earlier answers. */
  readonly isOneByOne: boolean
  /**
   * When a job ended or will end, in ms on the session's clock; `Infinity` if it does not end by time, undefined if
   * unknown.
   */
  readonly jobEnd: (id: string) => number | undefined
  /** Identical requests in order, by identity. */
  readonly byIdentity: () => ReadonlyMap<string, readonly Facts[]>
  /** The same without the identities. */
  readonly alike: () => ReadonlyArray<readonly Facts[]>
  /**
   * Those that came at least twice, not always successfully, and one after the other, so that no two workers have sent
   * them.
   */
  readonly inTurn: () => ReadonlyArray<readonly Facts[]>
  /** Those of them that are chains of retries after a retryable answer. */
  readonly retries: () => ReadonlyArray<readonly Facts[]>
  /** Exchanges that name or started one job, in order, by job. */
  readonly byJob: () => ReadonlyMap<string, readonly Facts[]>
  /** Numbers of requests that another worker may have sent, although they came one after the other. */
  readonly apart: () => ReadonlySet<number>
  /** Exchanges with one credential, in order. */
  readonly byCredential: () => ReadonlyMap<string, readonly Facts[]>
  /** Successful reads in order, by credential; `''` for none. */
  readonly reads: () => ReadonlyMap<string, readonly Facts[]>
}

/** Creates a view; values that rules share are computed once. */
export function createView(
  parts: Pick<View, 'vendor' | 'exchanges' | 'deliveries' | 'isOver' | 'now' | 'jobEnd'>,
): View {
  const isOneByOne = isSequential(parts.exchanges)
  // Connections show the order in which requests were sent; for a sequential client, so does their arrival.
  const exchanges = isOneByOne
    ? parts.exchanges.map((exchange) => (exchange.connection ? { ...exchange, connection: undefined } : exchange))
    : parts.exchanges
  const byIdentity = once(() => groups(exchanges, ({ identity }) => identity))
  const alike = once(() => [...byIdentity().values()])
  const inTurn = once(() =>
    alike().filter((same) => same.length > 1 && same.some((exchange) => !isSuccess(exchange)) && isSequential(same)),
  )
  const retries = once(() => [...chains(inTurn(), isPassing)])
  const byJob = once(() => {
    const found = new Map<string, Facts[]>()
    for (const exchange of exchanges) for (const job of exchange.jobs) push(found, job, exchange)
    return found
  })
  const apart = once(() => cameApart(parts.exchanges))
  const byCredential = once(() => groups(exchanges, ({ credential }) => credential))
  const reads = once(() =>
    groups(
      exchanges.filter((exchange) => exchange.method === 'GET' && isSuccess(exchange)),
      ({ credential = '' }) => credential,
    ),
  )
  return { ...parts, exchanges, isOneByOne, byIdentity, alike, inTurn, retries, byJob, apart, byCredential, reads }
}

/** Groups by a key, in order; leaves out entries without a key. */
export function groups<Entry>(
  entries: readonly Entry[],
  keyOf: (entry: Entry) => string | undefined,
): Map<string, Entry[]> {
  const found = new Map<string, Entry[]>()
  for (const entry of entries) {
    const key = keyOf(entry)
    if (key !== undefined) push(found, key, entry)
  }
  return found
}

/** Index of the first exchange after the given number; the exchanges are in order. */
function indexAfter(exchanges: readonly Facts[], number: number): number {
  return indexFrom(exchanges, (exchange) => exchange.number > number)
}

/** Index of the first exchange that meets a condition, which all later ones meet too. */
function indexFrom(exchanges: readonly Facts[], holds: (exchange: Facts) => boolean): number {
  let [low, high] = [0, exchanges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(exchanges[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}

/** The first exchange that came after `earlier`, and not before an instant of real time; the exchanges are in order. */
export function firstSince(exchanges: readonly Facts[], earlier: Facts, host: number): Facts | undefined {
  return exchanges[indexFrom(exchanges, ({ number, start }) => number > earlier.number && start.host >= host)]
}

/** The exchanges that came after one and before another; all are in order. */
export function between(exchanges: readonly Facts[], first: Facts, last: Facts): readonly Facts[] {
  return exchanges.slice(indexAfter(exchanges, first.number), indexAfter(exchanges, last.number - 1))
}

/** What a client has read between two requests, with the credential of the later one. */
export function readsBetween({ reads }: Pick<View, 'reads'>, before: Facts, again: Facts): readonly Facts[] {
  return between(reads().get(again.credential ?? '') ?? [], before, again)
}

/**
 * Whether a client has read something else between two identical requests: it may then be a person browsing between
 * pages, not a loop.
 */
export function isRevisit(view: Pick<View, 'reads'>, earlier: Facts, later: Facts): boolean {
  if (later.method !== 'GET' || later.credential === undefined) return false
  return readsBetween(view, earlier, later).some(({ path }) => path !== later.path)
}

/** The first matching exchange after another one; the exchanges are in order. */
export function firstAfter(
  exchanges: readonly Facts[],
  earlier: Facts,
  isMeant: (exchange: Facts) => boolean,
): Facts | undefined {
  for (let index = indexAfter(exchanges, earlier.number); index < exchanges.length; index++)
    if (isMeant(exchanges[index]!)) return exchanges[index]
  return undefined
}

function push<Entry>(found: Map<string, Entry[]>, key: string, entry: Entry): void {
  const group = found.get(key)
  if (group) group.push(entry)
  else found.set(key, [entry])
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => (made ??= { value: make() }).value
}
