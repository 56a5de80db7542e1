import type { Play } from '../../engine/snapshot/snapshot.ts'
import type { Situation } from '../../scenario/situation.ts'

/** What a session was told to play, as far as a vendor still plays it. */
export interface Played {
  /** Notes a call of `play`, or what the session was opened with. */
  readonly note: (play: Play, situation: Situation, before: Situation | undefined) => void
  /** In order. */
  readonly list: () => readonly Play[]
}

export function createPlayed(): Played {
  /** The play that each vendor's part comes from. */
  const plays = new Map<string, Play>()
  let order: readonly Play[] = []
  return {
    note: ({ names, changes }, situation, before) => {
      // What a test does to its changes later is not what was played.
      const play: Play = { names, changes: JSON.parse(JSON.stringify(changes)) as Play['changes'] }
      for (const [vendor, own] of situation.vendors) if (before?.vendors.get(vendor) !== own) plays.set(vendor, play)
      const counting = new Set(plays.values())
      order = [...order, play].filter((one) => counting.has(one))
    },
    list: () => order,
  }
}
