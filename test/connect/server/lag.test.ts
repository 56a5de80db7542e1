import { expect, onTestFinished, test } from 'vitest'
import { watchLag } from '../../../mocks/connect/server/lag.ts'

function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

test('a process that was busy records how long it may be behind, for a while', async () => {
  const lag = watchLag()
  onTestFinished(lag.stop)
  expect(lag.behind()).toBe(0)
  block(800)
  // Before any timer has been called, and after.
  expect(lag.behind()).toBeGreaterThanOrEqual(540)
  await new Promise((resolve) => setImmediate(resolve))
  expect(lag.behind()).toBeGreaterThanOrEqual(540)
  await expect.poll(() => lag.behind(), { timeout: 20_000 }).toBe(0)
})
