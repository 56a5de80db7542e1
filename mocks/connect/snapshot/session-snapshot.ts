import { playSituation } from '../../engine/session/play.ts'
import type { Next, Session } from '../../engine/session/session.ts'
import { InvalidSnapshotError } from '../../engine/snapshot/invalid-snapshot.ts'
import { readSnapshot } from '../../engine/snapshot/read-snapshot.ts'
import {
  checkVendors,
  type Play,
  putSnapshot,
  type Snapshot,
  type SnapshotHead,
  type SnapshotHost,
  snapshotHead,
  takeSnapshot,
} from '../../engine/snapshot/snapshot.ts'
import type { Situation } from '../../scenario/situation.ts'
import { createPlayed, type Played } from './played.ts'

/** What snapshots need of a session's API. */
export interface Restoring extends SnapshotHost {
  readonly situation: (
    names: readonly string[],
    changes: object | undefined,
    before: Situation | undefined,
  ) => Situation
  /** Empties the session, like a reset. */
  readonly forget: () => void
  /** Creates what `next` has prepared, in the dialects of a situation. */
  readonly prepare: (next: Snapshot['nexts'][number], situation: Situation) => Next
}

export interface Snapshots {
  readonly snapshot: () => Snapshot
  /** The snapshot without rows, in time independent of their number. */
  readonly head: () => SnapshotHead
  readonly restore: (given: Snapshot) => void
  readonly note: Played['note']
  /**
   * Compiles the session's plays again, without changing the session.
   *
   * @returns the situation, and a function that records it once it is played
   */
  readonly replay: (situation: Restoring['situation']) => { readonly situation: Situation; readonly note: () => void }
}

export function createSnapshots(session: Session, host: Restoring): Snapshots {
  let played = createPlayed()
  return {
    note: (...what) => played.note(...what),
    replay: (make) => {
      const again = replayAll(played.list(), make)
      if (!again.situation) throw new Error('Failed to play again: no scenario is playing.')
      return {
        situation: again.situation,
        note: () => {
          played = again.played
        },
      }
    },
    snapshot: () => takeSnapshot(session, host, played.list()),
    head: () => snapshotHead(session, host, played.list()),
    restore: (given) => {
      const snapshot = readSnapshot(given)
      checkVendors(snapshot, host)
      const replayed = replay(snapshot, host)
      checkDialects(snapshot, replayed.situation)
      const nexts = snapshot.nexts.map((next) => host.prepare(next, replayed.situation))
      // Everything can be restored: state may change from here on.
      host.forget()
      playSituation(session, replayed.situation, host.vendors)
      session.nexts = nexts
      played = replayed.played
      putSnapshot(session, snapshot, host.vendors)
    },
  }
}

/** Compiles the plays of a snapshot, without a session. */
function replay(
  { plays, seed, pace }: Snapshot,
  host: Restoring,
): { readonly situation: Situation; readonly played: Played } {
  const { situation, played } = replayAll(plays, host.situation)
  if (!situation) throw new InvalidSnapshotError('it does not say what is played.')
  return { situation: { ...situation, seed, pace }, played }
}

function replayAll(
  plays: readonly Play[],
  make: Restoring['situation'],
): { readonly situation: Situation | undefined; readonly played: Played } {
  const played = createPlayed()
  let situation: Situation | undefined
  for (const play of plays) {
    const before: Situation | undefined = situation
    situation = make(play.names, play.changes ?? undefined, before)
    played.note(play, situation, before)
  }
  return { situation, played }
}

function checkDialects({ vendors }: Snapshot, situation: Situation): void {
  for (const [name, { dialect }] of Object.entries(vendors)) {
    const own = situation.vendors.get(name)?.dialect ?? null
    if (own === dialect) continue
    throw new InvalidSnapshotError(
      `${name} uses the dialect ${dialect} in it, and ${own} in this mock.`,
      'Create the mock with the same options.',
    )
  }
}
