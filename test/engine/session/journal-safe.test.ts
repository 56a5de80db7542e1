import { createMock } from 'sparring'
import { expect, onTestFinished, test, vi } from 'vitest'
import { insideOf } from '../../../mocks/connect/mock/session-api.ts'
import { createJournal, type Entry } from '../../../mocks/engine/session/journal/journal.ts'
import { ENTRY_POINTS, frozenMock, openEntry } from '../../support/mock/mock.ts'
import { open } from '../../support/server/server.ts'

const JOBS = 'https://api.seek-api.com/v1/workers/linkedin-profile/jobs'

function post(body: string, type = 'application/json'): RequestInit {
  return { method: 'POST', headers: { 'x-api-key': 'sk_live_mine', 'content-type': type }, body }
}

const HARD = {
  null: 'null',
  'a number': '5',
  true: 'true',
  'a text': '"a"',
  'a large number': '123456789012345678901234567890',
  'a number without end': '1e999',
  '5,000 nested lists': '['.repeat(5000) + ']'.repeat(5000),
  '5,000 nested objects': '{"a":'.repeat(5000) + '1' + '}'.repeat(5000),
  'control characters': '{"a":"\\u001b[31m\\u0000"}',
  'half of a pair': '{"a":"\\ud800"}',
  'what is no JSON': '{"a":',
}

test.each(ENTRY_POINTS)(
  'whatever a client sends as JSON is answered and listed as it was sent ($name)',
  async (entry) => {
    const mock = frozenMock({ vendors: ['seek'] })
    const fetch = await openEntry(entry, mock)
    const followed: unknown[] = []
    for (const body of Object.values(HARD)) {
      const answer = await fetch(
        new Request(JOBS, { ...post(body), headers: { ...post('').headers, 'x-sparring-explain': '1' } }),
      )
      expect([400, 422]).toContain(answer.status)
      followed.push(answer.headers.get('x-sparring-explanation'))
    }
    expect(mock.journal.exchanges().map(({ request }) => request.body)).toEqual(Object.values(HARD))
    expect(mock.journal.explain().split('\n').length).toBe(Object.keys(HARD).length)
    expect(followed.every((text) => /^4\d\d by \w+/.test(String(text)))).toBe(true)
  },
)

test('a body of any depth reaches a follower and the list of the control API', async () => {
  const { server, url } = await openServer()
  const events = await fetch(`${url}/__sparring/events`)
  const reader = events.body!.getReader()
  onTestFinished(() => reader.cancel())
  const deep = '['.repeat(30_000) + ']'.repeat(30_000)
  await fetch(`${url}/seek/v1/workers/linkedin-profile/jobs`, post(deep))
  await fetch(`${url}/seek/v1/workers/linkedin-profile/jobs`, post('null'))
  let text = ''
  while (text.split('event: exchange').length < 3) text += new TextDecoder().decode((await reader.read()).value)
  expect(text).toContain(JSON.stringify(deep))
  const listed = (await (await fetch(`${url}/__sparring/journal`)).json()) as {
    exchanges: Array<{ request: { body: string } }>
  }
  expect(listed.exchanges.map(({ request }) => request.body)).toEqual([deep, 'null'])
  await server.close()
})

async function openServer() {
  const server = await open()
  return { server, url: server.url }
}

test('bytes, and texts that are no UTF-8, are counted', async () => {
  const mock = createMock({ vendors: ['seek'] })
  await mock.fetch(JOBS, { ...post(''), body: new Uint8Array([123, 255, 125]) })
  expect(mock.journal.exchanges()[0]!.request.body).toBe('(3 bytes)')
})

test('large bodies are not kept, even without a header for their size; large answers are not kept either', async () => {
  const mock = createMock({ vendors: ['seek'] })
  const large = JSON.stringify({ profile_url: 'x'.repeat(100_000) })
  mock.on('seek', 'getMe', () => ({ body: { text: 'y'.repeat(100_000) }, offContract: 'a test' }))
  await mock.fetch(JOBS, post(large))
  await mock.fetch('https://api.seek-api.com/v1/me', { headers: { 'x-api-key': 'sk_live_mine' } })
  const [job, me] = mock.journal.exchanges()
  expect(job!.request.body).toBe(`(${large.length} bytes)`)
  expect(me!.response!.body).toMatch(/^\{"text":"y+… \(100011 characters\)$/)
  expect(me!.response!.body!.length).toBe(65_536 + '… (100011 characters)'.length)
})

test('heads are bounded too', async () => {
  const mock = createMock({ vendors: ['seek'] })
  const long = 'z'.repeat(100_000)
  await mock.fetch(`https://api.seek-api.com/v1/jobs/${long}?q=${long}`, {
    headers: { 'x-api-key': 'sk_live_mine', 'x-long': long },
  })
  const [exchange] = mock.journal.exchanges()
  expect(JSON.stringify(exchange).length).toBeLessThan(60_000)
  expect(mock.journal.explain().length).toBeLessThan(5000)
  expect(exchange!.path.slice(-24)).toBe('z… (100009 characters)'.padStart(24, 'z'))
})

/** An entry with a body of so many bytes and a head of ten. */
function entryOf(number: number): Entry & { body: number } {
  const entry = {
    number,
    body: 0,
    weight: 0,
    isKept: false,
    render: () => ({ number, body: entry.body }) as never,
    facts: () => ({ number }) as never,
    dropBodies: () => {
      entry.body = 0
      return 10
    },
  }
  return entry
}

test('a journal keeps so many bytes: the oldest bodies go first, then the oldest exchanges', () => {
  const journal = createJournal(undefined, { most: 1000, budget: 1000 })
  const add = (number: number, body: number): void => {
    const entry = entryOf(number)
    journal.add(entry)
    entry.body = body
    journal.weigh(entry, body + 10)
  }
  const bodies = (): number[] => (journal.exchanges() as unknown as Array<{ body: number }>).map(({ body }) => body)
  for (let number = 1; number <= 12; number++) add(number, 90)
  expect(bodies()).toEqual(
    [0, 0, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90].map((body, index) => (index === 2 ? 0 : body)),
  )
  expect(journal.dropped()).toBe(0)
  for (let number = 13; number <= 300; number++) add(number, 90)
  expect(journal.exchanges().length).toBeLessThanOrEqual(100)
  expect(journal.dropped()).toBe(300 - journal.exchanges().length)
  expect(journal.get(300)).toMatchObject({ number: 300 })
  expect(journal.get(1)).toBeUndefined()
  journal.clear()
  add(1, 990)
  expect(bodies()).toEqual([990])
})

test('a journal of a few exchanges drops the oldest, and one that ends after it was dropped counts nothing', () => {
  const journal = createJournal(undefined, { most: 3, budget: 1000 })
  const entries = [1, 2, 3, 4, 5, 6, 7, 8].map(entryOf)
  for (const entry of entries) journal.add(entry)
  for (const entry of entries) journal.weigh(entry, 300)
  expect((journal.exchanges() as unknown as Array<{ number: number }>).map(({ number }) => number)).toEqual([6, 7, 8])
  expect(journal.dropped()).toBe(5)
})

test.each(ENTRY_POINTS)('entries share equal parts, and each is listed as it was sent ($name)', async (entry) => {
  const mock = frozenMock({ vendors: ['seek'] })
  const fetch = await openEntry(entry, mock)
  const url = 'https://linkedin.com/in/'
  const bodies = ['ada', 'ada', 'zoë', 'ada', '\ufffd'].map((name) => JSON.stringify({ profile_url: url + name }))
  const sent = [...bodies, bodies[0]!].map((body, index) => ({ body, lap: String(Math.floor(index / 2)) }))
  for (const { body, lap } of sent) {
    const { headers } = post(body)
    await fetch(new Request(JOBS, { ...post(body), headers: { ...headers, 'x-lap': lap } }))
  }
  const listed = mock.journal.exchanges()
  expect(listed.map(({ request }) => ({ body: request.body, lap: request.headers.get('x-lap') }))).toEqual(sent)
  expect(listed.map(({ response }) => response?.status)).toEqual([202, 202, 422, 202, 422, 202])
  for (const { job, answeredBy } of listed) if (job !== undefined) expect(answeredBy?.because).toBe(job)
  const { vendor, operation, account, limits } = listed[0]!
  for (const one of listed)
    expect(one).toMatchObject({ vendor, operation, account, limits: [{ name: limits[0]!.name }] })
  mock.journal.clear()
  await fetch(new Request(JOBS, post(bodies[1]!)))
  expect(mock.journal.exchanges().map(({ request }) => request.body)).toEqual([bodies[1]])
})

test('a journal holds no entry to share with that it has dropped or cleared', () => {
  const journal = createJournal(undefined, { most: 1, budget: 1000 })
  for (const entry of [1, 2].map(entryOf)) {
    journal.add(entry)
    expect(journal.latest.size).toBe(0)
    journal.latest.set(undefined, entry)
  }
  journal.clear()
  expect(journal.latest.size).toBe(0)
})

test('an exchange whose journaling fails gives its slot back', async () => {
  const said = vi.spyOn(console, 'error').mockReturnValue()
  onTestFinished(() => said.mockRestore())
  const mock = createMock({ vendors: ['seal'], scenario: 'seal/concurrency' })
  const headers = { authorization: 'Bearer seal_mine', 'content-type': 'application/json' }
  const entity = 'https://backend.seal.run/api/entities/30000000-0000-4000-8000-000000000042'
  mock.on('seal', 'getEntity', () => {
    throw new Error('a mistake of the test')
  })
  for (let call = 0; call < 5; call++)
    await expect(mock.fetch(entity, { headers })).rejects.toThrow('a mistake of the test')
  const answers = await Promise.all(
    [1, 2].map(() =>
      mock.fetch('https://backend.seal.run/api/entities/search', { method: 'POST', headers, body: 'null' }),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual([400, 400])
  mock.reset()
  expect((await mock.fetch(entity, { headers })).status).toBe(200)
})

test('an exchange in which the mock fails is listed with what has failed', async () => {
  const mock = createMock({ vendors: ['seek'] })
  mock.on('seek', 'getMe', () => {
    throw new Error('a mistake of the test')
  })
  await expect(
    mock.fetch('https://api.seek-api.com/v1/me', { headers: { 'x-api-key': 'sk_live_mine' } }),
  ).rejects.toThrow('a mistake of the test')
  expect(mock.journal.explain()).toBe('1 +0ms seek GET /v1/me -> 500 by mock: the mock failed: a mistake of the test')
  await mock.settled()
})

test.each([
  ['a path', '/v1/jobs/%1b%5b31mRED%0aFAKE', {}],
  ['a path with what C1, bidi and line separators would do', '/v1/jobs/%c2%9b31m%e2%80%ae%e2%80%a8x%7f', {}],
])('%s writes nothing into an explanation that a terminal would obey', async (_, path, headers) => {
  const mock = frozenMock({ vendors: ['seek'] })
  await mock.fetch(`https://api.seek-api.com${path}`, { headers: { 'x-api-key': 'sk_live_mine', ...headers } })
  const because = mock.journal.exchanges()[0]!.answeredBy!.because
  for (const text of [mock.journal.explain(), because]) {
    expect(text).toMatch(/no item "\S+" in jobs/)
    expect(text).not.toMatch(/[\p{Cc}\p{Zl}\p{Bidi_Control}]/u)
  }
  expect(because).toContain('\\u')
})

test('of a body that goes later, its size is kept, as of one that was not kept at first', async () => {
  const mock = createMock({ vendors: ['seek'] })
  const [small, large] = ['x', 'x'.repeat(100_000)].map((name) => JSON.stringify({ profile_url: name }))
  for (const body of [small!, large!]) await mock.fetch(JOBS, post(body))
  await mock.fetch('https://api.seek-api.com/v1/me', { headers: { 'x-api-key': 'sk_live_mine' } })
  const bodies = () => mock.journal.exchanges().map(({ request }) => request.body)
  expect(bodies()).toEqual([small, `(${large!.length} bytes)`, undefined])
  const before = mock.journal.exchanges().map(({ response }) => response!.body!.length)
  const { session } = insideOf(mock)!
  const identities = session.journal.facts().map(({ identity }) => identity)
  expect(identities).toEqual([expect.any(String), undefined, expect.any(String)])
  for (const entry of session.journal.entries()) session.journal.weigh(entry, entry.dropBodies())
  expect(session.journal.facts().map(({ identity }) => identity)).toEqual(identities)
  expect(bodies()).toEqual([`(${small!.length} bytes)`, `(${large!.length} bytes)`, undefined])
  expect(mock.journal.exchanges().map(({ response }) => response!.body)).toEqual(
    before.map((size) => `(${size} bytes)`),
  )
})
