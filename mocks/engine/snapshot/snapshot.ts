import { forgetInFlight } from '../../behaviour/limit/limit.ts'
import { hasDeliveryInWork } from '../../behaviour/webhooks/delivery-row.ts'
import { dialectVendor } from '../../spec/model/dialects.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { fromPlainJson, toPlainJson } from '../../state/plain-json.ts'
import type { StoreDump, Transaction } from '../../state/store.ts'
import { instantOf, type Next, type Session } from '../session/session.ts'
import { InvalidSnapshotError } from './invalid-snapshot.ts'
import { SHAPE_PARTS, vendorShape, type VendorShape } from './vendor-shape.ts'
import { parseExactly } from '../../spec/values/exact-number.ts'
import { count } from '../../spec/problems/count.ts'

/** Increase it whenever rows of an older snapshot would be misread. */
export const SNAPSHOT_FORMAT = 1

/**
 * The state of a session at one moment, as JSON. Keep it complete, in a file or a variable, and pass it to `restore`.
 * It contains the credentials that clients have sent, unmasked.
 */
export interface Snapshot {
  readonly format: typeof SNAPSHOT_FORMAT
  /** Version of sparring that wrote it; no other version reads it. */
  readonly sparring: string
  /** The session that it was taken of. */
  readonly session: string
  /** What existed and is not included, in words. */
  readonly omitted: readonly string[]
  /** `now` in ms since 1970. */
  readonly clock: { readonly now: number; readonly frozen: boolean }
  readonly seed: number
  readonly pace: number
  readonly vendors: Readonly<Record<string, VendorState>>
  /** What was played, in order, as far as it still applies. */
  readonly plays: readonly Play[]
  /** Errors prepared with `next`. */
  readonly nexts: ReadonlyArray<Pick<Next, 'key' | 'vendor' | 'operation' | 'error' | 'times'>>
  readonly tag: string
  readonly scope: string
  /** Number of exchanges so far; the next exchange gets the following number. */
  readonly exchanges: number
  /** The latest instant served, in ms since 1970. */
  readonly latest: number
  /** Whether requests were in work or held; their slots and places in queues are void. */
  readonly isBusy: boolean
  readonly rows: StoreDump
}

/** The part of one vendor. */
export interface VendorState {
  readonly dialect: string | null
  /** When its situation began, in ms since 1970. */
  readonly start: number
  readonly shape: VendorShape
}

/** One call of `play`, or the situation at the opening of a session. */
export interface Play {
  readonly names: readonly string[]
  readonly changes: object | null
}

/** What a session and its snapshot must agree on. */
export interface SnapshotHost {
  readonly vendors: ReadonlyMap<string, Vendor>
  /** Version of sparring. */
  readonly version: string
}

/** The situation, clock and counters of a session: a snapshot without rows, for stores that keep rows themselves. */
export type SnapshotHead = Omit<Snapshot, 'omitted' | 'rows'>

export function takeSnapshot(session: Session, host: SnapshotHost, plays: readonly Play[]): Snapshot {
  return {
    ...snapshotHead(session, host, plays),
    omitted: omitted(session, host.vendors),
    rows: toPlainJson(session.store.dump()) as StoreDump,
  }
}

/** Takes a snapshot without reading rows. */
export function snapshotHead(
  session: Session,
  { vendors, version }: SnapshotHost,
  plays: readonly Play[],
): SnapshotHead {
  const { clock, situation, nexts } = session
  return {
    format: SNAPSHOT_FORMAT,
    sparring: version,
    session: session.id,
    clock: { now: clock.now(), frozen: clock.frozen() },
    seed: situation.seed,
    pace: situation.pace,
    vendors: Object.fromEntries(
      [...vendors.values()].map((vendor) => [
        vendor.name,
        {
          dialect: situation.vendors.get(vendor.name)?.dialect ?? null,
          start: session.starts.get(vendor.name) ?? instantOf(session),
          shape: vendorShape(vendor),
        },
      ]),
    ),
    plays,
    nexts: nexts.map(({ key, vendor, operation, error, times }) => ({ key, vendor, operation, error, times })),
    tag: session.tag,
    scope: session.scope,
    exchanges: session.count,
    latest: session.latest,
    isBusy: session.working + session.held.size > 0,
  }
}

/** Lists the state that a snapshot cannot hold. */
function omitted(session: Session, vendors: ReadonlyMap<string, Vendor>): readonly string[] {
  const { working, held, asleep, overrides } = session
  const exchanges = session.journal.entries().length
  const inWork = session.store.transact((tx) =>
    [...vendors.values()].some((vendor) => hasDeliveryInWork({ vendor, tx })),
  ) as boolean
  return [
    ...(exchanges > 0 ? [`the journal, with ${count(exchanges, 'exchange')}`] : []),
    ...(working + held.size > 0
      ? [`${count(working + held.size, 'request')} in progress or held, with their slots of limits`]
      : []),
    ...(asleep.size > 0 ? [`${count(asleep.size, 'client')} asleep on the clock`] : []),
    ...(overrides.length > 0
      ? [`${count(overrides.length, 'answer')} of mock.on(), since a function cannot be saved`]
      : []),
    ...(inWork ? ['how the webhook that is on its way ends: it is sent again after its timeout'] : []),
  ]
}

/**
 * Refuses a snapshot whose rows do not fit this session's vendors.
 *
 * @throws {@link InvalidSnapshotError}
 */
export function checkVendors(snapshot: Snapshot, { vendors, version }: SnapshotHost): void {
  if (snapshot.sparring !== version)
    throw new InvalidSnapshotError(
      `it was taken by sparring ${snapshot.sparring}, and this is ${version}, which may store state differently.`,
      'Take a new snapshot.',
    )
  const [had, has] = [Object.keys(snapshot.vendors), [...vendors.keys()]]
  if (had.toSorted().join() !== has.toSorted().join()) {
    const wanted = had.map((name) => `'${name}'`).join(', ')
    throw new InvalidSnapshotError(
      `it is of ${had.join(', ')}, and this mock has ${has.join(', ')}.`,
      `Create the mock with the same vendors: createMock({ vendors: [${wanted}] }).`,
    )
  }
  for (const [name, { shape }] of Object.entries(snapshot.vendors)) {
    const own = vendorShape(vendors.get(name)!)
    const other = SHAPE_PARTS.filter((part) => shape[part] !== own[part])
    if (other.length > 0)
      throw new InvalidSnapshotError(`it was taken with other ${other.join(', ')} of ${name}.`, 'Take a new snapshot.')
  }
}

/** Restores a snapshot into an emptied session; its credentials become those of the session. */
export function putSnapshot(session: Session, snapshot: Snapshot, vendors: ReadonlyMap<string, Vendor>): void {
  const { clock } = session
  clock.freeze(snapshot.clock.now)
  if (!snapshot.clock.frozen) clock.flow()
  session.count = snapshot.exchanges
  session.latest = snapshot.latest
  session.scope = snapshot.scope
  for (const [name, { start }] of Object.entries(snapshot.vendors)) session.starts.set(name, start)
  session.store.load(fromPlainJson(ownRows(snapshot, session.tag)) as StoreDump)
  if (snapshot.isBusy) session.store.transact((tx) => forgetRequests(tx, vendors))
  session.outbox.arm()
}

/** Renames the session's tag, which begins everything that a session issues and which no other text contains. */
function ownRows({ rows, tag }: Snapshot, own: string): unknown {
  return tag === own ? rows : parseExactly(JSON.stringify(rows).replaceAll(tag, own))
}

/** Releases what requests held that nobody will answer. */
function forgetRequests(tx: Transaction, vendors: ReadonlyMap<string, Vendor>): void {
  for (const vendor of vendors.values()) {
    const spoken = vendor.dialects ? vendor.dialects.names.map((name) => dialectVendor(vendor, name)) : []
    for (const { limits } of [vendor, ...spoken]) forgetInFlight(tx, limits)
  }
}
