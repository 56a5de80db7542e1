import { repeatAttempts } from '../../behaviour/webhooks/attempts.ts'
import { markStarts } from '../../engine/session/play.ts'
import { instantOf, type Session } from '../../engine/session/session.ts'
import type { Snapshot, SnapshotHead } from '../../engine/snapshot/snapshot.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import type { MockSession } from '../mock/api/mock-session.ts'
import { insideOf } from '../mock/session-api.ts'
import { readRow } from './store/batch.ts'
import type { Places } from './pending-changes.ts'
import type { Beat, SessionKeeper } from './session-keeper.ts'

/** Everything that the store has of a session. */
export interface Stored {
  /** The scenarios of the session as JSON; empty if no replica has executed it yet. */
  readonly head: string
  readonly beat: string
  readonly rows: ReadonlyMap<string, string>
  readonly due: ReadonlyMap<string, string>
}

/** A session and its APIs. */
export interface Loading {
  readonly keeper: SessionKeeper
  readonly session: Session
  readonly api: MockSession
  readonly vendors: ReadonlyMap<string, Vendor>
}

/** The scenarios of a session, its clock and everything except its rows, as JSON. */
export function headOf(api: MockSession, { courier }: Session): string {
  const { base, patience } = courier
  const head: Head = { ...insideOf(api)!.head(), receiver: { base, patience } }
  return JSON.stringify(head)
}

interface Head extends SnapshotHead {
  /** Where webhooks go. */
  readonly receiver: { readonly base?: string | undefined; readonly patience?: number | undefined }
}

/**
 * Continues a session where another replica left it, or starts it.
 *
 * @param now - the store's time, in ms since 1970
 * @throws {@link InvalidSnapshotError} for rows of another version
 */
export function loadSession(loading: Loading, stored: Stored, now: number): void {
  const { keeper, session, api, vendors } = loading
  if (stored.head === '') return beginSession(loading, now)
  const beat = JSON.parse(stored.beat) as Beat
  const { places, rows } = readRows(stored)
  keeper.changes.expect(places)
  const { receiver, ...head } = JSON.parse(stored.head) as Head
  const snapshot: Snapshot = {
    ...head,
    omitted: [],
    clock: { now: beat.frozen ? beat.clock : Math.round(now + beat.clock), frozen: beat.frozen },
    exchanges: beat.count,
    latest: beat.latest,
    // Requests that the last owner had in work are not answered.
    isBusy: true,
    rows,
  }
  api.restore(snapshot)
  session.stretch = beat.stretch
  session.journal.goOn(beat.count)
  const { base, patience } = receiver
  if (base !== undefined || patience !== undefined) api.webhooks.to(base, patience === undefined ? {} : { patience })
  session.store.transact((tx) => {
    for (const vendor of vendors.values()) repeatAttempts({ vendor, tx }, instantOf(session))
  })
  session.outbox.arm()
}

/** A session's clock starts at the store's time, so that replicas with different clocks agree. */
function beginSession({ keeper, session, api }: Loading, now: number): void {
  const { clock, situation } = session
  if (!clock.frozen() && situation.clock?.at === undefined) {
    clock.freeze(now)
    clock.flow()
    markStarts(session)
  }
  keeper.keepHead(() => headOf(api, session))
}

function readRows({ rows, due }: Stored): { readonly places: Places; readonly rows: Snapshot['rows'] } {
  const stored = [...rows].map(([field, text]) => readRow(field, text)).sort((left, right) => left.place - right.place)
  const tables = [...Map.groupBy(stored, ({ table }) => table)]
  const dueRows = [...due]
    .map(([number, text]) => [Number(number), JSON.parse(text) as Snapshot['rows']['due'][number]] as const)
    .sort(([left], [right]) => left - right)
  return {
    places: {
      rows: stored.map(({ table, key, place }) => [table, key, place]),
      due: dueRows.map(([number]) => number),
    },
    rows: {
      tables: tables.map(([table, found]) => [table, found.map(({ key, value }) => [key, value])]),
      due: dueRows.map(([, row]) => row),
    },
  }
}
