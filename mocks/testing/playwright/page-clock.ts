import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '@playwright/test'
import { toMs } from '../../connect/mock/session-api.ts'
import type { MockClock } from '../../connect/mock/api/session-parts.ts'

/**
 * Steps in which both clocks are moved: a timer of the page fires while the mock's clock is at most one step ahead of it. Each
 * costs a call of every page.
 */
const MOST_STEPS = 20
/** Real ms in which what a page has asked for on its timers arrives: as long as a call of the page takes, within these. */
const LEAST_ON_THE_WAY = 10
const MOST_ON_THE_WAY = 200
/** ms of the shortest step. */
const SHORTEST = 10
/** ms before the wanted instant at which a page's clock is installed, to be stopped there: it runs in between. */
const LEAD = 60_000

/**
 * Has the clock of a session and that of a browser context move as one, whichever of them a test moves, from the moment on at
 * which the test installs the latter. Until then pages live by the time of the machine.
 *
 * @see https://playwright.dev/docs/clock
 */
export function moveTogether(clock: MockClock, pages: Clock): void {
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

  /** By small steps, so that what pages do on their timers meets the mock at about the same time. */
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
  /** Puts the mock's clock where the page's is put. */
  const follow = async (at: number | string | Date): Promise<void> => {
    isInstalled = true
    await own.set(instantOf(at))
  }

  Object.assign(clock, {
    advance: async (by: string | number) => {
      if (!isInstalled) return own.advance(by)
      // A duration that cannot be read is refused in the words of the mock's clock.
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
