import { formatDuration } from '../../spec/values/duration.ts'
import { afterRealTime } from '../../state/clock.ts'
import type { Held, Session } from './session.ts'
import { ANNOUNCE_AFTER_MS, reportHeld } from './wait.ts'

/**
 * Sleeps on a session's clock. `held()` lists the sleep, and stderr reports it if the clock is frozen.
 *
 * @param ms - on that clock
 * @throws the signal's reason when it aborts
 */
export function sleep(session: Session, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error)
    const until = session.clock.now() + ms
    const entry = asleepUntil(until)
    const end = (): void => {
      quiet()
      waiting.cancel()
      session.asleep.delete(entry)
      signal?.removeEventListener('abort', onAbort)
    }
    const onAbort = (): void => {
      end()
      reject(signal!.reason as Error)
    }
    const waiting = session.clock.wakeAt(until, () => {
      end()
      resolve()
    })
    const quiet = afterRealTime(ANNOUNCE_AFTER_MS, () =>
      reportHeld(session, `a client that sleeps ${formatDuration(ms)} on mock.clock is held`, until),
    )
    session.asleep.add(entry)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

function asleepUntil(until: number): Held {
  const none = undefined
  return {
    exchange: none,
    vendor: none,
    operation: none,
    method: none,
    path: none,
    until,
    reason: 'sleep',
    limit: none,
  }
}
