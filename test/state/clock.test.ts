import { spawnSync } from 'node:child_process'
import { createMock } from 'sparring'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createClock, nextTurn } from '../../mocks/state/clock.ts'
import { frozenMock, NOW } from '../support/mock/mock.ts'

test('a frozen clock stays at its instant until it is advanced', async () => {
  const clock = createClock({ at: 1000, frozen: true })
  expect([clock.now(), clock.frozen()]).toEqual([1000, true])
  await clock.advance(250)
  expect(clock.now()).toBe(1250)
  await clock.set(5000)
  expect(clock.now()).toBe(5000)
  await clock.set(2000)
  expect(clock.now()).toBe(2000)
})

test('a clock flows with the wall clock, from now or from a given instant', () => {
  const before = Date.now()
  const clock = createClock()
  expect(clock.now()).toBeGreaterThanOrEqual(before)
  expect(clock.now()).toBeLessThanOrEqual(Date.now())
  const other = createClock({ at: 0 })
  expect(other.now()).toBeGreaterThanOrEqual(0)
  expect(other.now()).toBeLessThan(1000)
  expect([clock.frozen(), other.frozen()]).toEqual([false, false])
})

test('freezing stops a clock where it is, and letting it flow loses no time', async () => {
  const clock = createClock({ at: 10_000 })
  clock.freeze()
  const stopped = clock.now()
  await realTime(15)
  expect(clock.now()).toBe(stopped)
  clock.flow()
  expect(clock.now()).toBeGreaterThanOrEqual(stopped)
  expect(clock.now()).toBeLessThan(stopped + 1000)
  await clock.advance(60_000)
  expect(clock.now()).toBeGreaterThanOrEqual(stopped + 60_000)
  clock.freeze(5)
  expect(clock.now()).toBe(5)
})

test('advance wakes everybody at their own instant, in order, those of one instant as they came', async () => {
  const clock = createClock({ at: 0, frozen: true })
  const woken: Array<[string, number]> = []
  const wait = (name: string, at: number) => clock.wakeAt(at, () => woken.push([name, clock.now()]))
  wait('late', 300)
  wait('first', 100)
  wait('second', 100)
  wait('beyond', 301)
  await clock.advance(300)
  expect(woken).toEqual([
    ['first', 100],
    ['second', 100],
    ['late', 300],
  ])
  expect(clock.due()).toBe(301)
})

test('a sleeper that is woken during an advance may wait again, and is woken in the same advance', async () => {
  const clock = createClock({ at: 0, frozen: true })
  const seen: number[] = []
  const every = async (): Promise<void> => {
    for (let round = 0; round < 5; round++) {
      await new Promise<void>((resolve) => clock.wakeAt(clock.now() + 100, resolve))
      seen.push(clock.now())
    }
  }
  const done = every()
  await clock.advance(450)
  expect(seen).toEqual([100, 200, 300, 400])
  expect(clock.now()).toBe(450)
  await clock.advance(50)
  await done
  expect(seen).toEqual([100, 200, 300, 400, 500])
})

test('set jumps: all that fell due is woken at the instant of arrival', async () => {
  const clock = createClock({ at: 0, frozen: true })
  const seen: number[] = []
  clock.wakeAt(100, () => seen.push(clock.now()))
  clock.wakeAt(200, () => seen.push(clock.now()))
  await clock.set(1000)
  expect(seen).toEqual([1000, 1000])
})

test('a wait for a past instant ends soon, on a frozen clock too, but never before the call returns', async () => {
  const clock = createClock({ at: 1000, frozen: true })
  let woken = 0
  clock.wakeAt(1000, () => woken++)
  clock.wakeAt(500, () => woken++)
  expect(woken).toBe(0)
  await vi.waitFor(() => expect(woken).toBe(2))
  clock.wakeAt(1001, () => woken++)
  clock.freeze(1001)
  await vi.waitFor(() => expect(woken).toBe(3))
})

test('a flowing clock wakes by real time, the earliest first', async () => {
  const clock = createClock()
  const seen: string[] = []
  const start = clock.now()
  clock.wakeAt(start + 40, () => seen.push('second'))
  clock.wakeAt(start + 10, () => seen.push('first'))
  const cancelled = clock.wakeAt(start + 20, () => seen.push('never'))
  cancelled.cancel()
  cancelled.cancel()
  await vi.waitFor(() => expect(seen).toEqual(['first', 'second']))
  expect(clock.now()).toBeGreaterThanOrEqual(start + 40)
})

test('a wait on a flowing clock does not end while the clock is frozen', async () => {
  const clock = createClock()
  let woken = false
  clock.wakeAt(clock.now() + 20, () => {
    woken = true
  })
  clock.freeze()
  await realTime(40)
  expect(woken).toBe(false)
  clock.flow()
  await vi.waitFor(() => expect(woken).toBe(true))
})

test('reset goes back to the start and ends all waits', async () => {
  const clock = createClock({ at: 7, frozen: true })
  let woken = 0
  clock.wakeAt(1000, () => woken++)
  await clock.advance(100)
  clock.flow()
  clock.reset()
  expect([clock.now(), clock.frozen(), clock.due(), woken]).toEqual([7, true, undefined, 1])
})

test('a clock that flows follows a faked Date, and its waits end when that time has come', async () => {
  vi.useFakeTimers({ now: NOW })
  onTestFinished(() => void vi.useRealTimers())
  const clock = createClock()
  expect(clock.now()).toBe(NOW)
  let woken: number | undefined
  clock.wakeAt(NOW + 60_000, () => {
    woken = clock.now()
  })
  await vi.advanceTimersByTimeAsync(59_999)
  await nextTurn()
  expect([clock.now(), woken]).toEqual([NOW + 59_999, undefined])
  await vi.advanceTimersByTimeAsync(1)
  await realTime(30)
  expect(woken).toBe(NOW + 60_000)
})

test('the clock of a mock accepts three forms of instants, and an error names other values', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  await mock.clock.set('2026-03-16T10:00:01Z')
  expect(mock.clock.now()).toBe(NOW + 1000)
  await mock.clock.set(new Date(NOW + 2000))
  expect(mock.clock.now()).toBe(NOW + 2000)
  await mock.clock.set(NOW + 3000)
  expect(mock.clock.now()).toBe(NOW + 3000)
  mock.clock.freeze('2026-03-16T11:00:00Z')
  expect(mock.clock.now()).toBe(NOW + 3_600_000)
  await expect(mock.clock.set('tomorrow')).rejects.toThrow(
    new RangeError(
      'Failed to set the clock: "tomorrow" is not an instant. Write 2026-03-16T10:00:00Z, a Date, or ms since 1970.',
    ),
  )
  expect(() => createMock({ vendors: ['seek'], clock: { at: 'noon' } })).toThrow(
    new RangeError(
      'Failed to set the clock: "noon" is not an instant. Write 2026-03-16T10:00:00Z, a Date, or ms since 1970.',
    ),
  )
})

test('the clock of a mock advances by durations, and an error names other values', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  for (const [by, ms] of [
    ['250ms', 250],
    ['1.5s', 1500],
    ['2m', 120_000],
    ['100000000ms', 100_000_000],
    ['123456789s', 123_456_789_000],
    [30, 30],
    [0, 0],
  ] as const) {
    const before = mock.clock.now()
    await mock.clock.advance(by)
    expect(mock.clock.now() - before).toBe(ms)
  }
  for (const [wrong, hint] of [
    ['10 s', ''],
    ['-1s', ' It is negative.'],
    ['10', ' Its unit is missing.'],
    ['', ''],
    ['soon', ''],
    ['100000001d', ' It is too long: the longest is 100000000d.'],
    [9e15, ' It is too long: the longest is 100000000d.'],
    [-1, ' It is negative.'],
    [Number.NaN, ''],
  ] as const) {
    await expect(mock.clock.advance(wrong)).rejects.toThrow(
      new RangeError(
        `Failed to read the duration ${typeof wrong === 'number' ? wrong : JSON.stringify(wrong)}. Write '250ms', '10s', '5m', '1h', '30d' or a number of ms.${hint}`,
      ),
    )
  }
})

test('a client can sleep on the clock, and be called off', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seen: string[] = []
  const sleeping = mock.clock.sleep('10s').then(() => seen.push(`woke at ${mock.clock.now() - NOW}`))
  const off = new AbortController()
  const called = mock.clock.sleep('5s', off.signal).catch((error: unknown) => seen.push((error as Error).message))
  off.abort(new Error('called off'))
  await called
  await mock.clock.advance('1m')
  await sleeping
  expect(seen).toEqual(['called off', 'woke at 10000'])
  await expect(mock.clock.sleep('5s', off.signal)).rejects.toThrow(new Error('called off'))
  // No time at all passes by itself.
  await mock.clock.sleep(0)
})

function realTime(ms: number): Promise<void> {
  return new Promise((resolve) => realSetTimeout(resolve, ms))
}

const realSetTimeout = globalThis.setTimeout

test('an endless wait does not keep the process alive', () => {
  const code = "import { createClock } from './mocks/state/clock.ts'; createClock().wakeAt(Infinity, () => {})"
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', code], { timeout: 15_000, encoding: 'utf8' })
  expect([run.status, run.stderr]).toEqual([0, ''])
})

test('a client asleep on a clock that stands still is listed, and after a second stderr says how to wake it', async () => {
  const said = vi.spyOn(console, 'error').mockReturnValue()
  onTestFinished(() => said.mockRestore())
  const mock = frozenMock({ vendors: ['seek'] })
  const off = new AbortController()
  const asleep = [mock.clock.sleep('90s'), mock.clock.sleep('5s', off.signal).catch(() => 'called off')]
  expect(mock.held()).toEqual(
    [90_000, 5000].map((ms) => ({
      exchange: undefined,
      vendor: undefined,
      operation: undefined,
      method: undefined,
      path: undefined,
      until: NOW + ms,
      reason: 'sleep',
      limit: undefined,
    })),
  )
  off.abort()
  expect(await asleep[1]).toBe('called off')
  expect(mock.held().length).toBe(1)
  // Who waits for requests to be held waits for these alone.
  await mock.settled({ held: 0 })
  await realTime(1100)
  expect(said.mock.calls).toEqual([
    [
      "sparring: a client that sleeps 90s on mock.clock is held until 2026-03-16T10:01:30.000Z and the clock is frozen. Advance it: await mock.clock.advance('90s')",
    ],
  ])
  await mock.clock.advance('90s')
  await asleep[0]
  expect(mock.held()).toEqual([])
})
