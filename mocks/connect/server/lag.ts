import { afterRealTime, realTime } from '../../state/clock.ts'

/** Real ms between two beats: a lag is noticed where it is longer. */
const BEAT_MS = 250

/** Real ms for which a lag is remembered: what had arrived in the meantime is taken up bit by bit. */
const MEMORY_MS = 500

/** How far a process is behind with what arrives, because it was busy or the machine gave it no time. */
export interface Lag {
  /** Real ms for which a request that is taken up now may have waited; 0 where the process is not behind. */
  readonly behind: () => number
  readonly stop: () => void
}

/** Watches for lags with one timer, which keeps no process alive. */
export function watchLag(): Lag {
  let beatAt = realTime()
  let lag = 0
  let noticedAt = beatAt
  const since = (now: number): number => Math.max(0, now - beatAt - BEAT_MS)
  const beat = (): void => {
    const now = realTime()
    const late = since(now)
    if (late > lag || now - noticedAt > MEMORY_MS) {
      lag = late
      noticedAt = now
    }
    beatAt = now
    stop = afterRealTime(BEAT_MS, beat)
  }
  let stop = afterRealTime(BEAT_MS, beat)
  return {
    // A request may be read before the timer of the same turn.
    behind: () => Math.max(lag, since(realTime())),
    stop: () => stop(),
  }
}
