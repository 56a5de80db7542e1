import { expect, test } from 'vitest'
import { ENTRY_POINTS, frozenMock, openEntry, read } from '../../support/mock/mock.ts'
import { type Job, PROFILE, SEEK, SEEK_KEY, seekClient } from '../../support/vendors/seek.ts'

const json = { 'content-type': 'application/json' }

function unprocessable(message: string) {
  return { status: 422, headers: json, body: { error: 'unprocessable_entity', message, status: 422 } }
}

function bad(message: string) {
  return { status: 400, headers: json, body: { error: 'bad_request', message, status: 400 } }
}

test('webhook and priority are taken out before the worker judges its input', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  // The worker's schema takes no other properties.
  expect((await seek.submit({ ...PROFILE, webhook: 'https://client.example/hook', priority: 'high' })).status).toBe(202)
  expect((await seek.submit({ ...PROFILE, priority: 'low' })).status).toBe(202)
  expect(await seek.submit({ ...PROFILE, urgency: 'high' })).toEqual(unprocessable('urgency is not allowed'))
})

test.each([
  ['has a field of another type', { profile_url: 7 }, 'linkedin-profile', 'profile_url must be a string'],
  ['has a field that is null', { profile_url: null }, 'linkedin-profile', 'profile_url must be a string'],
  ['has a text of another format', { profile_url: 'no url' }, 'linkedin-profile', 'profile_url must be a valid uri'],
  ['has an empty text', { query: '' }, 'places-search', 'query must have at least 1 character'],
  ['has a number that is too large', { query: 'tea', limit: 51 }, 'places-search', 'limit must be at most 50'],
  ['has a number that is no integer', { query: 'tea', limit: 1.5 }, 'places-search', 'limit must be an integer'],
  ['has a list that is empty', { emails: [] }, 'email-verifier', 'emails must have at least 1 item'],
  [
    'has a bad entry in a list',
    { emails: ['a@harbourline.example', 'b'] },
    'email-verifier',
    'emails[1] must be a valid email',
  ],
] as const)('input that %s is a 422 that names the field', async (_, body, worker, message) => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  expect(await seek.submit(body, worker)).toEqual(unprocessable(message))
  expect(await seek.jobs()).toEqual([])
  expect((await seek.credits()).balance).toBe(100)
})

test.each(ENTRY_POINTS)('a required field that is missing is a 400, for every worker ($name)', async (entry) => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', { accounts: { default: { plan: 'enterprise' } } })
  const seek = seekClient(await openEntry(entry, mock))
  const { body } = await seek.send('GET', '/workers')
  const { workers } = body as { readonly workers: ReadonlyArray<{ readonly worker_id: string }> }
  expect(workers).toHaveLength(11)
  for (const { worker_id } of workers) {
    const worker = (await seek.send('GET', `/workers/${worker_id}`)).body as {
      readonly input_schema: { readonly required: readonly string[] }
    }
    const [field] = worker.input_schema.required
    expect(await seek.submit({}, worker_id)).toEqual(bad(`${field} is required`))
    // What is missing is told first, whatever else is wrong.
    expect(await seek.submit({ odd: true }, worker_id)).toEqual(bad(`${field} is required`))
  }
})

test('a field that is missing further inside is a 400 as well', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const input_schema = {
    type: 'object',
    properties: { to: { type: 'array', items: { type: 'object', required: ['street'] } } },
  }
  mock.play('seek/happy-path', { data: { workers: { 'address-normalizer': { input_schema } } } })
  const seek = seekClient(mock.fetch)
  expect(await seek.submit({ to: [{ street: 'Quay 1' }, {}] }, 'address-normalizer')).toEqual(
    bad('to[1].street is required'),
  )
  expect(await seek.submit({ to: 'Quay 1' }, 'address-normalizer')).toEqual(unprocessable('to must be an array'))
})

test.each([
  ['a priority that does not exist', { ...PROFILE, priority: 'urgent' }, 'priority must be one of low, normal, high'],
  ['a webhook that is no URL', { ...PROFILE, webhook: 'hook' }, 'webhook must match the pattern ^https?://'],
  [
    'a webhook of another scheme',
    { ...PROFILE, webhook: 'ftp://client.example/hook' },
    'webhook must match the pattern ^https?://',
  ],
  ['a list', [PROFILE], 'the body must be an object'],
  ['a text', '"profile"', 'the body must be an object'],
  ['null', 'null', 'the body must be an object'],
] as const)('%s is a 400, since the API itself reads it', async (_, body, message) => {
  const mock = frozenMock({ vendors: ['seek'] })
  expect(await seekClient(mock.fetch).submit(body)).toEqual(bad(message))
})

test.each(ENTRY_POINTS)(
  'a body that is not JSON, and one that is not sent as JSON, are a 400 each ($name)',
  async (entry) => {
    const mock = frozenMock({ vendors: ['seek'] })
    const fetch = await openEntry(entry, mock)
    const send = (body: BodyInit | null, type?: string) =>
      read(
        fetch(
          new Request(`${SEEK}/workers/linkedin-profile/jobs`, {
            method: 'POST',
            headers: { 'x-api-key': SEEK_KEY, ...(type !== undefined && { 'content-type': type }) },
            body,
          }),
        ),
      )
    const unreadable = bad('The request body is not a JSON object.')
    expect(await send('{ "profile_url": ', 'application/json')).toEqual(unreadable)
    expect(await send('', 'application/json')).toEqual(unreadable)
    expect(await send(null)).toEqual(unreadable)
    expect(await send(new Uint8Array([0x7b, 0xff, 0x7d]), 'application/json')).toEqual(unreadable)
    const wrongType = bad('The request body must be sent as application/json.')
    expect(await send(JSON.stringify(PROFILE), 'text/plain')).toEqual(wrongType)
    expect(await send(new URLSearchParams(PROFILE))).toEqual(wrongType)
    expect((await send(JSON.stringify(PROFILE), 'Application/JSON; charset=utf-8')).status).toBe(202)
  },
)

test.each([
  ['/workers?page=0', 'query parameter page must be at least 1'],
  ['/workers?per_page=101', 'query parameter per_page must be at most 100'],
  ['/workers?per_page=many', 'query parameter per_page must be an integer'],
] as const)('%s is a 400 that names the parameter', async (path, message) => {
  const mock = frozenMock({ vendors: ['seek'] })
  expect(await seekClient(mock.fetch).send('GET', path)).toEqual(bad(message))
})

test('the catalogue is found by category and by text, and is cut into pages', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  const list = async (query: string) => {
    const { body } = await seek.send('GET', `/workers${query}`)
    const { workers, ...page } = body as { workers: Array<{ worker_id: string }> }
    return { ids: workers.map((worker) => worker.worker_id), ...page }
  }
  const all = await list('')
  expect(all).toMatchObject({ page: 1, per_page: 20, total: 11 })
  expect(all.ids).toEqual(all.ids.toSorted())
  expect(all.ids).not.toContain('menu-translator')
  expect(await list('?page=2&per_page=5')).toEqual({ ids: all.ids.slice(5, 10), page: 2, per_page: 5, total: 11 })
  expect(await list('?page=9&per_page=5')).toEqual({ ids: [], page: 9, per_page: 5, total: 11 })
  expect((await list('?category=converters')).ids).toEqual(['image-format-converter', 'pdf-text-extractor'])
  expect((await list('?q=PROFILE')).ids).toEqual(['linkedin-profile'])
  expect((await list('?category=converters&q=image&unknown=1')).ids).toEqual(['image-format-converter'])
})

test('a worker that is published shows up in the catalogue and among the deployments', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  const published = await seek.send('POST', '/workers/menu-translator/publish')
  expect(published).toEqual({
    status: 200,
    headers: json,
    body: { worker_id: 'menu-translator', status: 'ACTIVE', published_at: '2026-03-16T10:00:00Z' },
  })
  const { body } = await seek.send('GET', '/me/deployments')
  expect((body as { workers: Array<{ worker_id: string }> }).workers.map((worker) => worker.worker_id)).toEqual([
    'address-normalizer',
    'invoice-field-reader',
    'menu-translator',
  ])
  // Another's worker is none of the caller's.
  expect((await seek.send('POST', '/workers/linkedin-profile/publish')).status).toBe(404)
})

test('input that a job was started with is judged in the order of the checks: worker, body, input, balance', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', { accounts: { default: { credits: 0 } } })
  const seek = seekClient(mock.fetch)
  expect((await seek.submit('{', 'no-such-worker')).status).toBe(404)
  expect((await seek.submit('{')).status).toBe(400)
  expect((await seek.submit({})).status).toBe(400)
  expect((await seek.submit({ profile_url: 7 })).status).toBe(422)
  expect((await seek.submit()).status).toBe(402)
})

test('a result fits the worker that made it', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', { accounts: { default: { plan: 'enterprise' } } })
  const seek = seekClient(mock.fetch)
  const id = await seek.start({ file_url: 'https://client.example/i.pdf' }, 'invoice-field-reader')
  await mock.clock.advance('10s')
  expect(((await seek.job(id)) satisfies Job).result).toEqual({
    invoice_number: expect.stringMatching(/^INV-\d{6}$/) as string,
    issued_on: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string,
    total: expect.any(Number) as number,
    currency: expect.stringMatching(/^(?:CHF|EUR|GBP|USD)$/) as string,
  })
})
