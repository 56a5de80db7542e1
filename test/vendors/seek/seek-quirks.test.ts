import { expect, test } from 'vitest'
import { ENTRY_POINTS, frozenMock, openEntry, read } from '../../support/mock/mock.ts'
import { type Job, PROFILE, SEEK, SEEK_KEY, seekClient } from '../../support/vendors/seek.ts'

// What clients of this vendor trip over, one test each.

function seekMock(scenario = 'seek/happy-path') {
  const mock = frozenMock({ vendors: ['seek'], scenario })
  return { mock, seek: seekClient(mock.fetch) }
}

test('quirk: control fields share the body with the input, so that a worker never gets a priority of its own', async () => {
  const { mock, seek } = seekMock()
  const input_schema = {
    type: 'object',
    properties: { priority: { type: 'string', enum: ['high'] } },
    required: ['priority'],
    additionalProperties: false,
  }
  mock.play('seek/happy-path', { data: { workers: { 'address-normalizer': { input_schema } } } })
  expect(await seek.submit({ priority: 'high' }, 'address-normalizer')).toMatchObject({
    status: 400,
    body: { message: 'priority is required' },
  })
})

test('quirk: a job_uuid is no UUID', async () => {
  const { seek } = seekMock()
  const id = await seek.start()
  expect(id).toMatch(/^job_[0-9a-f]{12}$/)
  const uuid = await seek.send('GET', '/jobs/0b0c7d54-6f1e-4f2a-9d3b-1c2d3e4f5a6b')
  expect(uuid.status).toBe(404)
})

test('quirk: a submission is a 202, and no header says where the job is', async () => {
  const { seek } = seekMock()
  const { status, headers } = await seek.submit()
  expect([status, headers]).toEqual([202, { 'content-type': 'application/json' }])
})

test('quirk: the cost is an estimate at first and has another name at the end', async () => {
  const { mock, seek } = seekMock()
  const receipt = (await seek.submit()).body as Job
  expect(Object.keys(receipt)).toContain('cost_estimate_credits')
  expect(Object.keys(receipt)).not.toContain('cost_credits')
  await mock.clock.advance('10s')
  const job = await seek.job(receipt.job_uuid)
  expect([job.cost_credits, Object.keys(job).includes('cost_estimate_credits')]).toEqual([5, false])
})

test('quirk: a worker is worker_id in paths and in its own body, and worker in a job', async () => {
  const { seek } = seekMock()
  const job = await seek.job(await seek.start())
  expect([job.worker, 'worker_id' in job]).toEqual(['linkedin-profile', false])
  const worker = (await seek.send('GET', `/workers/${job.worker}`)).body as object
  expect(worker).toMatchObject({ worker_id: 'linkedin-profile' })
  expect(worker).not.toHaveProperty('worker')
})

test('quirk: the words are timeout and cancelled, and nothing is ever pending', async () => {
  const { mock, seek } = seekMock('seek/job-times-out')
  const [late, gone] = [await seek.start(), await seek.start()]
  expect((await seek.job(late)).status).toBe('queued')
  await seek.cancel(gone)
  await mock.clock.advance('10m')
  expect([(await seek.job(late)).status, (await seek.job(gone)).status]).toEqual(['timeout', 'cancelled'])
})

test('quirk: nothing makes a submission idempotent: sent twice it is two jobs and two charges', async () => {
  const { mock, seek } = seekMock()
  const headers = { 'idempotency-key': 'one' }
  const send = () => seek.send('POST', '/workers/linkedin-profile/jobs', { body: PROFILE, headers })
  const [one, other] = [(await send()).body as Job, (await send()).body as Job]
  expect(one.job_uuid).not.toBe(other.job_uuid)
  await mock.clock.advance('10s')
  expect((await seek.credits()).balance).toBe(90)
})

test('quirk: DELETE cancels: the job stays, and what is over cannot be cancelled again', async () => {
  const { seek } = seekMock()
  const id = await seek.start()
  expect((await seek.cancel(id)).status).toBe(200)
  expect((await seek.cancel(id)).status).toBe(400)
  expect((await seek.job(id)).status).toBe('cancelled')
  expect((await seek.jobs()).map(({ job_uuid }) => job_uuid)).toEqual([id])
})

test('quirk: a 500 may be tried again, while a 402, a 404 and a 422 stay what they are', async () => {
  const { mock, seek } = seekMock()
  mock.next('seek', 'getJob', 'InternalServerError')
  const id = await seek.start()
  expect((await seek.send('GET', `/jobs/${id}`)).status).toBe(500)
  expect((await seek.send('GET', `/jobs/${id}`)).status).toBe(200)
  for (let call = 0; call < 2; call++) {
    expect((await seek.submit({ profile_url: 1 })).status).toBe(422)
    expect((await seek.submit(PROFILE, 'none')).status).toBe(404)
    expect((await seekClient(mock.fetch, 'sk_live_broke').submit()).status).toBe(402)
  }
})

test('quirk: deployments are the workers that the caller has published', async () => {
  const { seek } = seekMock()
  const { workers } = (await seek.send('GET', '/me/deployments')).body as { workers: Array<{ worker_id: string }> }
  expect(workers.map(({ worker_id }) => worker_id)).toEqual(['address-normalizer', 'invoice-field-reader'])
})

test('quirk: answers name no version of themselves, and conditions on one are not looked at', async () => {
  const { seek } = seekMock()
  const { headers } = await seek.me()
  expect(headers).toEqual({ 'content-type': 'application/json' })
  const again = await seek.send('GET', '/me', {
    headers: { 'if-none-match': '*', 'if-modified-since': new Date().toUTCString() },
  })
  expect(again.status).toBe(200)
})

test.each(ENTRY_POINTS)(
  'quirk: no header says how near the limit is, or how to authenticate ($name)',
  async (entry) => {
    const mock = frozenMock({ vendors: ['seek'] })
    const fetch = await openEntry(entry, mock)
    const seek = seekClient(fetch)
    for (let call = 0; call < 20; call++) expect(Object.keys((await seek.me()).headers)).toEqual(['content-type'])
    expect(Object.keys((await seek.me()).headers).toSorted()).toEqual(['content-type', 'retry-after'])
    expect(Object.keys((await read(fetch(new Request(`${SEEK}/me`)))).headers)).toEqual(['content-type'])
  },
)

test('quirk: times are cut to seconds, and the run is counted in milliseconds without the queue', async () => {
  const { mock, seek } = seekMock()
  await mock.clock.advance('900ms')
  const id = await seek.start()
  await mock.clock.advance('10s')
  expect(await seek.job(id)).toMatchObject({
    created_at: '2026-03-16T10:00:00Z',
    completed_at: '2026-03-16T10:00:06Z',
    duration_ms: 4210,
  })
})

test('quirk: a key is one for the whole workspace, whichever way its header is spelled', async () => {
  const { mock } = seekMock()
  for (const name of ['X-Api-Key', 'x-api-key', 'X-API-KEY']) {
    const { status } = await read(mock.fetch(new Request(`${SEEK}/me`, { headers: { [name]: SEEK_KEY } })))
    expect(status).toBe(200)
  }
})
