import { afterReading, afterRealTime, realTime } from '../../state/clock.ts'

/** Real ms between two beats. */
const BEAT_MS = 250

/** Real ms: on a busy machine, timers alone are late by less. */
const LEAST_MS = 250

/** Turns of the event loop that handle everything that has arrived: first connections, then their data. */
const TURNS = 4

/** How late a process reads what arrives, because it was busy or got no CPU time. */
export interface Lag {
  /** Real ms that a request handled now may have waited; 0 if the process is not late. */
  readonly behind: () => number
  readonly stop: () => void
}

/** Measures lag with one timer, which does not keep the process alive. */
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
