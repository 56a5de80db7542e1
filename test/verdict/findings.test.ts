import { expect, test } from 'vitest'
import { FindingsError, type Mock, type MockOptions } from '../../mocks/index.ts'
import { frozenMock } from '../support/mock/mock.ts'

const KEY = { 'x-api-key': 'sk_live_any' }
const BASE = 'https://api.seek-api.com'

function seek(options: Partial<MockOptions> = {}): Mock {
  return frozenMock({ vendors: ['seek'], ...options })
}

function get(mock: Mock, path: string, headers: Record<string, string> = KEY): Promise<Response> {
  return mock.fetch(`${BASE}${path}`, { headers })
}

function submit(mock: Mock, headers: Record<string, string> = {}): Promise<Response> {
  return mock.fetch(`${BASE}/v1/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers: { ...KEY, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ profile_url: 'https://www.linkedin.com/in/ada' }),
  })
}

async function times(count: number, call: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < count; done++) await call()
}

function codes(mock: Mock, final = false): string[] {
  return mock.findings({ final }).map(({ code }) => code)
}

test('a client that does all right has no findings', async () => {
  const mock = seek()
  const { job_uuid } = (await (await submit(mock)).json()) as { job_uuid: string }
  await mock.clock.advance('10s')
  await get(mock, `/v1/jobs/${job_uuid}`)
  expect(mock.findings({ final: true })).toEqual([])
  mock.expectNoFindings()
})

test('work that is sent on without credits is a finding with its exchanges, statement, fix and the line that silences it', async () => {
  const mock = seek({ scenario: 'seek/out-of-credits' })
  await times(5, () => submit(mock))
  expect(mock.findings({ code: 'credits' })).toEqual([
    {
      code: 'credits',
      severity: 'error',
      source: 'conduct',
      session: 'default',
      vendor: 'seek',
      operation: 'submitJob',
      scope: '',
      message:
        'submitJob asked for credits 2 times more after 5 had been refused with 0 available, and the balance was the same.',
      path: undefined,
      exchanges: [3, 4, 5],
      statement: { says: 'A 402 means that the credits do not cover the job.', assumed: undefined },
      fix: 'Stop sending work when credits are missing, tell the user, and continue when the balance has grown.',
      silence: 'findings: { credits: { severity: off, reason: … } }',
    },
  ])
})

test('a refused request that is sent again is confirmed once for free', async () => {
  const mock = seek()
  await times(2, () => get(mock, '/v1/workers/nobody'))
  expect(codes(mock)).toEqual([])
  await get(mock, '/v1/workers/nobody')
  expect(codes(mock)).toEqual(['retry-refused'])
})

test('a refusal that depended on something which has changed may be tried again', async () => {
  const mock = frozenMock({ vendors: ['seclai'] })
  const { active } = mock.credentials('seclai')
  const send = (method: string, path: string, body?: object): Promise<Response> =>
    mock.fetch(`https://api.seclai.com${path}`, {
      method,
      headers: { 'x-api-key': active, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
  const { id } = (await (await send('POST', '/agents', { name: 'one' })).json()) as { id: string }
  await send('DELETE', `/agents/${id}`)
  await times(2, () => send('GET', `/agents/${id}`))
  expect(codes(mock)).toEqual([])
  // Something else was made in between, on which this refusal does not depend.
  await send('POST', '/agents', { name: 'two' })
  await send('GET', `/agents/${id}`)
  expect(codes(mock)).toEqual(['retry-refused'])
})

test('requests with a refused key are forgiven three times, also when the key was never accepted', async () => {
  const mock = seek()
  const dead = { 'x-api-key': mock.credentials('seek').revoked }
  await times(4, () => get(mock, '/v1/me', dead))
  expect(codes(mock)).toEqual([])
  await get(mock, '/v1/workers', dead)
  expect(codes(mock)).toEqual(['dead-credential'])
})

test('a client that comes back before Retry-After and is refused again has a finding; one that waits has none', async () => {
  const mock = seek()
  mock.play('seek/happy-path', { limits: { requests: { capacity: 1, refill: '1 per 10s' } } })
  await times(2, () => get(mock, '/v1/me'))
  await mock.clock.advance('5s')
  await get(mock, '/v1/me')
  expect(mock.findings({ code: 'retry-after' }).map(({ message }) => message)).toEqual([
    'getMe came back 5s after a 429 that asked for 10s, and was refused again.',
  ])
  const patient = seek()
  patient.play('seek/happy-path', { limits: { requests: { capacity: 1, refill: '1 per 10s' } } })
  await times(2, () => get(patient, '/v1/me'))
  await patient.clock.advance('10s')
  await get(patient, '/v1/me')
  expect(codes(patient)).toEqual([])
})

test('no rule judges across tests, scenarios and resets', async () => {
  const mock = seek()
  for (const name of ['first', 'second', 'third']) {
    mock.scope(name)
    await get(mock, '/v1/workers/nobody')
  }
  for (let turn = 0; turn < 3; turn++) {
    mock.play('seek/happy-path')
    await get(mock, '/v1/workers/nobody')
  }
  for (let turn = 0; turn < 3; turn++) {
    await get(mock, '/v1/workers/nobody', { ...KEY, 'x-sparring-scope': `test ${turn}` })
  }
  expect(codes(mock)).toEqual([])
})

test("a test's own requests count for nothing", async () => {
  const mock = seek()
  await times(5, () => get(mock, '/v1/nope', { ...KEY, 'x-sparring-actor': 'test' }))
  expect(codes(mock)).toEqual([])
})

test('a request to a path that the vendor does not have names the nearest operation', async () => {
  const mock = seek()
  await times(2, () => get(mock, '/v1/mee'))
  expect(mock.findings()).toMatchObject([
    {
      code: 'unknown-path',
      severity: 'error',
      message: 'GET /v1/mee was sent, and seek has no such path. The nearest is GET /v1/me (getMe).',
      exchanges: [1, 2],
      fix: 'Send GET /v1/me.',
    },
  ])
})

test('a parameter that the vendor would ignore is a warning', async () => {
  const mock = seek()
  await get(mock, '/v1/me?x=1')
  expect(mock.findings()).toMatchObject([
    {
      code: 'unknown-parameter',
      severity: 'warning',
      path: '/query/x',
      message: 'getMe: query parameter x is not known.',
    },
  ])
})

test('a credential in a URL is a finding, and is not printed', async () => {
  const mock = seek()
  await get(mock, '/v1/me?key=sk_live_any')
  const [finding] = mock.findings({ code: 'credential-in-url' })
  expect(finding?.message).toBe('getMe: the query parameter key carries a credential, which ends up in logs.')
  expect(JSON.stringify(mock.findings())).not.toContain('sk_live_any')
})

test('a finding that a test asks for by its code is expected, and another one fails the test with all there is to say', async () => {
  const mock = seek()
  await times(3, () => get(mock, '/v1/workers/nobody'))
  expect(() => mock.expectNoFindings()).toThrow(FindingsError)
  expect(() => mock.expectNoFindings()).toThrow(`The client has a finding:
error retry-refused (seek): getWorker was sent 3 times as it was, and each time answered 404 (NotFound#worker), though nothing had changed.
  exchanges: #1, #2, #3
  the vendor: Of all errors only 429 and 500 are described as worth a retry.
  fix: Do not retry a 4xx other than 408, 425 and 429: report it, or change the request.
  silence: findings: { retry-refused: { severity: off, reason: … } }`)
  expect(mock.findings({ code: 'retry-refused' })).toHaveLength(1)
  mock.expectNoFindings()
})

test('severities are set by the mock, else by the scenario', async () => {
  const mock = seek({ findings: { 'unknown-path': 'off' } })
  mock.play('seek/happy-path', { findings: { 'unknown-parameter': { severity: 'info', reason: 'a proxy adds it' } } })
  await get(mock, '/v1/mee')
  await get(mock, '/v1/me?x=1')
  expect(mock.findings().map(({ code, severity }) => `${severity} ${code}`)).toEqual(['info unknown-parameter'])
})

test('codes and severities that do not exist are refused, all at once', () => {
  expect(() => seek({ findings: { 'back-off': 'off', backoff: 'bad' } as never })).toThrow(
    /^Failed to read findings: "back-off" is not the code of a finding\..*backoff.* "bad" is not a severity of "backoff"\./,
  )
})

test('expectations of a scenario are judged: a client that stops, and one that goes on', async () => {
  const mock = seek({ scenario: 'seek/out-of-credits' })
  await times(3, () => submit(mock))
  expect(codes(mock, true)).not.toContain('expect-stops-after')
  await submit(mock)
  expect(mock.findings({ code: 'expect-stops-after' })).toMatchObject([
    {
      severity: 'error',
      source: 'expect',
      message: 'submitJob was sent again once after its 402, and the scenario expects that the client stops.',
    },
  ])
})
