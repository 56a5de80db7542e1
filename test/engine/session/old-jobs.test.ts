import { createMock, type Mock } from 'sparring'
import { expect, test } from 'vitest'
import { assemble } from '../../../mocks/connect/mock/create-mock.ts'
import { sparring } from '../../support/processes/cli.ts'

const BASE = 'https://api.seek-api.com/v1'
const [MINE, OTHERS] = ['sk_live_mine', 'sk_live_others']
/** ms after which a job of this vendor has ended. */
const ENDED = '10s'

interface JobBody {
  readonly job_uuid: string
}

function open(keepJobs?: number): Mock {
  const mock = createMock({
    vendors: ['seek'],
    clock: { at: '2026-03-16T10:00:00Z', frozen: true },
    ...(keepJobs !== undefined && { keepJobs }),
  })
  mock.play('seek/happy-path', { accounts: { default: { plan: 'enterprise', credits: 1000 } } })
  return mock
}

async function submit(mock: Mock, profile: string, key = MINE): Promise<string> {
  const answer = await mock.fetch(`${BASE}/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ profile_url: `https://linkedin.com/in/${profile}` }),
  })
  expect(answer.status).toBe(202)
  return ((await answer.json()) as JobBody).job_uuid
}

/** Starts jobs, one after the end of the other. */
async function finish(mock: Mock, ...profiles: readonly string[]): Promise<string[]> {
  const ids: string[] = []
  for (const profile of profiles) {
    ids.push(await submit(mock, profile))
    await mock.clock.advance(ENDED)
  }
  return ids
}

const get = (mock: Mock, path: string, key = MINE): Promise<Response> =>
  mock.fetch(BASE + path, { headers: { 'x-api-key': key } })

async function statuses(mock: Mock, ids: readonly string[], key = MINE): Promise<number[]> {
  const answers: number[] = []
  for (const id of ids) answers.push((await get(mock, `/jobs/${id}`, key)).status)
  return answers
}

async function listed(mock: Mock, key = MINE): Promise<string[]> {
  const { jobs } = (await (await get(mock, '/jobs', key)).json()) as { readonly jobs: readonly JobBody[] }
  return jobs.map(({ job_uuid }) => job_uuid)
}

test('beyond the number that is kept, the finished jobs that ended first are deleted', async () => {
  using mock = open(3)
  const ids = await finish(mock, 'a', 'b', 'c')
  expect(await statuses(mock, ids)).toEqual([200, 200, 200])
  const [fourth] = await finish(mock, 'd')
  expect(await statuses(mock, [...ids, fourth!])).toEqual([404, 200, 200, 200])
  const [fifth] = await finish(mock, 'e')
  expect(await statuses(mock, [...ids, fourth!, fifth!])).toEqual([404, 404, 200, 200, 200])
})

test('a job that has not ended is never deleted, and lists continue after the deleted ones', async () => {
  using mock = open(2)
  const [first] = await finish(mock, 'first')
  mock.play('seek/happy-path', {
    accounts: { default: { plan: 'enterprise' } },
    jobs: { job: { nth: { 2: { timings: { queued: 'never' } } } } },
  })
  const live = await submit(mock, 'live')
  const foreign = await submit(mock, 'foreign', OTHERS)
  const ids = await finish(mock, 'a', 'b', 'c', 'd')
  expect(await listed(mock)).toEqual([ids[3], ids[2], live])
  expect(await statuses(mock, [first!, live, ...ids])).toEqual([404, 200, 404, 404, 200, 200])
  expect(await listed(mock, OTHERS)).toEqual([])
  expect(await statuses(mock, [foreign], OTHERS)).toEqual([404])
})

test('the jobs that ended last are kept, however long ago they were started', async () => {
  using mock = open(2)
  mock.play('seek/happy-path', {
    accounts: { default: { plan: 'enterprise' } },
    jobs: { job: { nth: { 1: { timings: { queued: '31s' } } } } },
  })
  const slow = await submit(mock, 'slow')
  const ids = await finish(mock, 'a', 'b', 'c', 'd')
  expect(await statuses(mock, [slow, ...ids])).toEqual([200, 404, 404, 404, 200])
})

/** What an account has; the jobs that it has paid for are those that are kept. */
async function balance(mock: Mock): Promise<unknown> {
  const credits = (await (await get(mock, '/me/credits')).json()) as object
  return Object.fromEntries(Object.entries(credits).filter(([, value]) => !Array.isArray(value)))
}

test('balances, and the ids of later jobs, are as if no job had been deleted', async () => {
  using few = open(1)
  using all = open()
  const seen = async (mock: Mock): Promise<unknown> => [
    await finish(mock, 'a', 'b', 'a', 'c', 'a'),
    await balance(mock),
  ]
  expect(await seen(few)).toEqual(await seen(all))
})

test('the explanation of a 404 says that jobs were deleted, and by which option', async () => {
  using mock = open(1)
  const [gone] = await finish(mock, 'a', 'b')
  expect(await statuses(mock, [gone!])).toEqual([404])
  expect(mock.journal.exchanges().at(-1)?.answeredBy?.because).toBe(
    `no item "${gone}" in jobs of this account; finished jobs that were removed: 1, since 1 of them are kept (--keep-jobs)`,
  )
})

test('100,000 are kept by default', () => {
  const { sessions } = assemble({ vendors: ['seek'] })
  expect(sessions.all.get('default')!.keepJobs).toBe(100_000)
})

test('every session keeps as many, and a snapshot has those that are left', async () => {
  using mock = open(1)
  const [gone, kept] = await finish(mock, 'a', 'b')
  const session = mock.session()
  session.restore(mock.snapshot())
  for (const [id, status] of [
    [gone, 404],
    [kept, 200],
  ] as const) {
    const answer = await session.fetch(`${BASE}/jobs/${id}`, { headers: { 'x-api-key': MINE } })
    expect(answer.status).toBe(status)
  }
})

test('a number that keeps nothing is refused', async () => {
  expect(() => createMock({ vendors: ['seek'], keepJobs: 0 })).toThrow(
    'Failed to create a mock: "keepJobs" is 0; write a whole number from 1.',
  )
  const { code, err } = await sparring(['serve', 'seek', '--keep-jobs', 'none'])
  expect([code, err.split('\n')[0]]).toEqual([
    2,
    'sparring: --keep-jobs is "none" and must be a whole number of at least 1.',
  ])
})
