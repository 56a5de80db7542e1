import { describe, expect, test, vi } from 'vitest'
import { createMock, type Coverage, type Mock, type MockOptions } from '../../mocks/index.ts'
import { LateOperation } from '../../mocks/spec/compile/operation/late-operation.ts'
import { atlas } from '../support/mock/atlas.ts'
import { frozenMock } from '../support/mock/mock.ts'

const KEY = { 'x-api-key': 'sk_live_any' }
const BASE = 'https://api.seek-api.com'

function seek(options: Partial<MockOptions> = {}): Mock {
  return frozenMock({ vendors: ['seek'], ...options })
}

function get(fetch: Mock['fetch'], path: string, headers: Record<string, string> = KEY): Promise<Response> {
  return fetch(`${BASE}${path}`, { headers })
}

async function submit(mock: Pick<Mock, 'fetch'>, extra: object = {}): Promise<string> {
  const answer = await mock.fetch(`${BASE}/v1/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers: { ...KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ profile_url: 'https://www.linkedin.com/in/ada', ...extra }),
  })
  return ((await answer.json()) as { job_uuid: string }).job_uuid
}

/** Names of the cells that were met, by what they are of. */
function metOf({ vendors }: Coverage): Record<string, string[]> {
  const subjects = vendors.flatMap((vendor) => vendor.subjects)
  const entries = subjects.map(({ kind, name, cells }) => [
    `${kind} ${name}`,
    cells.filter(({ isMet }) => isMet).map((cell) => cell.name),
  ])
  return Object.fromEntries(entries.filter(([, names]) => names!.length > 0))
}

function subjectOf({ vendors }: Coverage, kind: string, name: string) {
  return vendors[0]!.subjects.find((subject) => subject.kind === kind && subject.name === name)!
}

describe('cells', () => {
  test('an unused mock counts nothing, and lists all operations with their answers', () => {
    const coverage = seek().coverage()
    expect(coverage).toMatchObject({ version: 1, counted: 0, met: 0, percent: 0 })
    expect(coverage.vendors[0]!.subjects.map(({ kind, name }) => `${kind} ${name}`)).toContain('operation submitJob')
    expect(coverage.vendors[0]!.subjects.every(({ isCounted }) => !isCounted)).toBe(true)
    expect(subjectOf(coverage, 'operation', 'getMe').cells).toEqual([
      { name: '200', isMet: false, isAssumed: false },
      { name: '401', isMet: false, isAssumed: false },
      { name: '429 TooManyRequests#rate', isMet: false, isAssumed: true },
      { name: '500', isMet: false, isAssumed: true },
    ])
  })

  test('an answer is met by the request that gets it, and its operation counts from then on', async () => {
    const mock = seek()
    await get(mock.fetch, '/v1/me')
    await get(mock.fetch, '/v1/me', { 'x-api-key': mock.credentials('seek').revoked })
    const coverage = mock.coverage()
    expect(metOf(coverage)).toEqual({ 'operation getMe': ['200', '401'] })
    const counted = coverage.vendors[0]!.subjects.filter(({ isCounted }) => isCounted)
    expect(counted.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['operation getMe', 'limit requests'])
    // 200 and 401 of the operation, and the limit, which was not met.
    expect(coverage).toMatchObject({ counted: 3, met: 2, percent: 66.6 })
  })

  test('a request has no operations compiled that it does not need', async () => {
    const mock = frozenMock({ vendors: ['sequentum'] })
    const compiled = vi.spyOn(LateOperation.prototype, 'compiled', 'get')
    await mock.fetch('https://dashboard.sequentum.com/api/v1/agent/personal/count')
    const ids = compiled.mock.contexts.map((operation) => (operation as LateOperation).id)
    // Seeded schedules have the fields that `createSchedule` takes.
    expect(ids).toEqual(['getPersonalAgentCount', 'createSchedule'])
    expect(metOf(mock.coverage())).toEqual({ 'operation getPersonalAgentCount': ['401'] })
    compiled.mockRestore()
  })

  test('an answer that the document marks as assumed stands apart: it is listed, and does not count', async () => {
    const mock = seek({ scenario: 'seek/outage' })
    await get(mock.fetch, '/v1/me')
    const coverage = mock.coverage()
    expect(metOf(coverage)).toEqual({ 'operation getMe': ['500'] })
    expect(coverage.met).toBe(0)
  })

  test("a limit's refusal covers the limit and the operation's answer", async () => {
    const mock = seek({ scenario: 'seek/rate-limited' })
    for (let call = 0; call < 4; call++) await get(mock.fetch, '/v1/me')
    expect(metOf(mock.coverage())).toEqual({
      'operation getMe': ['200', '429 TooManyRequests#rate'],
      'limit requests': ['refused'],
    })
  })

  test('a refusal that is played for a limit covers both too', async () => {
    const mock = seek()
    mock.next('seek', 'getMe', 'TooManyRequests')
    await get(mock.fetch, '/v1/me')
    expect(metOf(mock.coverage())).toEqual({
      'operation getMe': ['429 TooManyRequests#rate'],
      'limit requests': ['refused'],
    })
  })

  test('an outcome is met when an answer shows it, and not before', async () => {
    const mock = seek({ scenario: 'seek/job-fails' })
    const id = await submit(mock)
    await get(mock.fetch, `/v1/jobs/${id}`)
    expect(subjectOf(mock.coverage(), 'job', 'job')).toMatchObject({ isCounted: true })
    expect(metOf(mock.coverage())).not.toHaveProperty('job job')
    await mock.clock.advance('1m')
    expect(metOf(mock.coverage())).not.toHaveProperty('job job')
    await get(mock.fetch, `/v1/jobs/${id}`)
    expect(metOf(mock.coverage())).toHaveProperty('job job', ['failed'])
  })

  test('a list that shows an outcome covers it, and a verb does too', async () => {
    const mock = seek()
    const [first, second] = [await submit(mock), await submit(mock)]
    await mock.fetch(`${BASE}/v1/jobs/${first}`, { method: 'DELETE', headers: KEY })
    expect(metOf(mock.coverage())).toHaveProperty('job job', ['cancelled'])
    await mock.clock.advance('1m')
    await get(mock.fetch, '/v1/jobs')
    expect(metOf(mock.coverage())).toHaveProperty('job job', ['completed', 'cancelled'])
    expect(second).not.toBe(first)
  })

  test('a stream covers an outcome when it has ended, and not while it runs', async () => {
    const client = atlas()
    const answer = await client.mock.fetch(client.request('POST', '/runs/stream', { question: 'Why?' }))
    await client.mock.clock.advance('700ms')
    expect(metOf(client.mock.coverage())).not.toHaveProperty('job run')
    const text = answer.text()
    await client.mock.clock.advance('1m')
    expect(await text).toContain('event: done')
    expect(metOf(client.mock.coverage())).toHaveProperty('job run', ['completed'])
  })

  test('a stream that its client leaves covers no outcome', async () => {
    const client = atlas()
    const answer = await client.mock.fetch(client.request('POST', '/runs/stream', { question: 'Why?' }))
    await answer.body!.cancel()
    await client.mock.clock.advance('1m')
    expect(metOf(client.mock.coverage())).not.toHaveProperty('job run')
  })

  test('a long poll covers an outcome with the last event', async () => {
    const client = atlas()
    const run = await client.start()
    await client.mock.clock.advance('100ms')
    await client.poll(run)
    expect(metOf(client.mock.coverage())).not.toHaveProperty('job run')
    await client.mock.clock.advance('1m')
    await client.poll(run)
    expect(metOf(client.mock.coverage())).toHaveProperty('job run', ['completed'])
  })

  test('a webhook counts once one is sent, and is met by what has happened to it on its way', async () => {
    const mock = seek({ scenario: 'seek/webhook-twice', deliver: () => new Response() })
    await submit(mock)
    await mock.clock.advance('1m')
    expect(subjectOf(mock.coverage(), 'webhook', 'jobFinished').isCounted).toBe(false)
    await submit(mock, { webhook: 'https://client.example/hook' })
    await mock.clock.advance('1m')
    await mock.settled()
    const coverage = mock.coverage()
    expect(subjectOf(coverage, 'webhook', 'jobFinished').isCounted).toBe(true)
    expect(metOf(coverage)).toMatchObject({
      'webhook jobFinished': ['delivered', 'duplicate'],
      'job job': ['completed'],
    })
  })

  test.each([
    ['seek/webhook-never-arrives', ['drop']],
    ['seek/webhook-forged-body', ['tamper body']],
    ['seek/webhook-forged-signature', ['tamper signature']],
    ['seek/webhook-delayed', ['delivered', 'delay']],
  ])('%s meets %j of a webhook', async (scenario, names) => {
    const mock = seek({ scenario, deliver: () => new Response() })
    await submit(mock, { webhook: 'https://client.example/hook' })
    await mock.clock.advance('1d')
    await mock.settled()
    expect(metOf(mock.coverage())['webhook jobFinished']).toEqual(names)
  })
})

describe('what does not count', () => {
  test('requests of the test itself', async () => {
    const mock = seek()
    await get(mock.fetch, '/v1/me', { ...KEY, 'x-sparring-actor': 'test' })
    expect(mock.coverage().counted).toBe(0)
  })

  test('an answer that a fault has broken, though the operation was called', async () => {
    const mock = seek({ scenario: 'seek/connection-reset' })
    await expect(get(mock.fetch, '/v1/me')).rejects.toThrow(TypeError)
    const coverage = mock.coverage()
    expect(metOf(coverage)).toEqual({})
    expect(subjectOf(coverage, 'operation', 'getMe').isCounted).toBe(true)
  })

  test('an answer that is off the contract', async () => {
    const mock = seek()
    mock.on('seek', 'getMe', () => ({ status: 401, body: { no: 'sense' }, offContract: 'on purpose' }))
    await get(mock.fetch, '/v1/me')
    expect(metOf(mock.coverage())).toEqual({})
  })

  test('a path that no operation has', async () => {
    const mock = seek()
    await get(mock.fetch, '/v1/nowhere')
    expect(mock.coverage().counted).toBe(0)
  })
})

describe('over time', () => {
  test('a reset, a cleared journal and the end of a session take nothing away, and sessions add up', async () => {
    const mock = seek()
    await get(mock.fetch, '/v1/me')
    mock.journal.clear()
    mock.reset()
    const poor = mock.session({ scenario: 'seek/outage' })
    await get(poor.fetch, '/v1/me')
    poor.close()
    expect(metOf(mock.coverage())).toEqual({ 'operation getMe': ['200', '500'] })
  })

  test('coverage of two dialects of a vendor is added', async () => {
    const mock = seek()
    await get(mock.fetch, '/v1/me')
    mock.play('seek/usd')
    await get(mock.fetch, '/v1/me', { 'x-api-key': mock.credentials('seek').revoked })
    expect(metOf(mock.coverage())).toEqual({ 'operation getMe': ['200', '401'] })
    expect(mock.coverage().vendors).toHaveLength(1)
  })
})

describe('coverage.include', () => {
  test('an included operation counts even if it is not called', () => {
    const coverage = seek({ coverage: { include: ['seek.cancelJob'] } }).coverage()
    expect(subjectOf(coverage, 'operation', 'cancelJob').isCounted).toBe(true)
    expect(subjectOf(coverage, 'operation', 'getMe').isCounted).toBe(false)
    expect(coverage.met).toBe(0)
  })

  test('a vendor that is included counts with all that it has', () => {
    const coverage = seek({ coverage: { include: ['seek'] } }).coverage()
    expect(coverage.vendors[0]!.subjects.every(({ isCounted }) => isCounted)).toBe(true)
  })

  test('an unknown name is refused with the nearest one', () => {
    expect(() => seek({ coverage: { include: ['seek.cancelJobs'] } })).toThrow(
      'Failed to include "seek.cancelJobs" in the coverage: "cancelJobs" is not an operation of seek. Did you mean "cancelJob"?',
    )
    expect(() => seek({ coverage: { include: ['seal.getEntity'] } })).toThrow(
      'Failed to include "seal.getEntity" in the coverage: "seal" is not one of this mock\'s vendors.',
    )
    expect(() => createMock({ vendors: ['seek'], coverage: { include: 'seek' as never } })).toThrow('coverage.include')
  })
})

describe('how to cover a gap', () => {
  test('each missing cell of what counts names the plainest scenario, else a line of a scenario; met ones name nothing', async () => {
    const mock = seek({ coverage: { include: ['seek'] } })
    await get(mock.fetch, '/v1/me')
    const coverage = mock.coverage()
    const adds = (kind: string, name: string) =>
      Object.fromEntries(subjectOf(coverage, kind, name).cells.map((cell) => [cell.name, cell.add]))
    expect(adds('operation', 'getMe')).toEqual({
      '200': undefined,
      '401': 'seek/key-expired',
      '429 TooManyRequests#rate': 'seek/rate-limited',
      '500': 'seek/outage',
    })
    expect(adds('operation', 'submitJob')).toMatchObject({
      '202': 'seek/happy-path',
      '402': 'seek/credits-empty',
      '404': 'seek/worker-withdrawn',
      '422': 'rules: [{ when: { operation: submitJob }, then: { error: UnprocessableEntity } }]',
    })
    expect(adds('limit', 'requests')).toEqual({ refused: 'seek/rate-limited' })
    expect(adds('job', 'job')).toMatchObject({
      completed: 'seek/happy-path',
      failed: 'seek/job-fails',
      cancelled: 'call cancelJob',
    })
    expect(adds('webhook', 'jobFinished')).toEqual({
      delivered: 'a webhook that arrives',
      drop: 'seek/webhook-arrives-late',
      duplicate: 'seek/webhook-twice',
      reorder: 'seek/webhook-out-of-order',
      delay: 'seek/webhook-delayed',
      'tamper body': 'seek/webhook-forged-body',
      'tamper signature': 'seek/webhook-forged-signature',
    })
  })
})
