import { guarded, reportFault } from './guard.ts'
import { fitsDate, LAST_INSTANT } from './instant.ts'
import { createMoves } from './moves.ts'

/**
 * A session's clock: the only reader of `Date` and the only user of timers.
 */

/** A waiter for an instant of the clock. */
export interface Waiting {
  readonly at: number
  /** Removes it without waking it. */
  readonly cancel: () => void
}

export interface Clock {
  /** The instant, in ms since 1970. */
  readonly now: () => number
  readonly frozen: () => boolean
  /**
   * Calls `wake` when the clock reaches `at`, but never before this call returns. A background waiter does not keep the
   * process alive, and nothing waits for it.
   */
  readonly wakeAt: (at: number, wake: () => void, options?: { readonly background?: boolean }) => Waiting
  /** Adds work in real time that {@link advance} and {@link set} await before they go on; it must not reject. */
  readonly busy: (work: Promise<unknown>) => void
  /** The earliest waking instant; `Infinity` if all wait for ever, undefined if there is no waiter. */
  readonly due: () => number | undefined
  /**
   * Freezes the clock. With an instant (`at`, in ms) it freezes there, and earlier calls that still move the clock end.
   *
   * @throws RangeError for an instant that no `Date` can hold
   */
  readonly freeze: (at?: number) => void
  /** Lets the clock run from its current instant. */
  readonly flow: () => void
  /**
   * Jumps to `at` (ms) without stopping on the way, but not back before the latest served instant. Earlier calls that
   * still move the clock end.
   *
   * @throws RangeError for an instant that no `Date` can hold
   */
  readonly set: (at: number) => Promise<void>
  /**
   * Moves by `ms`, stopping at every waking instant on the way, so that each waiter wakes at its own time. Calls run
   * one after the other, each from where the previous one has left the clock.
   *
   * @throws RangeError if the target is beyond what a `Date` can hold; the clock does not move then
   */
  readonly advance: (ms: number) => Promise<void>
  /** Resets to the initial state: all waiters are woken, and calls that still move the clock end. */
  readonly reset: () => void
}

export interface ClockOptions {
  /** ms since 1970 at which the clock starts; default: the wall clock. */
  readonly at?: number | undefined
  readonly frozen?: boolean | undefined
  /** The latest instant given to a client. When the clock follows another `Date`, it does not go back before it. */
  readonly served?: (() => number) | undefined
}

// Captured at import: a test's fake timers must not stop what drives held answers. Called as functions, since browsers
// refuse them as methods of another object.
const RealDate = globalThis.Date
const realSetTimeout = globalThis.setTimeout
const realClearTimeout = globalThis.clearTimeout
const realPerformance = globalThis.performance.now.bind(globalThis.performance)
const realSetImmediate = globalThis.setImmediate as typeof globalThis.setImmediate | undefined

/** How often (ms of real time) `advance` checks whether pending real-time work is itself waiting for the clock. */
const LOOK_MS = 20

/** Interval, in ms of real time, at which a clock that follows fake timers is checked. */
const FAKE_POLL_MS = 5

/** The longest timeout of the platform, in ms. */
const LONGEST_MS = 2 ** 31 - 1

/** Timers fire a little early by `Date`; if one is earlier than this, `Date` was set back during the wait. */
const EARLY_MS = 20

/**
 * Creates a clock. It follows the wall clock (`Date`, so fake timers move it) unless it is frozen. When `Date` is set
 * back, the clock continues from its last reading.
 *
 * @example
 * const clock = createClock({ at: 0, frozen: true })
 * await clock.advance(1000)
 * clock.now()
 * //=> 1000
 */
export function createClock(options: ClockOptions = {}): Clock {
  let offset = 0
  let stopped: number | undefined
  let queue: Entry[] = []
  const works = new Set<Promise<unknown>>()
  let disarm: (() => void) | undefined
  /** Whether the armed timer keeps the process alive. */
  let isAlive = false
  const moves = createMoves()
  /** The last reading of `Date`, and the `Date` object it came from, since a test may replace that. */
  let read = 0
  let source = RealDate

  const start = (): void => {
    read = Date.now()
    source = globalThis.Date
    offset = options.at === undefined ? 0 : options.at - read
    stopped = options.frozen ? (options.at ?? read) : undefined
  }

  /** The time of `Date`; when `Date` goes back, the difference is added to the offset. */
  const wall = (): number => {
    const reading = Date.now()
    if (reading < read && !mayFollow(reading)) offset += read - reading
    read = reading
    source = globalThis.Date
    return reading
  }

  /** Whether to follow another `Date` into the past: not if there is a waiter or a client has a later instant. */
  const mayFollow = (reading: number): boolean =>
    source !== globalThis.Date &&
    options.at === undefined &&
    queue.length === 0 &&
    (options.served?.() ?? -Infinity) <= reading + offset

  const now = (): number => {
    if (stopped !== undefined) return stopped
    // Read first, since the reading may change the offset.
    const reading = wall()
    return Math.min(reading + offset, LAST_INSTANT)
  }

  const arm = (): void => {
    disarm?.()
    disarm = undefined
    isAlive = false
    const first = queue[0]
    if (!first) return
    const wait = first.at - now()
    if (wait > 0 && (stopped !== undefined || wait === Number.POSITIVE_INFINITY)) return
    isAlive = queue.some((entry) => !entry.background)
    const from = now()
    disarm = startTimer(Math.max(0, wait), isAlive, (passed) => {
      disarm = undefined
      const late = from + passed - now()
      if (stopped === undefined && late > EARLY_MS) offset += late
      wakeUpTo(now())
      arm()
    })
  }

  const wakeUpTo = (instant: number): void => {
    while (queue[0] && queue[0].at <= instant) queue.shift()!.wake()
  }

  /** Sets the clock to an instant. */
  const put = (at: number): void => {
    if (stopped === undefined) offset = at - wall()
    else stopped = at
  }

  /** Awaits pending work, except work that waits for a later instant. */
  const calm = async (target: number, isOver: () => boolean): Promise<void> => {
    while (works.size > 0 && !isOver()) {
      await settledWithin(LOOK_MS, Promise.all(works))
      if (works.size > 0 && queue.some((entry) => !entry.background && entry.at <= target)) return
    }
  }

  start()

  return {
    now,
    busy: (work) => {
      works.add(work)
      const ended = (): void => void works.delete(work)
      void work.then(ended, ended)
    },
    frozen: () => stopped !== undefined,
    due: () => queue[0]?.at,
    wakeAt: (at, wake, { background = false } = {}) => {
      const entry = { at, wake: guarded('do what was due on the clock', wake), background }
      const place = queue.findIndex((other) => other.at > at)
      if (place === -1) queue.push(entry)
      else queue.splice(place, 0, entry)
      // The first foreground waiter makes the timer keep the process alive again.
      if (queue[0] === entry || (!background && !isAlive)) arm()
      return {
        at,
        cancel: () => {
          const index = queue.indexOf(entry)
          if (index === -1) return
          queue.splice(index, 1)
          if (index === 0) arm()
        },
      }
    },
    freeze: (at) => {
      if (at !== undefined) {
        checkInstant(at)
        moves.end()
      }
      stopped = at ?? now()
      arm()
    },
    flow: () => {
      const from = now()
      stopped = undefined
      put(from)
      arm()
    },
    set: async (at) => {
      checkInstant(at)
      moves.end()
      put(at)
      wakeUpTo(now())
      arm()
      await moves.run(async (isOver) => {
        await nextTurn()
        // Work that has failed by then may schedule a retry by then.
        while (!isOver() && (works.size > 0 || queue.some((entry) => entry.background && entry.at <= now()))) {
          await calm(now(), isOver)
          if (isOver()) return
          wakeUpTo(now())
          arm()
          await nextTurn()
        }
      })
    },
    advance: (ms) =>
      moves.run(async (isOver) => {
        const target = now() + ms
        checkInstant(target)
        const moveTo = (at: number): void => {
          if (at > now()) put(at)
        }
        await nextTurn()
        await calm(target, isOver)
        while (!isOver() && queue[0] && queue[0].at <= target) {
          moveTo(queue[0].at)
          wakeUpTo(queue[0].at)
          await nextTurn()
          await calm(target, isOver)
        }
        if (isOver()) return
        moveTo(target)
        arm()
        await nextTurn()
      }),
    reset: () => {
      moves.end()
      const left = queue
      queue = []
      start()
      arm()
      // The remaining waiters would wait for ever.
      for (const entry of left) entry.wake()
    },
  }
}

/** @throws RangeError for an instant that no `Date` can hold */
function checkInstant(at: number): void {
  if (fitsDate(at)) return
  throw new RangeError(
    `Failed to move the clock to ${at} ms since 1970: a date can hold ${-LAST_INSTANT} to ${LAST_INSTANT} ms.`,
  )
}

interface Entry {
  readonly at: number
  readonly wake: () => void
  readonly background: boolean
}

/** Resolves when the work has ended, or after that much real time. */
export function settledWithin(ms: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = realSetTimeout(resolve, Math.min(ms, LONGEST_MS))
    const ended = (): void => {
      realClearTimeout(timer)
      resolve()
    }
    void work.then(ended, ended)
  })
}

/** Resolves after everything that is ready in this process has run, even if a test has faked the timers. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (realSetImmediate) realSetImmediate(resolve)
    else realSetTimeout(resolve, 0)
  })
}

let deferred: Array<() => void> = []

/**
 * Calls back when all pending input has been read, even if a test has faked the timers. Such calls run in order, one
 * directly after the other: Node's code and ours then each stay in the processor's caches, which makes a busy server
 * nearly twice as fast (decisions/requests-are-answered-together.md).
 */
export function afterReading(call: () => void): void {
  if (deferred.push(call) > 1) return
  if (realSetImmediate) realSetImmediate(runDeferred)
  else realSetTimeout(runDeferred, 0)
}

function runDeferred(): void {
  const calls = deferred
  deferred = []
  for (const call of calls) {
    try {
      call()
    } catch (error) {
      // A call that throws does not prevent the later ones.
      reportFault('run deferred work', error)
    }
  }
}

/** Real time in ms since the process began, independent of tests and of changes to the computer's clock. */
export function realTime(): number {
  return realPerformance()
}

/** ms since 1970 by the computer's clock, even if a test has faked `Date`. */
export function realDate(): number {
  return RealDate.now()
}

/** Calls back after that much real time, even if a test has faked the timers; returns a function that cancels it. */
export function afterRealTime(ms: number, call: () => void): () => void {
  const timer = realSetTimeout(guarded('run a timer', call), Math.min(ms, LONGEST_MS))
  if (typeof timer === 'object') (timer as { unref?: () => void }).unref?.()
  return () => realClearTimeout(timer)
}

/** Resolves after that much real time, which does not keep the process alive. */
export function pauseRealTime(ms: number): Promise<void> {
  return new Promise((resolve) => void afterRealTime(ms, resolve))
}

/** A timer of the platform, or of a test that has faked it. Reports how many ms have certainly passed. */
function startTimer(ms: number, isAlive: boolean, call: (passed: number) => void): () => void {
  const wait = Math.min(ms, LONGEST_MS)
  if (globalThis.Date === RealDate) {
    const timer = realSetTimeout(() => call(wait), wait)
    if (!isAlive && typeof timer === 'object') (timer as { unref?: () => void }).unref?.()
    return () => realClearTimeout(timer)
  }
  const { setTimeout, clearTimeout } = globalThis
  const stop = (): void => {
    realClearTimeout(look)
    if (faked !== undefined) clearTimeout(faked)
  }
  const fire = (passed: number): void => {
    stop()
    call(passed)
  }
  // Fake timers that are advanced stop here on the way; a `Date` that is set directly is noticed soon.
  const look = realSetTimeout(() => fire(0), FAKE_POLL_MS)
  const faked = setTimeout === realSetTimeout ? undefined : setTimeout(() => fire(wait), wait)
  return stop
}
