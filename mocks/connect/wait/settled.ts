import type { Session } from '../../engine/session/session.ts'
import { formatDuration } from '../../spec/values/duration.ts'
import { afterRealTime, nextTurn } from '../../state/clock.ts'
import { NotSettledError, workOf } from './not-settled-error.ts'

/** Real time after which `settled()` gives up, in ms. */
const LIMIT_MS = 2000

/**
 * Resolves when nothing is in work and, if given, that many exchanges are held.
 *
 * @throws {@link NotSettledError} after two seconds of real time
 */
export async function settled(session: Session, held: number | undefined): Promise<void> {
  let late = false
  const stop = afterRealTime(LIMIT_MS, () => {
    late = true
  })
  try {
    for (let calm = 0; calm < 3;) {
      await nextTurn()
      const work = workOf(session)
      calm = work === 0 && (held === undefined || session.held.size === held) ? calm + 1 : 0
      // A starved process may be late although its session is calm.
      if (late && calm === 0) {
        throw new NotSettledError(
          `Failed to settle within ${formatDuration(LIMIT_MS)}: ${work} in progress, ${session.held.size} held${held === undefined ? '' : ` (wanted ${held})`}.`,
          session,
        )
      }
    }
  } finally {
    stop()
  }
}
