import { createTest, expect } from 'sparring/vitest'
import { createSequentumClient } from './client.ts'

// Each test has its own session on a clock that stands still: `mock.drive` moves it, so nobody really waits.
// A test fails by itself when the client has done what the vendor forbids.
const test = createTest({ vendors: ['sequentum'], clock: { frozen: true } })

const AGENT = 4701

test('starts an agent and polls its run to the end', async ({ sequentum, mock, clock }) => {
  const client = createSequentumClient({ ...sequentum, clock })
  const run = await mock.drive(async () => client.waitFor(AGENT, await client.start(AGENT, { region: 'north' })))
  expect(run.dataCount).toBeGreaterThan(0)
  expect(mock).toHaveCalled('startAgent', 1)
})

test('a revoked key ends the work at the first request', async ({ sequentum, mock, clock }) => {
  const client = createSequentumClient({ ...sequentum, key: sequentum.credentials.revoked, clock })
  await expect(client.start(AGENT)).rejects.toMatchObject({ cause: { status: 401 } })
  expect(mock).toHaveCalled('getAgentRuns', 1)
  expect(mock).not.toHaveCalled('startAgent')
})

test('an empty balance ends the starts; the runs before are polled to their ends', async ({
  sequentum,
  play,
  mock,
  clock,
}) => {
  play('sequentum/out-of-credits')
  const client = createSequentumClient({ ...sequentum, clock })
  const runs = [await client.start(AGENT), await client.start(AGENT)]
  await mock.drive(() => Promise.all(runs.map((run) => client.waitFor(AGENT, run))))
  await expect(client.start(AGENT)).rejects.toMatchObject({ cause: { status: 422 } })
  expect(mock).toHaveCalled('startAgent', 3)
})

test('a 429 is waited out as long as Retry-After says', async ({ sequentum, play, mock, clock }) => {
  play('sequentum/rate-limited')
  const client = createSequentumClient({ ...sequentum, clock })
  await mock.drive(async () => client.waitFor(AGENT, await client.start(AGENT)))
  expect(mock).toHaveMet('getRunStatus', 'TooManyRequests#rate')
  expect(mock).toHaveWaited('retry-after')
})

test('a request that is held until the minute turns is waited for, not sent again', async ({
  sequentum,
  play,
  mock,
  clock,
}) => {
  play('sequentum/queue-near')
  const client = createSequentumClient({ ...sequentum, clock })
  await mock.drive(async () => client.waitFor(AGENT, await client.start(AGENT)))
  expect(mock.journal.exchanges().some(({ queued }) => queued !== undefined)).toBe(true)
  expect(mock.journal.exchanges({ status: 429 })).toEqual([])
})

test('a run that fails is an error with its reason', async ({ sequentum, play, mock, clock }) => {
  play('sequentum/run-fails')
  const client = createSequentumClient({ ...sequentum, clock })
  const work = mock.drive(async () => client.waitFor(AGENT, await client.start(AGENT)))
  await expect(work).rejects.toThrow(/^run \d+: Failure: The start page could not be loaded.$/)
  expect(mock).toHaveCalled('startAgent', 1)
})

test('a run that never ends is stopped at the deadline', async ({ sequentum, play, mock, clock }) => {
  play('sequentum/run-never-ends')
  const client = createSequentumClient({ ...sequentum, clock })
  const work = mock.drive(async () => client.waitFor(AGENT, await client.start(AGENT), 600_000))
  await expect(work).rejects.toThrow(/^run \d+: Stopped: /)
  expect(mock).toHaveCalled('stopAgent', 1)
  expect(mock).not.toHaveCalled('killAgent')
})

test('a run that does not stop either is killed', async ({ sequentum, play, mock, clock }) => {
  play('sequentum/run-will-not-stop')
  const client = createSequentumClient({ ...sequentum, clock })
  const work = mock.drive(async () => client.waitFor(AGENT, await client.start(AGENT), 600_000))
  await expect(work).rejects.toThrow(/^run \d+: Stopped: /)
  expect(mock).toHaveCalled('killAgent', 1)
})

test('a start whose answer is lost is found among the runs, and not made twice', async ({
  sequentum,
  play,
  mock,
  clock,
}) => {
  play('sequentum/lost-answer')
  const client = createSequentumClient({ ...sequentum, clock })
  await mock.drive(async () => client.waitFor(AGENT, await client.start(AGENT)))
  expect(mock).toHaveMet('startAgent', 'connection-reset')
  expect(mock).toHaveCalled('startAgent', 1)
})

test('a server error that left no run is followed by a second start', async ({ sequentum, next, mock, clock }) => {
  next('sequentum', 'startAgent', 'ServiceUnavailable')
  const client = createSequentumClient({ ...sequentum, clock })
  await mock.drive(async () => client.waitFor(AGENT, await client.start(AGENT)))
  expect(mock).toHaveCalled('startAgent', 2)
  expect(mock).toHaveCalled('getAgentRuns', 2)
})

test('a client that starts again without a look is caught', async ({ sequentum, next, mock }) => {
  next('sequentum', 'startAgent', 'InternalServerError')
  const headers = { authorization: `ApiKey ${sequentum.key}`, 'content-type': 'application/json' }
  const start = () => fetch(`${sequentum.url}/api/v1/agent/${AGENT}/start`, { method: 'POST', headers, body: '{}' })
  while (!(await start()).ok);
  expect(mock).toHaveFinding('retry-unsafe')
})
