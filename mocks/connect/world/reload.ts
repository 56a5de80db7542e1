import { replaySituation } from '../../engine/session/play.ts'
import type { Session } from '../../engine/session/session.ts'
import { forgetVendors, staleReason } from '../../engine/snapshot/stale-rows.ts'
import type { Situation } from '../../scenario/situation.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { replaceWorld, type World } from './world.ts'

/** An open session, and how to compile its plays again. */
export interface Playing {
  readonly session: Session
  readonly replay: (make: MakeSituation) => Replayed
  /** Recreates what `next` has prepared; returns what no longer exists. */
  readonly prepareAnew: () => readonly string[]
}

/** The next situation of a session. */
export interface Replayed {
  readonly situation: Situation
  /** To be called once the situation is played. */
  readonly note: () => void
}

export type MakeSituation = (
  names: readonly string[],
  changes: object | undefined,
  before: Situation | undefined,
) => Situation

/** What could not be kept, in words: `acme: it has no collection "labels" any more`. */
export interface Reloaded {
  /** Reasons, by vendor whose state was emptied. */
  readonly reset: ReadonlyMap<string, string>
  /** Errors prepared by `next` that no longer exist. */
  readonly dropped: readonly string[]
}

/**
 * Replaces the vendors with reloaded ones, and makes all sessions play the current versions of their scenarios.
 * Mistakes throw before anything changes. State is kept where its rows are still valid.
 *
 * @param world - the current world
 * @param next - the new world; the same object if only scenarios have changed
 * @param playing - the open sessions
 */
export function reloadWorld(world: World, next: World, playing: readonly Playing[], make: MakeSituation): Reloaded {
  checkNames(world.vendors, next.vendors)
  const plays = playing.map((one) => ({ ...one, ...one.replay(make) }))
  const reset = new Map<string, string>()
  for (const [name, before] of world.vendors) {
    const why = staleReason(before, next.vendors.get(name)!)
    if (why !== undefined) reset.set(name, why)
  }
  // Everything can be played: state may change from here on.
  if (next !== world) replaceWorld(world, next)
  const stale = [...reset.keys()].map((name) => world.vendors.get(name)!)
  const dropped = plays.flatMap(({ session, situation, note, prepareAnew }) => {
    replaySituation(session, situation, world.vendors)
    note()
    forgetVendors(session, stale)
    return prepareAnew()
  })
  return { reset, dropped }
}

/** Clients have been given addresses, which begin with the vendors' names. */
function checkNames(before: ReadonlyMap<string, Vendor>, after: ReadonlyMap<string, Vendor>): void {
  const [had, has] = [[...before.keys()], [...after.keys()]]
  if (had.toSorted().join() === has.toSorted().join()) return
  throw new Error(
    `Failed to reload the documents: their vendors are now called ${has.join(', ')}, and were called ${had.join(', ')}. Restart.`,
  )
}
