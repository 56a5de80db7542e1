import { afterReading, afterRealTime, realTime } from '../../state/clock.ts'

/** Real ms between two beats. */
const BEAT_MS = 250

/** Real ms: less is what timers are late by themselves on a busy machine. */
const LEAST_MS = 250

/** Turns of the event loop in which all that had arrived is taken up: connections first, then what they bring. */
const TURNS = 4

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
  const since = (now: number): number => {
    const late = now - beatAt - BEAT_MS
    return late < LEAST_MS ? 0 : late
  }
  const forget = (turns: number): void => {
    if (turns === 0) lag = 0
    else afterReading(() => forget(turns - 1))
  }
  const beat = (): void => {
    const now = realTime()
    lag = since(now)
    if (lag > 0) forget(TURNS)
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
