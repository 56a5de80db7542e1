/**
 * A session's clock: the only reader of `Date` and the only user of timers.
 */

/** What waits for an instant of the clock. */
export interface Waiting {
  readonly at: number
  /** Takes it out without waking it. */
  readonly cancel: () => void
}

export interface Clock {
  /** The instant, in ms since 1970. */
  readonly now: () => number
  readonly frozen: () => boolean
  /**
   * Calls `wake` when the clock reaches `at`; never before this call returns. What waits in the background does not keep
   * the process alive, and nobody is waited for on its behalf.
   */
  readonly wakeAt: (at: number, wake: () => void, options?: { readonly background?: boolean }) => Waiting
  /** Work in real time that {@link advance} and {@link set} let end before they go on; it must not reject. */
  readonly busy: (work: Promise<unknown>) => void
  /** How many wait. */
  readonly waiting: () => number
  /** Stops the clock, at `at` (ms) when given. */
  readonly freeze: (at?: number) => void
  /** Lets it run on from where it stands. */
  readonly flow: () => void
  /** Jumps to `at` (ms) without stopping on the way; not backwards past what was already served. */
  readonly set: (at: number) => Promise<void>
  /** Moves by `ms`, stopping at every instant on the way at which something wakes, so that each wakes at its own time. */
  readonly advance: (ms: number) => Promise<void>
  /** Back to the start, as created; whatever waits is woken. */
  readonly reset: () => void
}

export interface ClockOptions {
  /** ms since 1970 at which the clock starts; default: the wall clock. */
  readonly at?: number | undefined
  readonly frozen?: boolean | undefined
}

// Captured at import: a test's fake timers must not stop what drives held answers. Called as functions, since browsers
// refuse them as methods of another object.
const RealDate = globalThis.Date
const realSetTimeout = globalThis.setTimeout
const realClearTimeout = globalThis.clearTimeout
const realSetImmediate = globalThis.setImmediate as typeof globalThis.setImmediate | undefined

/** Steps of real time in which it is looked whether work in real time waits for the clock in its turn. */
const LOOK_MS = 20

/** Steps of real time in which a clock that follows fake timers is looked at. */
const FAKE_POLL_MS = 5

/** The longest that a timer of the platform can wait. */
const LONGEST_MS = 2 ** 31 - 1

/**
 * Creates a clock. It flows with the wall clock (`Date`, so fake timers move it) unless it is frozen.
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

  const start = (): void => {
    offset = options.at === undefined ? 0 : options.at - Date.now()
    stopped = options.frozen ? (options.at ?? Date.now()) : undefined
  }

  const now = (): number => stopped ?? Date.now() + offset

  const arm = (): void => {
    disarm?.()
    disarm = undefined
    isAlive = false
    const first = queue[0]
    if (!first) return
    const wait = first.at - now()
    if (wait > 0 && (stopped !== undefined || wait === Number.POSITIVE_INFINITY)) return
    isAlive = queue.some((entry) => !entry.background)
    disarm = startTimer(Math.max(0, wait), isAlive, () => {
      disarm = undefined
      wakeUpTo(now())
      arm()
    })
  }

  const wakeUpTo = (instant: number): void => {
    while (queue[0] && queue[0].at <= instant) queue.shift()!.wake()
  }

  /** Lets work end; not where it waits for somebody whose time has yet to come. */
  const calm = async (target: number): Promise<void> => {
    while (works.size > 0) {
      await orAfter(LOOK_MS, Promise.all(works))
      if (works.size > 0 && queue.some((entry) => !entry.background && entry.at <= target)) return
    }
  }

  start()

  return {
    now,
    busy: (work) => {
      works.add(work)
      void work.then(() => works.delete(work))
    },
    frozen: () => stopped !== undefined,
    waiting: () => queue.length,
    wakeAt: (at, wake, { background = false } = {}) => {
      const entry = { at, wake, background }
      const place = queue.findIndex((other) => other.at > at)
      if (place === -1) queue.push(entry)
      else queue.splice(place, 0, entry)
      // The first waiter in the foreground gives the timer back its hold on the process.
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
      stopped = at ?? now()
      arm()
    },
    flow: () => {
      offset = now() - Date.now()
      stopped = undefined
      arm()
    },
    set: async (at) => {
      if (stopped === undefined) offset += at - now()
      else stopped = at
      wakeUpTo(now())
      arm()
      await turn()
      // What has failed by then may have to be tried again by then.
      while (works.size > 0 || queue.some((entry) => entry.background && entry.at <= now())) {
        await calm(now())
        wakeUpTo(now())
        arm()
        await turn()
      }
    },
    advance: async (ms) => {
      const target = now() + ms
      const move = (at: number): void => {
        if (stopped === undefined) offset += Math.max(0, at - now())
        else stopped = Math.max(stopped, at)
      }
      await turn()
      await calm(target)
      while (queue[0] && queue[0].at <= target) {
        move(queue[0].at)
        wakeUpTo(queue[0].at)
        await turn()
        await calm(target)
      }
      move(target)
      arm()
      await turn()
    },
    reset: () => {
      const left = queue
      queue = []
      start()
      arm()
      // Whoever still waits would wait for ever.
      for (const entry of left) entry.wake()
    },
  }
}

interface Entry {
  readonly at: number
  readonly wake: () => void
  readonly background: boolean
}

/** Resolves when the work has ended, or after so much real time. */
export function orAfter(ms: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = realSetTimeout(resolve, ms)
    void work.finally(() => {
      realClearTimeout(timer)
      resolve()
    })
  })
}

/** Resolves after everything that is ready in this process has run, whatever a test has done to the timers. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (realSetImmediate) realSetImmediate(resolve)
    else realSetTimeout(resolve, 0)
  })
}

/** Calls back when all that is ready to be read has been, whatever a test has done to the timers. */
export function afterReading(call: () => void): void {
  if (realSetImmediate) realSetImmediate(call)
  else realSetTimeout(call, 0)
}

/** Calls back after so much real time, whatever a test has done to the timers; gives what takes it back. */
export function afterRealTime(ms: number, call: () => void): () => void {
  const timer = realSetTimeout(call, ms)
  if (typeof timer === 'object') (timer as { unref?: () => void }).unref?.()
  return () => realClearTimeout(timer)
}

/** A timer in the time of `Date`: of the platform, or of a test that has faked it. */
function startTimer(ms: number, isAlive: boolean, call: () => void): () => void {
  if (globalThis.Date === RealDate) {
    const timer = realSetTimeout(call, Math.min(ms, LONGEST_MS))
    if (!isAlive && typeof timer === 'object') (timer as { unref?: () => void }).unref?.()
    return () => realClearTimeout(timer)
  }
  const { setTimeout, clearTimeout } = globalThis
  const stop = (): void => {
    realClearTimeout(look)
    if (faked !== undefined) clearTimeout(faked)
  }
  const fire = (): void => {
    stop()
    call()
  }
  // Whoever moves faked timers stops here on the way; a date that is set by hand is noticed soon.
  const look = realSetTimeout(fire, FAKE_POLL_MS)
  const faked = setTimeout === realSetTimeout ? undefined : setTimeout(fire, Math.min(ms, LONGEST_MS))
  return stop
}
