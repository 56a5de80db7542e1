import type { Play } from '../../engine/snapshot/snapshot.ts'
import type { Situation } from '../../scenario/situation.ts'

/** The plays of a session whose effect still lasts for at least one vendor. */
export interface Played {
  /** Records a call of `play`, or the session's initial scenarios. */
  readonly note: (play: Play, situation: Situation, before: Situation | undefined) => void
  /** In order. */
  readonly list: () => readonly Play[]
}

export function createPlayed(): Played {
  /** The last play of each vendor. */
  const plays = new Map<string, Play>()
  let order: readonly Play[] = []
  return {
    note: ({ names, changes }, situation, before) => {
      // Copied: a test may later mutate its changes.
      const play: Play = { names, changes: JSON.parse(JSON.stringify(changes)) as Play['changes'] }
      for (const [vendor, own] of situation.vendors) if (before?.vendors.get(vendor) !== own) plays.set(vendor, play)
      const counting = new Set(plays.values())
      order = [...order, play].filter((one) => counting.has(one))
    },
    list: () => order,
  }
}
