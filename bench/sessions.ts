import { createMock } from '../mocks/index.ts'
import { median } from './measure/stats.ts'

/**
 * What sessions cost a test, in ms: to open, to answer their first request, to take and restore their state, to close; and
 * the heap of one that is open. Medians, of a mock of all vendors that the package has.
 */
const ROUNDS = 2000
const OPEN = 5000

const mock = createMock({ vendors: ['seal', 'seamless', 'seek', 'seclai', 'sequentum'] })
const headers = { 'x-api-key': 'sk_live_any', 'content-type': 'application/json' }
const submission = { method: 'POST', headers, body: '{"profile_url":"https://linkedin.com/in/example"}' }
const URL = 'https://api.seek-api.com/v1/workers/linkedin-profile/jobs'

const times = new Map<string, number[]>()
async function measure<Result>(name: string, work: () => Result | Promise<Result>): Promise<Result> {
  const began = performance.now()
  const result = await work()
  const known = times.get(name)
  if (known) known.push(performance.now() - began)
  else times.set(name, [performance.now() - began])
  return result
}

for (let round = 0; round < ROUNDS; round++) {
  const named = await measure('open, with a scenario', () => mock.session({ scenario: 'seek/out-of-credits' }))
  named.close()
  const session = await measure('open', () => mock.session())
  await measure('first request', () => session.fetch(URL, submission))
  const snapshot = await measure('snapshot', () => session.snapshot())
  await measure('restore', () => session.restore(snapshot))
  await measure('close', () => session.close())
}
for (const [name, found] of times) console.log(`${name.padEnd(24)} ${median(found).toFixed(3).padStart(8)} ms`)

globalThis.gc?.()
const before = process.memoryUsage().heapUsed
const began = performance.now()
const open = Array.from({ length: OPEN }, () => mock.session())
const took = performance.now() - began
globalThis.gc?.()
const heap = (process.memoryUsage().heapUsed - before) / OPEN / 1024
console.log(`${`${OPEN} open at once`.padEnd(24)} ${took.toFixed(0).padStart(8)} ms, ${heap.toFixed(1)} kB each`)
for (const session of open) session.close()
