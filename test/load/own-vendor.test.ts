import { readFileSync, writeFileSync } from 'node:fs'
import { createMock, InvalidFileError, type Mock } from 'sparring'
import { expect, test } from 'vitest'
import { load } from 'js-yaml'
import { project, sparring } from '../support/processes/cli.ts'
import { serving } from '../support/processes/serving.ts'

const scribe = readFileSync('test/fixtures/own-vendor/scribe.yaml', 'utf8')
const base = 'https://api.scribe.example/v1/transcripts'
const headers = { authorization: 'Bearer scribe_sk_mine', 'content-type': 'application/json' }
const body = JSON.stringify({ audio_url: 'https://files.example/a.mp3' })

/** A folder with the document, and the sidecar that `sparring init` has written beside it. */
async function begun(document = scribe) {
  const cwd = project({ 'scribe.yaml': document })
  const ran = await sparring(['init', 'scribe.yaml'], { cwd })
  const file = `${cwd}/scribe.mock.overlay.yaml`
  return { cwd, ran, file, text: readFileSync(file, 'utf8') }
}

function open(cwd: string): Mock {
  return createMock({
    vendors: [`${cwd}/scribe.yaml`],
    clock: { at: '2026-03-16T10:00:00Z', frozen: true },
    checkReplies: true,
  })
}

async function send(mock: Mock, url: string, method = 'GET') {
  const answer = await mock.fetch(url, { method, headers, ...(method === 'POST' && { body }) })
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> }
}

test('init writes a sidecar, and prints its guesses and the next steps', async () => {
  const { cwd, ran, text } = await begun()
  expect(ran).toEqual({
    code: 0,
    err: '',
    out: `scribe.mock.overlay.yaml says how scribe behaves; scribe.yaml is unchanged.

Guessed
  key      token: without one, or with a bad one, BadKey#key
  job      transcript: createTranscript starts it, getTranscript reads it, cancelTranscript cancels it; queued -> processing -> completed
  credits  1 for a transcript, 100 a month; without, PaymentRequired#credits
  list     listTranscripts: transcripts, by page and per_page
  limit    requests: 120 in 1m, else SlowDown#rate

Next
  npx sparring serve scribe.yaml                plays it at once
  npx sparring check scribe.yaml --assumptions  lists every guess with its line
  edit scribe.mock.overlay.yaml                 put in the numbers that you know
`,
  })
  expect(readFileSync(`${cwd}/scribe.yaml`, 'utf8')).toBe(scribe)
  expect((await begun()).text).toBe(text)
  // Comments say what can be changed, and every guess says why it was made.
  expect(text).toContain('# How many requests pass. Algorithms: fixed-window')
  expect(text).toContain(
    'x-mock-assumed: The document says "120 requests per minute"; that a window holds them is a guess.',
  )
  const checked = await sparring(['check', 'scribe.yaml'], { cwd })
  expect(checked.out).toMatch(/^1 spec, 1 overlay, 0 scenarios: no errors\.\n\d+ assumptions beyond what is documented/)
})

test('init overwrites a file only with --force', async () => {
  const { cwd, file, text } = await begun()
  writeFileSync(file, `${text}# mine\n`)
  const again = await sparring(['init', 'scribe.yaml'], { cwd })
  expect(again).toMatchObject({
    code: 2,
    err: expect.stringContaining(
      'scribe.mock.overlay.yaml already exists. --force overwrites it; --out writes another.',
    ),
  })
  expect(readFileSync(file, 'utf8')).toBe(`${text}# mine\n`)
  expect((await sparring(['init', '--from', 'scribe.yaml', '--force'], { cwd })).code).toBe(0)
  expect(readFileSync(file, 'utf8')).toBe(text)
  const elsewhere = await sparring(['init', '--from', 'scribe.yaml', '--out', 'mine.yaml'], { cwd })
  expect(elsewhere.out).toContain("vendors: { 'scribe.yaml': { overlay: 'mine.yaml' } }")
})

test('init refuses documents from which it cannot start', async () => {
  const cwd = project({ 'own.yaml': `${scribe}x-mock: {}\n`, 'no.yaml': 'openapi: 3.1.0\n' })
  const fail = async (...args: readonly string[]) => (await sparring(['init', ...args], { cwd })).err
  expect(await fail('own.yaml', '--vendor', 'seek')).toContain(
    '--vendor is for a first test, and a document has a vendor of its own.',
  )
  expect(await fail('nowhere.yaml')).toContain('There is no file "nowhere.yaml" for init to start from.')
  expect(await fail('https://acme.example/api.yaml')).toContain(
    'init cannot start from "https://acme.example/api.yaml": a document is read from a file: save it first (curl -o api.yaml https://acme.example/api.yaml), and give its path.',
  )
  expect(await fail('--from', 'own.yaml')).toContain(
    'own.yaml already has an "x-mock", which says how it behaves. Edit that.',
  )
  expect(await fail('--from', 'no.yaml')).toContain('The document has no paths')
})

test('serve plays the document with its sidecar right afterwards', async () => {
  const { cwd } = await begun()
  const { url } = await serving(['scribe.yaml', '--port', '0'], { cwd })
  const started = await fetch(`${url}/v1/transcripts`, { method: 'POST', headers, body })
  const { id } = (await started.json()) as { id: string }
  expect([started.status, id]).toEqual([202, expect.stringMatching(/^tr_[\da-f]{12}$/)])
  const read = await fetch(`${url}/v1/transcripts/${id}`, { headers })
  expect(await read.json()).toMatchObject({ id, audio_url: 'https://files.example/a.mp3' })
})

test('with two lines edited there are a 429, a 402 and a job that completes', async () => {
  const { cwd, file, text } = await begun()
  const edited = text.replace('limit: 120', 'limit: 5').replace('amount: 100', 'amount: 2')
  expect(text.split('\n').filter((line) => !edited.split('\n').includes(line))).toHaveLength(2)
  writeFileSync(file, edited)
  const mock = open(cwd)

  const { body: job } = await send(mock, base, 'POST')
  expect(job).toMatchObject({ status: 'queued', text: null, completed_at: null, created_at: '2026-03-16T10:00:00Z' })
  await mock.clock.advance('3s')
  expect((await send(mock, `${base}/${String(job['id'])}`)).body['status']).toBe('processing')
  await mock.clock.advance('4s')
  expect((await send(mock, `${base}/${String(job['id'])}`)).body).toEqual({
    id: job['id'],
    status: 'completed',
    audio_url: 'https://files.example/a.mp3',
    created_at: '2026-03-16T10:00:00Z',
    completed_at: '2026-03-16T10:00:07Z',
    text: expect.any(String),
    result_url: `https://files.scribe.example/${String(job['id'])}`,
    error: null,
  })

  const second = await send(mock, base, 'POST')
  const broke = await send(mock, base, 'POST')
  expect([second.status, broke.status, broke.body]).toEqual([
    202,
    402,
    { error: { code: 'no_credits', message: 'Buy more credits.', balance: 0 } },
  ])
  const limited = await send(mock, base)
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '53'])

  await mock.clock.advance('1m')
  const over = await send(mock, `${base}/${String(second.body['id'])}`, 'DELETE')
  expect([over.status, over.body]).toEqual([409, { error: { code: 'conflict', message: 'It is over already.' } }])
  const page = await send(mock, `${base}?page=2&per_page=1`)
  expect(page.body).toMatchObject({ total: 2, transcripts: [{ id: job['id'] }] })
  const wrong = await mock.fetch(base, { method: 'POST', headers, body: '{}' })
  expect([wrong.status, await wrong.json()]).toMatchObject([422, { error: { message: 'audio_url is required' } }])
  const nobody = await mock.fetch(base, { headers: { authorization: 'Bearer other' } })
  expect([nobody.status, await nobody.json()]).toMatchObject([401, { error: { code: 'unauthorized' } }])
})

test('a newer version of the document is taken as it is, while the sidecar still fits', async () => {
  const { cwd } = await begun()
  const newer = scribe
    .replace('required: [id, status,', 'required: [id, words, status,')
    .replace('text: { type: [string', 'words: { type: integer, minimum: 0 }\n        text: { type: [string')
  writeFileSync(`${cwd}/scribe.yaml`, newer)
  const mock = open(cwd)
  const { status, body: job } = await send(mock, base, 'POST')
  expect([status, job]).toMatchObject([202, { status: 'queued', words: expect.any(Number) }])
  expect((await send(mock, base)).body).toMatchObject({ transcripts: [{ id: job['id'], words: job['words'] }] })
})

test('parts that a newer version of the document has renamed are reported, each with the nearest path', async () => {
  const { cwd, text } = await begun()
  const newer = scribe
    .replace('/transcripts/{transcript_id}:', '/transcriptions/{transcript_id}:')
    .replaceAll('SlowDown', 'TooFast')
  writeFileSync(`${cwd}/scribe.yaml`, newer)
  const lines = text.split('\n')
  const lineOf = (part: string): number => lines.findIndex((line) => line.includes(part)) + 1
  const error = (() => {
    try {
      return open(cwd)
    } catch (thrown) {
      return thrown
    }
  })() as InvalidFileError
  expect(error).toBeInstanceOf(InvalidFileError)
  const told = error.problems.map(
    ({ code, line, message }) => `${line} ${code}: ${message.split('scribe.yaml: ').at(-1)!}`,
  )
  expect(told).toContain(
    `${lineOf("target: $.paths['/transcripts/{transcript_id}'].get")} overlay-target: "$.paths" has no "/transcripts/{transcript_id}". Did you mean "$.paths['/transcriptions/{transcript_id}'].get"?`,
  )
  expect(told).toContain(
    `${lineOf('target: $.components.responses.SlowDown')} overlay-target: "$.components.responses" has no "SlowDown". Did you mean "$.components.responses.TooFast.content['application/json'].example"?`,
  )
  const checked = await sparring(['check', 'scribe.yaml'], { cwd })
  expect(checked.code).toBe(1)
  expect(checked.out).toContain('overlay-target')
})

test('things that are made and listed become a collection', async () => {
  const cwd = project({
    'notes.yaml': `openapi: 3.1.0
info: { title: Notes, version: '1' }
servers: [{ url: https://notes.example }]
paths:
  /notes:
    get: { operationId: listNotes, responses: { '200': { description: All., content: { application/json: { schema: { type: array, items: &note { type: object, required: [id, text], properties: { id: { type: integer }, text: { type: string } } } } } } } } }
    post: { operationId: makeNote, requestBody: { content: { application/json: { schema: *note } } }, responses: { '201': { description: OperationResult., content: { application/json: { schema: *note } } } } }
  /notes/{note_id}:
    parameters: [{ name: note_id, in: path, required: true, schema: { type: integer } }]
    get: { operationId: getNote, responses: { '200': { description: One., content: { application/json: { schema: *note } } }, '404': { description: None. } } }
`,
  })
  const { out, code } = await sparring(['init', '--from', 'notes.yaml'], { cwd })
  expect(code).toBe(0)
  expect(out).toContain('things  notes: getNote reads one, makeNote makes one')
  expect(out).toContain('No 429 is documented, so nothing limits requests.')
  const overlay = load(readFileSync(`${cwd}/notes.mock.overlay.yaml`, 'utf8')) as { extends: string }
  expect(overlay.extends).toBe('./notes.yaml')
  const mock = createMock({ vendors: [`${cwd}/notes.yaml`], checkReplies: true })
  expect((await (await mock.fetch('https://notes.example/notes')).json()) as unknown[]).toHaveLength(2)
  expect((await mock.fetch('https://notes.example/notes/2')).status).toBe(200)
  expect((await mock.fetch('https://notes.example/notes/9')).status).toBe(404)
})

test('one parameter for things of several kinds is resolved by the operations of each', async () => {
  const both = scribe
    .replaceAll('{transcript_id}', '{id}')
    .replace('name: transcript_id', 'name: id')
    .replace(
      'components:\n',
      `  /transcripts/{id}/audio:
    get:
      parameters: [{ $ref: '#/components/parameters/Id' }]
      responses: { '204': { description: There is none. }, '429': { $ref: '#/components/responses/SlowDown' } }
  /users/{id}:
    get:
      operationId: getUser
      parameters: [{ $ref: '#/components/parameters/Id' }]
      responses: { '200': { description: A user. } }
components:
  parameters: { Id: { name: id, in: path, required: true, schema: { type: string } } }
`,
    )
  const { cwd, text } = await begun(both)
  expect(text).toContain('# {id} names things of several kinds; below /transcripts/{id} it is one of transcripts.')
  expect((await sparring(['check', 'scribe.yaml'], { cwd })).out).toContain(
    '1 spec, 1 overlay, 0 scenarios: no errors.',
  )
  const mock = open(cwd)
  const { body: job } = await send(mock, base, 'POST')
  expect((await send(mock, `${base}/${String(job['id'])}`)).status).toBe(200)
  expect((await mock.fetch(`${base}/${String(job['id'])}/audio`, { headers })).status).toBe(204)
  expect((await mock.fetch(`${base}/tr_other/audio`, { headers })).status).toBe(404)
  expect((await mock.fetch('https://api.scribe.example/v1/users/ann', { headers })).status).toBe(200)
})
