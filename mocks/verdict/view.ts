import type { Facts } from '../engine/session/facts.ts'
import type { Delivery } from '../engine/deliveries/delivery.ts'
import { chains } from './chains.ts'
import { isGood, isPassing } from './refusals.ts'
import { cameApart, isSequential } from './timing.ts'
import type { Vendor } from '../spec/model/vendor.ts'

/** What one rule sees: the exchanges of one vendor in one test, between two changes of what is played. */
export interface View {
  readonly vendor: Vendor
  /** Those of the client, in order of arrival. */
  readonly exchanges: readonly Facts[]
  readonly deliveries: readonly Delivery[]
  /** Whether the session has come to its end, so that what was not done will not be done. */
  readonly isOver: boolean
  /** ms since 1970 on the session's clock. */
  readonly now: number
  /** Whether the client sends one request at a time, so that each request knows all answers before it. */
  readonly isOneByOne: boolean
  /** When a job ended or will end, in ms on the session's clock; `Infinity` where no time ends it, undefined where that is not known. */
  readonly jobEnd: (id: string) => number | undefined
  /** Requests that are the same, in order, by identity. */
  readonly byIdentity: () => ReadonlyMap<string, readonly Facts[]>
  /** The same without the identities. */
  readonly alike: () => ReadonlyArray<readonly Facts[]>
  /** Of those, the ones that came twice at least, were not always answered well, and came one after the other: no two workers have sent them. */
  readonly inTurn: () => ReadonlyArray<readonly Facts[]>
  /** Of those, the chains of retries after an answer that may pass. */
  readonly retries: () => ReadonlyArray<readonly Facts[]>
  /** Exchanges that name or started one job, in order, by job. */
  readonly byJob: () => ReadonlyMap<string, readonly Facts[]>
  /** Numbers of requests that another worker may have sent, though they came one after the other. */
  readonly apart: () => ReadonlySet<number>
  /** Exchanges with one credential, in order. */
  readonly byCredential: () => ReadonlyMap<string, readonly Facts[]>
  /** Reads that were answered well, in order, by credential; `''` where there is none. */
  readonly reads: () => ReadonlyMap<string, readonly Facts[]>
}

/** Makes a view; what rules share is worked out once. */
export function createView(
  parts: Pick<View, 'vendor' | 'exchanges' | 'deliveries' | 'isOver' | 'now' | 'jobEnd'>,
): View {
  const isOneByOne = isSequential(parts.exchanges)
  // Connections tell the order in which requests were sent; where there is one request at a time, so does their arrival.
  const exchanges = isOneByOne
    ? parts.exchanges.map((exchange) => (exchange.connection ? { ...exchange, connection: undefined } : exchange))
    : parts.exchanges
  const byIdentity = once(() => groups(exchanges, ({ identity }) => identity))
  const alike = once(() => [...byIdentity().values()])
  const inTurn = once(() =>
    alike().filter((same) => same.length > 1 && same.some((exchange) => !isGood(exchange)) && isSequential(same)),
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
      exchanges.filter((exchange) => exchange.method === 'GET' && isGood(exchange)),
      ({ credential = '' }) => credential,
    ),
  )
  return { ...parts, exchanges, isOneByOne, byIdentity, alike, inTurn, retries, byJob, apart, byCredential, reads }
}

/** Groups by a key, in order; leaves out what has none. */
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

/** Where the first of exchanges, which are in order, stands that came after the one with a number. */
function indexAfter(exchanges: readonly Facts[], number: number): number {
  return indexFrom(exchanges, (exchange) => exchange.number > number)
}

/** Where the first of exchanges stands for which something holds that holds for all later ones too. */
function indexFrom(exchanges: readonly Facts[], holds: (exchange: Facts) => boolean): number {
  let [low, high] = [0, exchanges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(exchanges[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}

/** The first of exchanges, which are in order, that came after one, and not before an instant of the host. */
export function firstSince(exchanges: readonly Facts[], earlier: Facts, host: number): Facts | undefined {
  return exchanges[indexFrom(exchanges, ({ number, start }) => number > earlier.number && start.host >= host)]
}

/** Those of exchanges, which are in order, that came after one and before another. */
export function between(exchanges: readonly Facts[], first: Facts, last: Facts): readonly Facts[] {
  return exchanges.slice(indexAfter(exchanges, first.number), indexAfter(exchanges, last.number - 1))
}

/** What a client has read, with the credential of the later request, between two requests. */
export function readsBetween({ reads }: Pick<View, 'reads'>, before: Facts, again: Facts): readonly Facts[] {
  return between(reads().get(again.credential ?? '') ?? [], before, again)
}

/** The first of exchanges, which are in order, that came after one and is meant. */
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
