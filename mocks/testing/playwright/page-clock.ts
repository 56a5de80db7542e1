import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '@playwright/test'
import { toMs } from '../../connect/mock/session-api.ts'
import type { MockClock } from '../../connect/mock/api/session-parts.ts'

/**
 * Maximum number of steps in which both clocks move: a page's timer fires while the mock's clock is at most one step
 * ahead. Each step costs a call of every page.
 */
const MOST_STEPS = 20
/** Real ms for requests of a page's timers to arrive: the duration of a page call, within these limits. */
const LEAST_ON_THE_WAY = 10
const MOST_ON_THE_WAY = 200
/** ms of the shortest step. */
const SHORTEST = 10
/**
 * ms before the wanted instant at which a page's clock is installed, to be paused at that instant: it runs in between.
 */
const LEAD = 60_000

/**
 * Keeps the clocks of a session and of a browser context in step, whichever of them a test moves, once the test has
 * installed the browser's clock. Until then pages use the machine's time.
 *
 * @see https://playwright.dev/docs/clock
 */
export function linkClocks(clock: MockClock, pages: Clock): void {
  const own = { advance: clock.advance, set: clock.set }
  const theirs = {
    install: pages.install.bind(pages),
    fastForward: pages.fastForward.bind(pages),
    runFor: pages.runFor.bind(pages),
    pauseAt: pages.pauseAt.bind(pages),
    resume: pages.resume.bind(pages),
    setFixedTime: pages.setFixedTime.bind(pages),
    setSystemTime: pages.setSystemTime.bind(pages),
  }
  let isInstalled = false

  /** Small steps, so that requests of a page's timers reach the mock at about the right time. */
  const run = async (ms: number): Promise<void> => {
    const step = Math.max(SHORTEST, Math.ceil(ms / MOST_STEPS))
    let left = ms
    do {
      const part = Math.min(step, left)
      await own.advance(part)
      const began = performance.now()
      await theirs.runFor(part)
      await sleep(Math.min(MOST_ON_THE_WAY, LEAST_ON_THE_WAY + performance.now() - began))
      left -= part
    } while (left > 0)
  }
  /** Sets the mock's clock to the time of the page's clock. */
  const follow = async (at: number | string | Date): Promise<void> => {
    isInstalled = true
    await own.set(instantOf(at))
  }

  Object.assign(clock, {
    advance: async (by: string | number) => {
      if (!isInstalled) return own.advance(by)
      // The mock's clock reports an invalid duration, with its own message.
      if (typeof by === 'string' || by > 0) return run(toMs(by))
      await own.advance(by)
    },
    set: async (at: Date | string | number) => {
      const before = clock.now()
      await own.set(at)
      if (isInstalled && clock.now() > before) await theirs.fastForward(clock.now() - before)
    },
  } satisfies Partial<MockClock>)

  Object.assign(pages, {
    install: async (options: { time?: number | string | Date } = {}) => {
      isInstalled = true
      if (options.time !== undefined) await follow(options.time)
      const now = clock.now()
      if (!clock.frozen()) return theirs.install({ time: now })
      await theirs.install({ time: now - LEAD })
      await theirs.pauseAt(now)
    },
    fastForward: async (ticks: number | string) => {
      isInstalled = true
      await own.advance(ticksOf(ticks))
      await theirs.fastForward(ticks)
    },
    runFor: async (ticks: number | string) => {
      isInstalled = true
      await run(ticksOf(ticks))
    },
    pauseAt: async (time: number | string | Date) => {
      isInstalled = true
      await theirs.pauseAt(time)
      clock.freeze(Math.max(clock.now(), instantOf(time)))
    },
    resume: async () => {
      clock.flow()
      await theirs.resume()
    },
    setFixedTime: async (time: number | string | Date) => {
      await follow(time)
      await theirs.setFixedTime(time)
    },
    setSystemTime: async (time: number | string | Date) => {
      await follow(time)
      await theirs.setSystemTime(time)
    },
  } satisfies Partial<Clock>)
}

function instantOf(time: number | string | Date): number {
  return new Date(time).getTime()
}

/** ms; a text is `ss`, `mm:ss` or `hh:mm:ss`. */
function ticksOf(ticks: number | string): number {
  if (typeof ticks === 'number') return ticks
  return ticks.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 1000
}
