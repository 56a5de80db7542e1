import { InvalidFileError, type Mock } from 'sparring'
import { expect, test } from 'vitest'
import { takeBreaches } from '../../support/mock/check-replies.ts'
import { ENTRY_POINTS, frozenMock, NOW, openEntry, read } from '../../support/mock/mock.ts'
import { BATCH, readEntity, sealRequest } from '../../support/vendors/seal.ts'
import { PROFILE, seekClient, seekWith } from '../../support/vendors/seek.ts'

/** A client of either vendor that reads one thing, as its scenarios have it. */
const VENDORS = ['seek', 'seal'] as const
type Vendor = (typeof VENDORS)[number]
const CASES = VENDORS.flatMap((vendor) => ENTRY_POINTS.map((entry) => ({ vendor, entry })))

async function reader(vendor: Vendor, scenario: string, entry = ENTRY_POINTS[1]!) {
  const mock = frozenMock({ vendors: [vendor], scenario: `${vendor}/${scenario}` })
  const fetch = await openEntry(entry, mock)
  const seek = seekClient(fetch)
  if (vendor === 'seal')
    return { mock, fetch, get: () => read(fetch(readEntity())), write: () => read(fetch(change())) }
  let id: string | undefined
  const get = async () => seek.send('GET', `/jobs/${(id ??= await seek.start())}`)
  return { mock, fetch, get, write: () => seek.submit(PROFILE) }
}

function change(): Request {
  return sealRequest('PATCH', `/entities/${BATCH}/fields/Grade`, { body: { value: ['Technical'] } })
}

function last(mock: Mock) {
  return mock.journal.exchanges().at(-1)!
}

test.each(CASES)(
  'a gateway answers in HTML, and nothing has counted ($vendor, $entry.name)',
  async ({ vendor, entry }) => {
    const { mock, write } = await reader(vendor, 'gateway-html', entry)
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await write()).toEqual({
        status: 502,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: expect.stringContaining('<h1>502 Bad Gateway</h1>') as string,
      })
      expect(last(mock)).toMatchObject({ limits: [], hold: undefined })
    }
    expect((await write()).status).toBeLessThan(300)
  },
)

test.each(CASES)('a 200 has no body, once ($vendor, $entry.name)', async ({ vendor, entry }) => {
  const { mock, fetch, get } = await reader(vendor, 'empty-body', entry)
  const first = vendor === 'seal' ? readEntity() : new Request('https://api.seek-api.com/v1/jobs/job_0', SEEK)
  if (vendor === 'seal') {
    const answer = await fetch(first)
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'application/json',
      '',
    ])
    expect((await get()).body).toMatchObject({ kind: expect.any(String) as string })
  } else await expect(get()).rejects.toThrow('Unexpected end of JSON input')
  expect((await get()).status).toBe(200)
  expect(mock.breaches()).toEqual([])
})
const SEEK = { headers: { 'x-api-key': 'sk_live_harbourline' } }

test.each(CASES)(
  'a status is one that nobody knows, and all else is right ($vendor, $entry.name)',
  async ({ vendor, entry }) => {
    const { mock, get } = await reader(vendor, 'unknown-status', entry)
    const { body } = await get()
    mock.play(`${vendor}/happy-path`)
    const known = (await get()).body as object
    expect(body).toEqual({ ...known, status: vendor === 'seek' ? 'paused' : 'SUPERSEDED' })
  },
)

test.each(CASES)('a field is new, which the contract allows ($vendor, $entry.name)', async ({ vendor, entry }) => {
  const { mock, get } = await reader(vendor, 'added-field', entry)
  const { status, body } = await get()
  mock.play(`${vendor}/happy-path`)
  const known = (await get()).body as object
  expect([status, body]).toEqual([200, { ...known, added_later: { by: 'the vendor', at: '2026-03-16T10:00:00Z' } }])
  expect(mock.breaches()).toEqual([])
})

test.each(CASES)(
  'Retry-After is a date, and who waits for it gets through ($vendor, $entry.name)',
  async ({ vendor, entry }) => {
    const { mock, get } = await reader(vendor, 'retry-after-date', entry)
    mock.clock.freeze(NOW + 250)
    const refused = await refusal(get)
    const at = Date.parse(refused.headers['retry-after']!)
    expect(refused.headers['retry-after']).toMatch(/^Mon, 16 Mar 2026 10:0[01]:\d\d GMT$/)
    await mock.clock.set(at)
    expect((await get()).status).toBe(200)
  },
)

async function refusal(get: () => ReturnType<typeof read>) {
  for (let call = 0; call < 10; call++) {
    const answer = await get()
    if (answer.status === 429) return answer
  }
  throw new Error('no call was refused')
}

test.each(CASES)(
  'the Date header is five minutes behind, of every answer ($vendor, $entry.name)',
  async ({ vendor, entry }) => {
    const { mock, fetch } = await reader(vendor, 'clock-skew', entry)
    const url = vendor === 'seek' ? 'https://api.seek-api.com/v1/' : 'https://backend.seal.run/api/'
    for (const path of ['me', 'entities', 'nowhere']) {
      const answer = await fetch(new Request(url + path, SEEK))
      expect(answer.headers.get('date')).toBe('Mon, 16 Mar 2026 09:55:00 GMT')
    }
    expect(mock.breaches()).toEqual([])
  },
)

test('headers are set in place of the answer’s own, added behind them, and taken away', async () => {
  const { mock, seek } = seekWith([
    {
      when: { operation: 'getMe' },
      then: { headers: { 'content-TYPE': 'application/json; charset=utf-8', 'X-Team': 7 } },
    },
    { when: { operation: 'listJobs' }, then: { headers: { 'Content-Type': null } } },
    {
      when: { operation: 'getCredits' },
      then: {
        error: 429,
        headers: { 'retry-after': '{$now + 30s | http-date}', 'X-None': '{$job.id}' },
        offContract: 'a date',
      },
    },
  ])
  await seek.me()
  expect(last(mock).response!.headers.slice(0, 1)).toEqual([['content-TYPE', 'application/json; charset=utf-8']])
  expect(last(mock).response!.headers.at(-1)).toEqual(['X-Team', '7'])
  await seek.send('GET', '/jobs')
  expect(last(mock).response!.headers.map(([name]) => name.toLowerCase())).not.toContain('content-type')
  const { status, headers } = await seek.send('GET', '/me/credits')
  expect([status, headers['retry-after'], headers['x-none']]).toEqual([429, 'Mon, 16 Mar 2026 10:00:30 GMT', undefined])
})

test('values are set deep in a body, and after a list; a body that is not JSON stays as it is', async () => {
  const { seek } = seekWith([
    {
      when: { operation: 'getMe' },
      then: {
        patch: { '/rate_limit/burst': 1, '/a~1b': '{$request.query.x}', '/list': [1], '/list/-': 2, '/none': null },
      },
    },
    { when: { operation: 'getCredits' }, then: { answer: { status: 200, body: 'text', offContract: 'a gateway' } } },
    { when: { header: { 'X-Patch': 'yes' } }, then: { patch: { '/a': 1 } }, at: 'arrival' },
  ])
  expect((await seek.send('GET', '/me?x=7')).body).toMatchObject({
    rate_limit: { sustained: null, burst: 1 },
    'a/b': '7',
    list: [1, 2],
    none: null,
  })
  expect((await seek.send('GET', '/me/credits', { headers: { 'x-patch': 'yes' } })).body).toBe('text')
})

test('changes of several rules add up, whatever answers in the end', async () => {
  const { mock, seek } = seekWith([
    { then: { headers: { 'X-First': 'arrival', 'X-Last': 'arrival' } }, at: 'arrival' },
    { when: { operation: 'getMe' }, then: { error: 'InternalServerError', patch: { '/message': 'broken' } } },
    { then: { headers: { 'X-Last': 'reply' }, delay: '1s' }, at: 'reply' },
  ])
  expect(await seek.me()).toMatchObject({
    status: 500,
    headers: { 'x-first': 'arrival', 'x-last': 'arrival' },
    body: { message: 'broken' },
  })
  const later = seek.send('GET', '/me/credits')
  await mock.settled({ held: 1 })
  await mock.clock.advance('1s')
  expect(await later).toMatchObject({ status: 200, headers: { 'x-first': 'arrival', 'x-last': 'reply' } })
})

test('a rule at reply can ask for the status of the answer', async () => {
  const { seek } = seekWith(
    [{ when: { operation: 'submitJob', status: 402, call: 2 }, then: { patch: { '/message': 'again' } }, at: 'reply' }],
    { accounts: { default: { credits: 5 } } },
  )
  const messages: unknown[] = []
  for (let job = 0; job < 4; job++) messages.push(((await seek.submit()).body as { message?: string }).message)
  expect(messages.map((message) => message === 'again')).toEqual([false, false, true, false])
})

test('a change that breaks the contract is a breach, unless it says why', async () => {
  const { mock, seek } = seekWith([
    { when: { operation: 'getMe', call: 1 }, then: { patch: { '/plan': 7 } } },
    { when: { operation: 'getMe', call: 2 }, then: { patch: { '/plan': 7 }, offContract: 'a type that changed' } },
    { when: { operation: 'getMe', call: 3 }, then: { patch: { '/plan': 7 }, fault: 'truncate' } },
  ])
  const statuses: number[] = []
  for (let call = 0; call < 3; call++) statuses.push((await seek.me()).status)
  expect(statuses).toEqual([500, 200, 500])
  expect(mock.breaches()).toHaveLength(4)
  expect(takeBreaches()[0]).toMatch(/^seek getMe 200: body at \/plan: /)
})

test('impossible answers are reported, with what to write instead', () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const problem = (rule: object): string => {
    try {
      mock.play('seek/happy-path', { rules: [rule as never] })
    } catch (error) {
      if (error instanceof InvalidFileError) return error.problems[0]!.message
      throw error
    }
    return 'none'
  }
  expect([
    problem({ then: { error: 'InternalServerError', fault: 'connection-reset' } }),
    problem({ then: { fault: 'hang', patch: { '/a': 1 } } }),
    problem({ then: { fault: 'truncate', over: '5s' } }),
    problem({ then: { fault: 'slow-body', for: '5s' } }),
    problem({ then: { patch: { '/a': 1 }, over: '5s' } }),
    problem({ when: { status: 429 }, then: { delay: '1s' } }),
    problem({ then: { headers: { 'Content-Length': 5 } } }),
    problem({ then: { headers: { 'X Team': 5 } } }),
    problem({ then: { patch: { status: 5 } } }),
  ]).toEqual([
    '"fault: connection-reset" sends no answer, so "error" cannot be used with it. Keep one of them.',
    '"fault: hang" sends no answer, so "patch" cannot be used with it. Keep one of them.',
    '"over" belongs to "fault: slow-body". Write that, or leave "over" out.',
    '"for" belongs to "fault: hang". Write that, or leave "for" out.',
    '"over" cannot be used with "patch". Keep one of them.',
    'The status of an answer is known at reply, not at handle. Write "at: reply" beside "then".',
    '"Content-Length" is set when the answer is sent. Leave it out; to send a wrong one write "fault: wrong-content-length".',
    '"X Team: 5" is not a header: a name is letters, digits and hyphens, and a value has no line breaks.',
    'The key "status" must be a JSON Pointer, which begins with "/".',
  ])
})
