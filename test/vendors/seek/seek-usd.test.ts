import { existsSync, readFileSync } from 'node:fs'
import { createMock } from 'sparring'
import { expect, test } from 'vitest'
import { frozenMock, NOW, read } from '../../support/mock/mock.ts'

const DOSSIER = '../shared/vendors/seek/dossier.md'
const API = 'https://api.seek-api.com/v1'
/** The guides' own sample has no prefix. */
const KEY = 'dGh3oK9xVmN_2aBc'

function open() {
  const mock = frozenMock({ vendors: { seek: { dialect: 'usd' } } })
  const send = async (method: string, path: string, body?: object, key: string | undefined = KEY) => {
    const headers = { 'content-type': 'application/json', ...(key !== '' && { 'x-api-key': key }) }
    return read(mock.fetch(API + path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }))
  }
  const start = async (worker: string, input: object): Promise<string> => {
    const { status, body } = await send('POST', `/workers/${worker}/jobs`, input)
    expect(status).toBe(202)
    return (body as { job_uuid: string }).job_uuid
  }
  const job = async (id: string) => (await send('GET', `/jobs/${id}`)).body as Record<string, unknown>
  return { mock, send, start, job }
}

/** The shape of a value: types for leaves, so that two samples can be compared. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return []
  if (value === null || typeof value !== 'object') return typeof value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, shape(entry)]))
}

test.skipIf(!existsSync(DOSSIER))("a job that has succeeded has the shape of the guides' sample", async () => {
  const text = readFileSync(DOSSIER, 'utf8')
  const sample = JSON.parse(/### Dialect B job body[^\n]*\n```json\n([\s\S]*?)```/.exec(text)![1]!) as object
  const { mock, start, job } = open()
  const id = await start('text-summarizer', { text: 'A long story.' })
  await mock.clock.advance('10s')
  const done = await job(id)
  expect(Object.keys(done)).toEqual(Object.keys(sample))
  expect(shape({ ...done, output: { ...(done['output'] as object), data: {} } })).toEqual(shape(sample))
  expect(done).toMatchObject({
    worker_id: 'text-summarizer',
    status: 'SUCCEEDED',
    cost: { total_usd: 0.01, run_usd: 0.01, infra_usd: 0, billing_mode: 'per_run' },
    error: null,
  })
})

test('a job passes the states of the guides, and its instants have milliseconds', async () => {
  const { mock, send, start, job } = open()
  const receipt = await send('POST', '/workers/linkedin-profile/jobs', { profile_url: 'https://linkedin.com/in/x' })
  expect(receipt.body).toEqual({ job_uuid: expect.stringMatching(/^job_/) as string, status: 'ACCEPTED' })
  const id = await start('linkedin-profile', { profile_url: 'https://linkedin.com/in/y' })
  const seen: unknown[] = []
  for (const step of ['0ms', '1s', '4210ms']) {
    await mock.clock.advance(step)
    const { status, timestamps } = await job(id)
    seen.push([status, timestamps])
  }
  const submitted_at = '2026-03-16T10:00:00.000Z'
  const started_at = '2026-03-16T10:00:01.000Z'
  const finished_at = '2026-03-16T10:00:05.210Z'
  expect(seen).toEqual([
    ['QUEUED', { submitted_at, started_at: null, finished_at: null, duration_ms: null }],
    ['RUNNING', { submitted_at, started_at, finished_at: null, duration_ms: null }],
    ['SUCCEEDED', { submitted_at, started_at, finished_at, duration_ms: 4210 }],
  ])
})

test.each([
  ['failed', 'FAILED', 'WORKER_ERROR'],
  ['timeout', 'TIMED_OUT', 'TIMEOUT'],
] as const)('a job that ends as %s is %s, costs nothing and says why', async (outcome, status, code) => {
  const { mock, start, job } = open()
  mock.play('seek/happy-path', { jobs: { job: { outcome } } })
  const id = await start('text-summarizer', { text: 'x' })
  await mock.clock.advance('10s')
  const cost = { total_usd: 0, run_usd: 0, infra_usd: 0, billing_mode: 'per_run' }
  expect(await job(id)).toMatchObject({ status, cost, output: null, error: { code } })
})

test('a job that is cancelled in the queue is CANCELED, with one L, and never started', async () => {
  const { send, start } = open()
  const id = await start('text-summarizer', { text: 'x' })
  expect((await send('DELETE', `/jobs/${id}`)).body).toMatchObject({
    status: 'CANCELED',
    timestamps: { started_at: null, duration_ms: null },
  })
})

test('the output of a worker is an object or a list, and files are beside it', async () => {
  const { mock, start, job } = open()
  const image = await start('image-format-converter', { image_url: 'https://files.example/a.gif' })
  const mails = await start('email-verifier', { emails: ['a@b.example'] })
  await mock.clock.advance('10s')
  expect(await job(image)).toMatchObject({
    output: { kind: 'object', data: { target_format: 'webp' }, items: [], meta: { ok: true, warnings: [] } },
    files: [{ name: 'converted.webp', url: expect.stringMatching(/^https:\/\/storage\.seek-api\.com\//) as string }],
    cost: { total_usd: 0.0005 },
  })
  const { output, files } = await job(mails)
  expect(output).toMatchObject({ kind: 'list', data: null, meta: { processed_count: expect.any(Number) as number } })
  expect([Object.keys((output as { items: object[] }).items[0]!), files]).toEqual([
    ['email', 'status', 'score', 'syntax_valid', 'mx_found'],
    [],
  ])
})

test('the catalogue is open to all, and priced in USD for each run', async () => {
  const { send } = open()
  const { status, body } = await send('GET', '/workers?category=ai-agents&q=text', undefined, '')
  const { workers } = body as { workers: object[] }
  expect([status, Object.keys(body as object), workers]).toEqual([
    200,
    ['workers'],
    [
      {
        worker_id: 'text-summarizer',
        name: 'Text Summarizer',
        price_per_run_usd: 0.01,
        billing_mode: 'per_run',
        short_description: 'Boils a text down to a few points.',
        category: 'ai-agents',
        tags: ['text', 'summary'],
      },
    ],
  ])
  expect((await send('GET', '/me', undefined, '')).status).toBe(401)
})

test('a worker shows its timeout, but no price', async () => {
  const { send } = open()
  const { body } = await send('GET', '/workers/text-summarizer')
  expect(Object.keys(body as object).sort()).toEqual([
    'billing_mode',
    'input_schema',
    'name',
    'output_schema',
    'readme_content',
    'status',
    'timeout_seconds',
    'worker_id',
  ])
})

test('keys of any form pass, and those that end in revoked do not', async () => {
  const { mock, send } = open()
  expect((await send('GET', '/me')).status).toBe(200)
  expect((await send('GET', '/me', undefined, 'dGh3revoked')).status).toBe(401)
  expect(mock.credentials('seek').active).toBe('sparring00main')
  expect((await send('GET', '/me', undefined, mock.credentials('seek').active)).status).toBe(200)
})

test('a job of one dialect is read in the other', async () => {
  const { mock, send } = open()
  const submitted = await send('POST', '/workers/text-summarizer/jobs', { text: 'x' }, 'sk_live_any')
  const { job_uuid: id } = submitted.body as { job_uuid: string }
  await mock.clock.advance('10s')
  mock.play('seek/happy-path', { dialect: 'credits' })
  expect((await send('GET', `/jobs/${id}`, undefined, 'sk_live_any')).body).toMatchObject({
    job_uuid: id,
    status: 'completed',
    cost_credits: 1,
    duration_ms: 4210,
  })
  expect(mock.journal.exchanges().map(({ dialect }) => dialect)).toEqual(['usd', 'credits'])
})

test('without a choice of dialect, prices of Seek are in credits', async () => {
  using mock = createMock({ vendors: ['seek'], clock: { at: NOW } })
  const answer = await mock.fetch(`${API}/workers/text-summarizer`, { headers: { 'x-api-key': 'sk_live_any' } })
  expect(await answer.json()).toMatchObject({ price_credits: 1, max_duration: 60 })
})
