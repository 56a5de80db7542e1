import { replaySituation } from '../../engine/session/play.ts'
import type { Session } from '../../engine/session/session.ts'
import { forgetVendors, whyStale } from '../../engine/snapshot/stale-rows.ts'
import type { Situation } from '../../scenario/situation.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { replaceWorld, type World } from './world.ts'

/** An open session, and how it plays anew what it plays. */
export interface Playing {
  readonly session: Session
  readonly replay: (make: MakeSituation) => Replayed
  /** Prepares anew what `next` has prepared; gives what cannot be prepared any more. */
  readonly prepareAnew: () => readonly string[]
}

/** What a session is going to play. */
export interface Replayed {
  readonly situation: Situation
  /** To be called when it is played. */
  readonly note: () => void
}

export type MakeSituation = (
  names: readonly string[],
  changes: object | undefined,
  before: Situation | undefined,
) => Situation

/** What could not be kept, in words: `acme: it has no collection "labels" any more`. */
export interface Reloaded {
  /** By vendor whose state was emptied: why. */
  readonly reset: ReadonlyMap<string, string>
  /** Errors prepared by `next` that are gone. */
  readonly dropped: readonly string[]
}

/**
 * Puts vendors that were loaded anew in the place of those that are served, and has all sessions play their scenarios as
 * they are by now. What is wrong throws before anything changes. State stays where its rows still mean something.
 *
 * @param world - the one that is served
 * @param next - the one to come; the same where only scenarios have changed
 * @param playing - the open sessions
 */
export function reloadWorld(world: World, next: World, playing: readonly Playing[], make: MakeSituation): Reloaded {
  checkNames(world.vendors, next.vendors)
  const plays = playing.map((one) => ({ ...one, ...one.replay(make) }))
  const reset = new Map<string, string>()
  for (const [name, before] of world.vendors) {
    const why = whyStale(before, next.vendors.get(name)!)
    if (why !== undefined) reset.set(name, why)
  }
  // All of it can be played: only now does anything change.
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

/** The addresses of vendors begin with their names, and clients have been given them. */
function checkNames(before: ReadonlyMap<string, Vendor>, after: ReadonlyMap<string, Vendor>): void {
  const [had, has] = [[...before.keys()], [...after.keys()]]
  if (had.toSorted().join() === has.toSorted().join()) return
  throw new Error(
    `Failed to go on with the documents as they are now: their vendors are called ${has.join(', ')}, and were called ${had.join(', ')}. Start anew.`,
  )
}
