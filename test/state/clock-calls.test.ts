import { createMock } from 'sparring'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createClock, nextTurn } from '../../mocks/state/clock.ts'
import { frozenMock, NOW } from '../support/mock/mock.ts'
import { SEEK, SEEK_KEY } from '../support/vendors/seek.ts'
import { control, open } from '../support/server/server.ts'

const me = { headers: { 'x-api-key': SEEK_KEY } }
const HOUR = 3_600_000

test('calls that move the clock act one after the other, each from where the one before has left it', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  await Promise.all(Array.from({ length: 10 }, () => mock.clock.advance('1s')))
  expect(mock.clock.now() - NOW).toBe(10_000)
  await Promise.all([mock.clock.advance('1s'), mock.clock.set(NOW + HOUR), mock.clock.advance('1s')])
  expect(mock.clock.now() - NOW).toBe(HOUR + 1000)
})

test('parallel calls of the control API add up too, and each is answered', async () => {
  const server = await open()
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => control<{ now: number }>(server, 'POST', '/clock', { advance: '1s' })),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
  expect(Math.max(...answers.map(({ body }) => body.now)) - NOW).toBe(10_000)
})

test('everybody who waits is woken at their own instant by whichever call gets there', async () => {
  const clock = createClock({ at: 0, frozen: true })
  const seen: number[] = []
  for (const at of [500, 1500, 2500]) clock.wakeAt(at, () => seen.push(clock.now()))
  await Promise.all([clock.advance(1000), clock.advance(1000), clock.advance(1000)])
  expect([seen, clock.now()]).toEqual([[500, 1500, 2500], 3000])
})

test('setting the clock ends the calls that still move it', async () => {
  const clock = createClock({ at: 0, frozen: true })
  let late = 0
  clock.wakeAt(45 * 60_000, () => late++)
  const moving = [clock.advance(HOUR), clock.advance(HOUR)]
  await clock.set(HOUR / 2)
  await Promise.all(moving)
  expect([clock.now(), late]).toEqual([HOUR / 2, 0])
  const again = clock.advance(HOUR)
  clock.freeze(5)
  await again
  expect(clock.now()).toBe(5)
})

test('a sleeper that is woken during an advance may set the clock, and the advance ends there', async () => {
  const clock = createClock({ at: 0, frozen: true })
  clock.wakeAt(100, () => void clock.set(7))
  await clock.advance(1000)
  expect(clock.now()).toBe(7)
})

test.each([
  ['reset', (mock: ReturnType<typeof frozenMock>) => mock.reset()],
  ['a fresh play', (mock: ReturnType<typeof frozenMock>) => mock.play('seek/happy-path', {}, { fresh: true })],
])('%s ends a call that still moves the clock', async (_, begin) => {
  const mock = frozenMock({ vendors: ['seek'] })
  const moving = mock.clock.advance('1h')
  begin(mock)
  await moving
  expect(mock.clock.now()).toBe(NOW)
  await mock.clock.advance('1s')
  expect(mock.clock.now()).toBe(NOW + 1000)
})

test('a call that fails moves nothing and does not stop the next one', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const failing = expect(mock.clock.advance(1e300)).rejects.toThrow(
    new RangeError(
      "Failed to read the duration 1e+300. Write '250ms', '10s', '5m', '1h', '30d' or a number of ms. It is too long: the longest is 100000000d.",
    ),
  )
  await mock.clock.advance('1s')
  await failing
  await expect(mock.clock.set(1e300)).rejects.toThrow(
    new RangeError(
      'Failed to set the clock: 1e+300 is beyond what a date can hold. Write ms since 1970 from -8640000000000000 to 8640000000000000.',
    ),
  )
  expect(() => mock.clock.freeze('5')).toThrow(
    new RangeError(
      'Failed to set the clock: "5" is not an instant. Write 2026-03-16T10:00:00Z, a Date, or ms since 1970.',
    ),
  )
  for (const [wrong, seen] of [
    [Number.NaN, 'NaN'],
    [new Date('never'), 'an invalid Date'],
  ] as const)
    await expect(mock.clock.set(wrong)).rejects.toThrow(`Failed to set the clock: ${seen} is not an instant. Write`)
  expect(mock.clock.now()).toBe(NOW + 1000)
})

test('a clock at the end of what a date can hold stands still there', async () => {
  const clock = createClock()
  await clock.set(8.64e15)
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(clock.now()).toBe(8.64e15)
  clock.flow()
  await clock.set(0)
  expect(clock.now()).toBeLessThan(1000)
})

test('when the clock of the computer is set back, time goes on and held answers come in time', async () => {
  using mock = createMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', { latency: '200ms' })
  const before = mock.clock.now()
  const answer = mock.fetch(`${SEEK}/me`, me)
  await mock.settled({ held: 1 })
  setDateBack()
  expect(mock.clock.now()).toBeGreaterThanOrEqual(before)
  // An hour later, if it went by that clock.
  expect((await answer).status).toBe(200)
  const after = mock.clock.now()
  expect(after - before).toBeGreaterThanOrEqual(180)
  expect(after - before).toBeLessThan(60_000)
  mock.clock.freeze()
  mock.clock.flow()
  expect(mock.clock.now()).toBeGreaterThanOrEqual(after)
})

test('a window of a limit ends when so much time has passed, though fake timers were set back', async () => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  using mock = createMock({ vendors: ['seek'], scenario: 'seek/rate-limited' })
  const status = async () => (await mock.fetch(`${SEEK}/me`, me)).status
  for (let call = 0; call < 3; call++) await status()
  vi.setSystemTime(NOW - HOUR)
  expect(await status()).toBe(429)
  vi.advanceTimersByTime(60_000)
  expect(await status()).toBe(200)
})

test('a wait under fake timers ends after its time, though they were set back on the way', async () => {
  vi.useFakeTimers({ now: NOW })
  onTestFinished(() => void vi.useRealTimers())
  const clock = createClock()
  let woken: number | undefined
  clock.wakeAt(NOW + 60_000, () => {
    woken = clock.now()
  })
  vi.setSystemTime(NOW - HOUR)
  vi.advanceTimersByTime(60_000)
  await nextTurn()
  expect(woken).toBe(NOW + 60_000)
})

test('fake timers that begin in the past are followed there, unless a request was answered later', async () => {
  using fresh = createMock({ vendors: ['seek'] })
  using used = createMock({ vendors: ['seek'] })
  await used.fetch(`${SEEK}/me`, me)
  const past = Date.parse('2000-01-01T00:00:00Z')
  const answered = used.clock.now()
  vi.useFakeTimers({ now: past })
  onTestFinished(() => void vi.useRealTimers())
  expect(fresh.clock.now()).toBe(past)
  const before = used.clock.now()
  expect(before).toBeGreaterThanOrEqual(answered)
  vi.advanceTimersByTime(60_000)
  expect([fresh.clock.now() - past, used.clock.now() - before]).toEqual([60_000, 60_000])
})

/** As an administrator does, or a time server. */
function setDateBack(): void {
  const { now } = Date
  onTestFinished(() => {
    Date.now = now
  })
  Date.now = () => now() - HOUR
}
