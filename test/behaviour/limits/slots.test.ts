import fc from 'fast-check'
import { InvalidFileError, type Mock } from 'sparring'
import { expect, test } from 'vitest'
import { ENTRY_POINTS, frozenMock, openEntry, read } from '../../support/mock/mock.ts'
import { testFolder, vendorMock } from '../../support/mock/spec.ts'

/** As Sequentum says it: runs over a space's concurrency wait in Queuing; an exclusive agent has one active run. */
const robots = (queuing = '') => `
openapi: 3.1.0
info: { title: Robots, version: '1' }
servers: [{ url: https://api.robots.example }]
security: [{ key: [] }]
x-mock:
  collections:
    runs: { param: run_id }
    agents: { param: agent_id, items: { a: { space: s1 }, b: { space: s1 }, c: { space: s2 }, alone: { space: s1, max_runs: 1 } } }
  jobs:
    run:
      in: runs
      start: { agent: '{$agent.id}', space: '{$agent.space}' }
      item: { status: '{$job.status}' }
      states:
        queuing:
          as: 4
          then: running
          on: { cancel: stopped }
          ${queuing || "slots: [{ per: ['{$job.space}'], capacity: 2 }, { per: ['{$job.agent}'], capacity: '{$agent.max_runs}' }]"}
        running: { as: 1, for: 10s, then: completed, or: [failure], on: { cancel: stopping } }
        stopping: { as: 5, for: 2s, then: stopped }
        completed: { as: 9, final: true }
        failure: { as: 6, final: true, on: { restart: queuing } }
        stopped: { as: 8, final: true }
      byHand: [restart]
  webhooks:
    began: { on: { job: run, state: [running] }, to: https://client.example/, item: false, body: { id: '{$job.id}', at: '{$now}' } }
paths:
  /agents/{agent_id}/start:
    post:
      operationId: start
      parameters: [{ name: agent_id, in: path, required: true, schema: { type: string } }]
      x-mock: { job: { start: run } }
      responses: { '202': { $ref: '#/components/responses/Run' }, '404': { $ref: '#/components/responses/No' } }
  /runs/{run_id}:
    parameters: [{ name: run_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: read
      x-mock: { collection: { do: read, in: runs } }
      responses: { '200': { $ref: '#/components/responses/Run' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: cancel
      x-mock: { job: { do: cancel, on: run, refuse: No } }
      responses: { '200': { $ref: '#/components/responses/Run' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' } }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: x-key } }
  responses:
    Run: { description: A run., content: { application/json: { schema: { type: object } } } }
    No: { description: Not so., content: { application/json: { examples: { no: { value: { no: true } } } } } }
`

interface Run {
  readonly id: string
  readonly status: number
}

function client(mock: Mock, fetch: (request: Request) => Promise<Response> = (request) => mock.fetch(request)) {
  const call = async (method: string, path: string): Promise<Run> =>
    (await read(fetch(new Request(`https://api.robots.example${path}`, { method, headers: { 'x-key': 'k' } }))))
      .body as Run
  return {
    start: (agent: string) => call('POST', `/agents/${agent}/start`),
    status: async (...runs: readonly Run[]) => {
      const found: number[] = []
      for (const { id } of runs) found.push((await call('GET', `/runs/${id}`)).status)
      return found
    },
    cancel: (run: Run) => call('DELETE', `/runs/${run.id}`),
  }
}

test.each(ENTRY_POINTS)(
  'runs over the concurrency of a space wait for one to end, the oldest first ($name)',
  async (entry) => {
    const mock = vendorMock('robots', robots())
    const { start, status } = client(mock, await openEntry(entry, mock))
    const runs = [await start('a')]
    await mock.clock.advance('3s')
    for (const agent of ['b', 'a', 'b', 'c']) runs.push(await start(agent))
    expect(runs.map((run) => run.status)).toEqual([1, 1, 4, 4, 1])
    expect(mock.journal.explain({ operation: 'start' }).split('\n')[2]).toBe(
      `3 +3s robots POST /agents/a/start -> 202 by handle: ${runs[2]!.id}, which waits for a slot: 2 of 2 are taken`,
    )
    await mock.clock.advance('7s')
    expect(await status(...runs)).toEqual([9, 1, 1, 4, 1])
    await mock.clock.advance('3s')
    expect(await status(...runs)).toEqual([9, 9, 1, 1, 9])
    // Nobody has looked in between: each went on at its own instant all the same.
    await mock.clock.advance('7s')
    expect(await status(...runs)).toEqual([9, 9, 9, 1, 9])
    await mock.clock.advance('3s')
    expect(await status(...runs)).toEqual([9, 9, 9, 9, 9])
  },
)

test('an exclusive agent has one active run, and keeps no other waiting', async () => {
  const mock = vendorMock('robots', robots())
  const { start, status } = client(mock)
  const runs = [await start('alone'), await start('alone'), await start('a')]
  expect(runs.map((run) => run.status)).toEqual([1, 4, 1])
  await mock.clock.advance('10s')
  expect(await status(...runs)).toEqual([9, 1, 9])
})

test('a run that is cancelled in line leaves it, and one that is stopped frees its slot when it is final', async () => {
  const mock = vendorMock('robots', robots())
  const { start, status, cancel } = client(mock)
  const runs = [await start('a'), await start('a'), await start('a'), await start('a')]
  expect((await cancel(runs[2]!)).status).toBe(8)
  await cancel(runs[0]!)
  expect(await status(...runs)).toEqual([5, 1, 8, 4])
  await mock.clock.advance('2s')
  expect(await status(...runs)).toEqual([8, 1, 8, 1])
})

test('a run that is started again asks again', async () => {
  const mock = vendorMock('robots', robots())
  mock.play([], { jobs: { run: { nth: { 1: { outcome: 'failure' } } } } })
  const { start, status } = client(mock)
  const failed = await start('a')
  await mock.clock.advance('10s')
  const runs = [await start('a'), await start('b')]
  mock.do('robots', failed.id, 'restart')
  expect(await status(failed, ...runs)).toEqual([4, 1, 1])
  await mock.clock.advance('10s')
  expect(await status(failed, ...runs)).toEqual([1, 9, 9])
  // A verb by hand finds what has fallen due before it.
  await mock.clock.advance('10s')
  mock.do('robots', failed.id, 'restart')
  expect(await status(failed)).toEqual([1])
})

test('webhooks report a job that got its slot while no request came in', async () => {
  const mock = vendorMock('robots', robots())
  const told: Array<{ id: string; at: number }> = []
  mock.webhooks.to(async (request) => {
    told.push((await request.json()) as { id: string; at: number })
    return new Response()
  })
  const { start } = client(mock)
  const runs = [await start('a'), await start('a'), await start('a'), await start('a'), await start('a')]
  const begun = mock.clock.now()
  await mock.clock.advance('30s')
  expect(told.map(({ id, at }) => [runs.findIndex((run) => run.id === id), at - begun])).toEqual([
    [0, 0],
    [1, 0],
    [2, 10_000],
    [3, 10_000],
    [4, 20_000],
  ])
})

test('a state may last before it asks, pace shortens it, and a scenario changes the number of slots', async () => {
  const mock = vendorMock('robots', robots('for: 4s\n          slots: { per: [], capacity: 1 }'))
  mock.play([], { pace: 2, jobs: { run: { slots: { queuing: 2 } } } })
  const { start, status } = client(mock)
  const runs = [await start('a'), await start('b'), await start('c')]
  expect(await status(...runs)).toEqual([4, 4, 4])
  await mock.clock.advance('2s')
  expect(await status(...runs)).toEqual([1, 1, 4])
  await mock.clock.advance('5s')
  expect(await status(...runs)).toEqual([9, 9, 1])
  mock.play([], { jobs: { run: { slots: { queuing: null } } } })
  const more = [await start('a'), await start('a'), await start('a')]
  await mock.clock.advance('4s')
  expect(await status(...more)).toEqual([1, 1, 1])
})

test('mistakes are reported', () => {
  const messageOf = (run: () => unknown): string => {
    try {
      run()
    } catch (error) {
      if (error instanceof InvalidFileError) return error.message
      throw error
    }
    return ''
  }
  const state = 'slots: { per: [], capacity: 1 }'
  expect(
    messageOf(() => vendorMock('robots', robots(state).replace('completed: { as: 9', `completed: { ${state}, as: 9`))),
  ).toContain(
    'A job waits for a slot before it moves to the state under "then", and "then" is missing. Write "then", or leave "slots" out.',
  )
  const mock = vendorMock('robots', robots())
  expect(messageOf(() => mock.play([], { jobs: { run: { slots: { queueing: 1 } } } }))).toContain(
    '"queueing" is not a state of the job run that waits for slots. Did you mean "queuing"?',
  )
})

test(
  'whatever happens, no more than the capacity are active, none waits beside a free slot, and the oldest goes first',
  { timeout: 120_000 },
  async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ start: fc.constantFrom('a', 'c', 'alone') }) },
      { weight: 1, arbitrary: fc.record({ cancel: fc.nat(12) }) },
      { weight: 2, arbitrary: fc.record({ seconds: fc.integer({ min: 1, max: 15 }) }) },
    )
    const folder = testFolder({ 'robots.yaml': robots() })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const mock = frozenMock({ vendors: [`${folder}/robots.yaml`] })
        const { start, status, cancel } = client(mock)
        const runs: Array<Run & { agent: string }> = []
        let before: number[] = []
        for (const entry of steps) {
          if ('start' in entry) runs.push({ ...(await start(entry.start)), agent: entry.start })
          else if ('cancel' in entry) await (runs[entry.cancel] && cancel(runs[entry.cancel]!))
          else await mock.clock.advance(`${entry.seconds}s`)
          const now = await status(...runs)
          const at = (agents: readonly string[], states: readonly number[]): number[] =>
            now.flatMap((state, index) =>
              agents.includes(runs[index]!.agent) && states.includes(state) ? [index] : [],
            )
          for (const agents of [['a', 'alone'], ['c']]) {
            const active = at(agents, [1, 5]).length
            expect(active).toBeLessThanOrEqual(2)
            const free = active < 2
            expect(
              free &&
                at(
                  agents.filter((agent) => agent !== 'alone'),
                  [4],
                ).length > 0,
            ).toBe(false)
            expect(
              free && at(['alone'], [1, 5]).length === 0 && agents.includes('alone') && at(['alone'], [4]).length > 0,
            ).toBe(false)
          }
          expect(at(['alone'], [1, 5]).length).toBeLessThanOrEqual(1)
          // Of one agent, who got a slot since is older than who waits still.
          for (const agent of ['a', 'c', 'alone']) {
            const got = at([agent], [1, 5, 9]).filter((index) => (before[index] ?? 4) === 4)
            const waiting = at([agent], [4])
            if (got.length > 0 && waiting.length > 0) expect(Math.max(...got)).toBeLessThan(Math.min(...waiting))
          }
          before = now
        }
      }),
      { numRuns: 60 },
    )
  },
)
