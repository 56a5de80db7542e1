import { createMock } from '../../mocks/index.ts'

/**
 * What jobs keep in memory, in a process of its own: `memory-child.ts COUNT` prints the bytes that each of so many live jobs
 * keeps on the heap. The journal keeps its last exchanges only, and is full before anything is measured.
 */
const count = Number(process.argv[2])
const JOURNAL = 10_000
const mock = createMock({ vendors: ['seek'] })
mock.play('seek/happy-path', {
  accounts: { default: { plan: 'enterprise' } },
  jobs: { job: { timings: { queued: 'never' } } },
})
const url = 'https://api.seek-api.com/v1/workers/linkedin-profile/jobs'
const headers = { 'x-api-key': 'sk_live_bench', 'content-type': 'application/json' }
const body = '{"profile_url":"https://linkedin.com/in/example"}'

async function startJobs(jobs: number): Promise<void> {
  for (let index = 0; index < jobs; index++) {
    const answer = await mock.fetch(url, { method: 'POST', headers, body })
    if (answer.status !== 202) throw new Error(`A job was refused: ${answer.status} ${await answer.text()}`)
  }
}

function heap(): number {
  globalThis.gc!()
  globalThis.gc!()
  return process.memoryUsage().heapUsed
}

await startJobs(JOURNAL)
const before = heap()
await startJobs(count)
console.log(JSON.stringify((heap() - before) / count))
process.exit()
