import { createTest, expect } from 'sparring/vitest'
import { createSeclaiClient, createWebhookHandler, type Run } from './client.ts'

// Each test has its own session on a clock that stands still: `mock.drive` moves it, so nobody really waits.
// A test fails by itself when the client has done what the vendor forbids.
const test = createTest({ vendors: ['seclai'], clock: { frozen: true } })

const AGENT = 'a0000000-0000-4000-8000-000000000002'
const QUESTION = 'What does the lease say?'

test('starts a run, polls it to its end and gives its output', async ({ seclai, mock, clock }) => {
  const client = createSeclaiClient({ ...seclai, clock })
  const run = await mock.drive(async () => client.waitFor(await client.start(AGENT, QUESTION)))
  expect(run).toMatchObject({ status: 'completed', input: QUESTION, output: expect.any(String) as string })
  expect(mock).toHaveCalled('runAgent', 1)
})

test('a revoked key ends the work at the first request', async ({ seclai, mock, clock }) => {
  const client = createSeclaiClient({ ...seclai, key: seclai.credentials.revoked, clock })
  await expect(client.start(AGENT, QUESTION)).rejects.toThrow(/^401 .*Missing or invalid API key\./)
  expect(mock).toHaveCalled('listAgentRuns', 1)
})

test('used up credits end the work; the runs before are polled to their ends', async ({
  seclai,
  play,
  mock,
  clock,
}) => {
  play('seclai/out-of-credits')
  const client = createSeclaiClient({ ...seclai, clock })
  const runs = [await client.start(AGENT, 'one'), await client.start(AGENT, 'two')]
  await expect(client.start(AGENT, 'three')).rejects.toMatchObject({ cause: { status: 402 } })
  expect(mock).toHaveCalled('runAgent', 3)
  await mock.drive(() => Promise.all(runs.map((run) => client.waitFor(run))))
})

test('a client that reads X-RateLimit-Remaining never meets the limit of its plan', async ({
  seclai,
  play,
  mock,
  clock,
}) => {
  play('seclai/rate-near')
  const client = createSeclaiClient({ ...seclai, clock })
  const work = async () => {
    for (const input of ['one', 'two', 'three']) await client.waitFor(await client.start(AGENT, input))
  }
  await mock.drive(work)
  expect(mock.journal.exchanges({ status: 429 })).toEqual([])
})

test('a 429 of the plan is waited out as long as Retry-After says', async ({ seclai, next, mock, clock }) => {
  next('seclai', 'getAgentRun', 'TooManyRequests#rate', { times: 2 })
  const client = createSeclaiClient({ ...seclai, clock })
  await mock.drive(async () => client.waitFor(await client.start(AGENT, QUESTION)))
  expect(mock).toHaveWaited('retry-after', { operation: 'getAgentRun' })
})

test('the limit of the address is waited out too, though others have used it up', async ({
  seclai,
  play,
  mock,
  clock,
}) => {
  play('seclai/rate-limited-address')
  const others = { 'x-api-key': 'another-key', 'x-sparring-actor': 'test' }
  for (let request = 0; request < 3; request++) await fetch(`${seclai.url}/agents`, { headers: others })
  const client = createSeclaiClient({ ...seclai, clock })
  await mock.drive(async () => client.waitFor(await client.start(AGENT, QUESTION)))
  expect(mock).toHaveMet('listAgentRuns', 'TooManyRequests#rate')
  expect(mock).toHaveWaited('retry-after')
})

test('a run that fails is an error with its reason', async ({ seclai, play, mock, clock }) => {
  play('seclai/run-fails')
  const client = createSeclaiClient({ ...seclai, clock })
  const work = mock.drive(async () => client.waitFor(await client.start(AGENT, QUESTION)))
  await expect(work).rejects.toThrow(/^[\da-f-]{36} failed: /)
  expect(mock).toHaveCalled('runAgent', 1)
})

test('a run that never ends is cancelled at the deadline', async ({ seclai, play, mock, clock }) => {
  play('seclai/run-never-ends')
  const client = createSeclaiClient({ ...seclai, clock })
  const work = mock.drive(async () => client.waitFor(await client.start(AGENT, QUESTION)))
  await expect(work).rejects.toThrow('was cancelled: it has not ended within 300 s')
  expect(mock).toHaveCalled('cancelAgentRun', 1)
})

test('a run whose answer is lost is found in the list, and not paid twice', async ({ seclai, play, mock, clock }) => {
  play('seclai/lost-answer')
  const client = createSeclaiClient({ ...seclai, clock })
  await mock.drive(async () => client.waitFor(await client.start(AGENT, QUESTION)))
  expect(mock).toHaveMet('runAgent', 'connection-reset')
  expect(mock).toHaveCalled('runAgent', 1)
})

test('a webhook that comes twice is answered twice and acted on once', async ({
  seclai,
  play,
  webhooks,
  mock,
  clock,
}) => {
  play('seclai/webhook-twice')
  const client = createSeclaiClient({ ...seclai, clock })
  const ended: Run[] = []
  webhooks.to(createWebhookHandler(client, (run) => ended.push(run)))
  const { run_id } = await client.start(AGENT, QUESTION)
  await clock.advance('1m')
  expect(webhooks.deliveries({ outcome: 'acknowledged' })).toHaveLength(2)
  expect(ended).toMatchObject([{ run_id, status: 'completed' }])
  expect(mock).toHaveCalled('getAgentRun', 1)
})

test('a forged webhook is not believed: nobody has started that run', async ({ seclai, mock, clock }) => {
  const client = createSeclaiClient({ ...seclai, clock })
  const ended: Run[] = []
  const receive = createWebhookHandler(client, (run) => ended.push(run))
  const data = { run_id: 'a4000000-0000-4000-8000-00000000dead', agent_id: AGENT, status: 'completed' }
  const body = JSON.stringify({ event: 'agent.run.completed', data })
  await receive(new Request('https://hooks.example/seclai', { method: 'POST', body }))
  expect(mock).toHaveMet('getAgentRun', 404)
  expect(ended).toEqual([])
})

test('a webhook whose words were changed on the way is not believed either: the run has the last word', async ({
  seclai,
  play,
  webhooks,
  clock,
}) => {
  play('seclai/webhook-forged')
  const client = createSeclaiClient({ ...seclai, clock })
  const ended: Run[] = []
  webhooks.to(createWebhookHandler(client, (run) => ended.push(run)))
  const { run_id } = await client.start(AGENT, QUESTION)
  await clock.advance('1m')
  expect(ended).toMatchObject([{ run_id, status: 'completed', input: QUESTION }])
})

test('a client that goes on starting runs without credits is caught', async ({ seclai, play, mock }) => {
  play('seclai/credits-empty')
  const headers = { 'x-api-key': seclai.key, 'content-type': 'application/json' }
  for (const input of ['one', 'two', 'three'])
    await fetch(`${seclai.url}/agents/${AGENT}/runs`, { method: 'POST', headers, body: JSON.stringify({ input }) })
  expect(mock).toHaveFinding('credits')
})
