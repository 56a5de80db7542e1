import { expect, onTestFinished, test } from 'vitest'
import { atlas, changedAtlas } from '../../support/mock/atlas.ts'
import { follow } from '../../support/server/follow.ts'
import { assembledOf, ENTRY_POINTS, NOW, openEntry } from '../../support/mock/mock.ts'
import { dial, eventually } from '../../support/server/server.ts'
import { serveMock } from '../../../mocks/connect/server/start-server.ts'
import {
  QUESTION,
  NEVER,
  RUN,
  event,
  BEGINNING,
  STEP,
  TOKENS,
  WHOLE,
  open,
  socket,
  inProcess,
} from '../../support/mock/atlas-stream.ts'

test.each(ENTRY_POINTS)('the clock delivers exactly what has fallen due, through $name', async (entry) => {
  const client = atlas()
  const { response, body } = await open(entry, client)
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  await body.is(BEGINNING)
  await client.mock.clock.advance('499ms')
  expect(body.text()).toBe(BEGINNING)
  await client.mock.clock.advance('1ms')
  await body.is(BEGINNING + STEP)
  await client.mock.clock.advance('1500ms')
  await body.is(BEGINNING + STEP + TOKENS[0] + TOKENS[1])
  await client.mock.clock.advance('1h')
  expect(await body.end).toEqual({ text: WHOLE, broken: undefined })
})

test('a clock that jumps sends the same bytes', async () => {
  const client = atlas()
  const { body } = await open(inProcess, client)
  await client.mock.clock.set(NOW + 3_600_000)
  expect(await body.end).toEqual({ text: WHOLE, broken: undefined })
})

test('while it lasts it is held, and the journal shows what was sent, and when', async () => {
  const client = atlas()
  const { mock } = client
  const { body } = await open(inProcess, client)
  expect(mock.held()).toEqual([
    {
      exchange: 1,
      vendor: 'atlas',
      operation: 'streamRun',
      method: 'POST',
      path: '/runs/stream',
      until: NOW + 500,
      reason: 'stream',
    },
  ])
  await mock.clock.advance('1500ms')
  const [exchange] = mock.journal.exchanges()
  expect(exchange!.sent).toEqual([
    { at: NOW, event: 'init', id: undefined, data: JSON.stringify(RUN) },
    { at: NOW, event: 'queued', id: '0', data: '{"place":1}' },
    { at: NOW + 500, event: 'step_started', id: '1', data: '{"step":"search","title":"District Assurance"}' },
    { at: NOW + 1500, event: 'token', id: '2', data: '{"token":"word 1 "}' },
  ])
  expect(exchange!.response).toMatchObject({ status: 200, body: body.text() })
  expect(mock.journal.explain()).toContain('-> 200 by handle: run_f6c5985d0525; 4 events sent')
  await mock.clock.advance('1h')
  expect(mock.held()).toEqual([])
  expect(mock.journal.exchanges()[0]).toMatchObject({ at: NOW, hold: 2, aborted: false })
})

test.each(ENTRY_POINTS)('its slot is free when it has ended, through $name', async (entry) => {
  const client = atlas()
  const { body } = await open(entry, client)
  expect((await client.send('GET', '/runs/x')).status).toBe(429)
  await client.mock.clock.advance('3400ms')
  expect((await client.send('GET', '/runs/x')).status).toBe(429)
  await client.mock.clock.advance('100ms')
  await body.end
  expect((await client.send('GET', '/runs/x')).status).toBe(404)
})

test.each(ENTRY_POINTS)('a client that leaves frees it at once, through $name', async (entry) => {
  const client = atlas()
  const { mock } = client
  const { body, abort } = await open(entry, client)
  await mock.clock.advance('2s')
  await body.is(BEGINNING + STEP + TOKENS[0] + TOKENS[1])
  abort()
  await eventually(() => mock.held().length === 0)
  expect((await client.send('GET', '/runs/x')).status).toBe(404)
  expect(mock.journal.exchanges()[0]).toMatchObject({ aborted: true, response: { status: 200 } })
  expect(mock.journal.explain()).toContain('; 5 events sent; the client went away')
  await mock.clock.advance('1h')
  expect(mock.journal.exchanges()[0]!.sent).toHaveLength(5)
  expect((await client.send('GET', '/runs/run_f6c5985d0525')).body).toMatchObject({ status: 'completed' })
})

test('a reader that cancels frees it too', async () => {
  const client = atlas()
  const { body } = await open(inProcess, client)
  await body.cancel()
  expect(client.mock.held()).toEqual([])
  expect((await client.send('GET', '/runs/x')).status).toBe(404)
})

test('a client that has left before it begins gets nothing of it', async () => {
  const client = atlas()
  client.mock.play([], { latency: '1s' })
  const opening = open(inProcess, client, '/runs/stream', { signal: AbortSignal.abort() })
  await expect(opening).rejects.toThrow('aborted')
  expect(client.mock.held()).toEqual([])
})

test('its slot outlives its lease', async () => {
  const client = atlas()
  client.mock.play([], NEVER)
  await open(inProcess, client)
  await client.mock.clock.advance('299s')
  expect((await client.send('GET', '/runs/x')).status).toBe(429)
  await client.mock.clock.advance('1s')
  expect((await client.send('GET', '/runs/x')).status).toBe(404)
})

test.each(ENTRY_POINTS)('errors before it begins are answered in JSON, through $name', async (entry) => {
  const client = atlas()
  client.mock.play([], { accounts: { default: { credits: 1 } } })
  const send = await openEntry(entry, client.mock)
  const broke = await send(client.request('POST', '/runs/stream', QUESTION))
  expect([broke.status, broke.headers.get('content-type'), await broke.text()]).toEqual([
    402,
    'application/json',
    '{"error":"no credits"}',
  ])
  const wrong = await send(client.request('POST', '/runs/stream', {}))
  expect([wrong.status, await wrong.text()]).toEqual([422, '{"error":"not so"}'])
})

test('comments keep it alive, and after five minutes it ends with a timeout while the job runs on', async () => {
  const client = atlas()
  client.mock.play([], { ...NEVER, jobs: { run: { timings: { pending: '40s', running: 'never' } } } })
  const { body } = await open(inProcess, client)
  await client.mock.clock.advance('40s')
  const pulse = ': keepalive\n\n'
  await body.is(BEGINNING + pulse + pulse + STEP)
  await client.mock.clock.advance('1h')
  const { text } = await body.end
  expect(text).toBe(
    BEGINNING +
      pulse +
      pulse +
      STEP +
      TOKENS.join('') +
      event('step_completed', { step: 'search', title: 'Future Identity', ok: true }, 5) +
      pulse.repeat(17) +
      event('timeout', { run_id: RUN.run_id }),
  )
  expect((await client.send('GET', `/runs/${RUN.run_id}`)).body).toMatchObject({ status: 'running' })
})

test('the first event of each stream says how long to wait before it is opened again, divided by the pace', async () => {
  const file = changedAtlas(['stream: { on: run }', 'stream: { on: run, retry: 3s }'])
  const client = atlas({ vendors: [file], pace: 7 })
  const run = await client.start()
  await client.mock.clock.advance('1h')
  const follow = async (headers: Record<string, string> = {}): Promise<string> => {
    const init = { headers: { 'x-api-key': 'atlas_any', accept: 'text/event-stream', ...headers } }
    return (await client.mock.fetch(client.request('GET', `/runs/${run}/stream`, undefined, init))).text()
  }
  const first = await follow()
  expect(first).toMatch(/^retry: 429\nevent: queued\nid: 0\n/)
  expect(first.match(/retry:/g)).toHaveLength(1)
  expect(await follow({ 'last-event-id': '4' })).toMatch(/^retry: 429\nevent: step_completed\nid: 5\n/)
  expect(
    client.mock.journal
      .exchanges()
      .at(-1)!
      .sent.map(({ retry }) => retry),
  ).toEqual([429, undefined])
})

test('a verb ends the job and with it the stream, at once', async () => {
  const client = atlas()
  client.mock.play([], { limits: { 'in-flight': { limit: null } } })
  const { body } = await open(inProcess, client)
  await client.mock.clock.advance('1s')
  expect((await client.send('DELETE', `/runs/${RUN.run_id}`)).status).toBe(200)
  const stopped = { ...RUN, status: 'cancelled', credits: 2 }
  expect(await body.end).toEqual({
    text: BEGINNING + STEP + event('stopped', { after: 500 }, 2) + event('done', stopped),
    broken: undefined,
  })
})

test('a job that waits for a verb is followed on when it comes', async () => {
  const client = atlas()
  client.mock.play([], { limits: { 'in-flight': { limit: null } } })
  const { body } = await open(inProcess, client)
  await client.mock.clock.advance('600ms')
  client.mock.do('atlas', RUN.run_id, 'ask')
  await client.mock.clock.advance('12s')
  await body.is(BEGINNING + STEP + event('waiting', {}, 2) + event('waiting', {}, 3))
})

test('latency comes before it, pace makes it shorter', async () => {
  const client = atlas({ pace: 10 })
  client.mock.play([], { latency: '2s' })
  const opening = open(inProcess, client)
  await client.mock.settled({ held: 1 })
  expect(client.mock.held()[0]).toMatchObject({ until: NOW + 2000, reason: 'latency' })
  await client.mock.clock.advance('2s')
  const { body } = await opening
  const { text } = await body.end
  expect(text.replaceAll(/^data.*\n/gm, '')).toBe(WHOLE.replaceAll(/^data.*\n/gm, ''))
})

test('a client that comes back names the last event it has had', async () => {
  const client = atlas()
  client.mock.play([], { limits: { 'in-flight': { limit: null } } })
  const run = await client.start()
  await client.mock.clock.advance('1h')
  const headers = { 'x-api-key': 'atlas_any', accept: 'text/event-stream' }
  const all = await open(inProcess, client, `/runs/${run}/stream`, { headers })
  const whole = (await all.body.end).text
  expect([...whole.matchAll(/^id: (\d)/gm)].map(([, id]) => id)).toEqual(['0', '1', '2', '3', '4', '5', '6'])
  const rest = await open(inProcess, client, `/runs/${run}/stream`, { headers: { ...headers, 'last-event-id': '4' } })
  expect((await rest.body.end).text).toBe(whole.slice(whole.indexOf('event: step_completed')))
})

test('if the document has JSON too, only a client that accepts a stream gets one', async () => {
  const client = atlas()
  const run = await client.start()
  const { status, headers, body } = await client.send('GET', `/runs/${run}/stream`)
  expect([status, headers['content-type']]).toEqual([200, 'application/json'])
  expect(body).toMatchObject({ run_id: run, status: 'pending' })
})

test('a stream whose job is gone before its answer leaves is empty', async () => {
  const client = atlas()
  client.mock.play([], { latency: '5s' })
  const headers = { 'x-api-key': 'atlas_any', accept: 'text/event-stream', 'content-type': 'application/json' }
  const pending = client.mock.fetch('https://api.atlas.example/runs/stream', {
    method: 'POST',
    headers,
    body: JSON.stringify(QUESTION),
  })
  await client.mock.settled({ held: 1 })
  client.mock.reset()
  const response = await pending
  expect([response.status, await response.text()]).toEqual([200, ''])
  expect(client.mock.held()).toEqual([])
})

test('reset ends it, and closing a session too', async () => {
  const client = atlas()
  const { body } = await open(inProcess, client)
  client.mock.reset()
  expect(await body.end).toEqual({ text: BEGINNING, broken: undefined })
  using session = client.mock.session()
  const key = session.credentials('atlas').active
  const response = await session.fetch(
    client.request('POST', '/runs/stream', QUESTION, {
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
    }),
  )
  const followed = follow(response)
  session[Symbol.dispose]()
  expect((await followed.end).broken).toBeUndefined()
})

test('on a socket the events of one instant are one chunk, sent when they are due', async () => {
  const client = atlas()
  const server = await serveMock(assembledOf(client.mock), { port: 0 })
  onTestFinished(server.close)
  const wire = await dial(server.port)
  const body = JSON.stringify(QUESTION)
  wire.write(
    `POST /atlas/runs/stream HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx-api-key: atlas_any\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  await client.mock.settled({ held: 1 })
  await client.mock.clock.advance('1h')
  const { text } = await wire.closed
  const [head, ...rest] = text.split('\r\n\r\n')
  expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\ncontent-type: text\/event-stream\r\n/)
  expect(head).toContain('Transfer-Encoding: chunked')
  const chunks = [...rest.join('\r\n\r\n').matchAll(/^[0-9a-f]+\r\n([^\r]*)\r\n/gm)].map(([, chunk]) => chunk)
  // Events that happen at the instant of the one before them.
  expect(chunks).toEqual([...WHOLE.split(/(?<=\n\n)(?!event: (?:queued|finished|done))/), ''])
})

test('a server that stops does not wait for a stream whose clock stands still', async () => {
  const client = atlas()
  const server = await serveMock(assembledOf(client.mock), { port: 0 })
  const response = await fetch(`${server.url}/atlas/runs/stream`, client.request('POST', '/runs/stream', QUESTION))
  const body = follow(response)
  await body.is(BEGINNING)
  await server.close()
  expect((await body.end).broken).toBe('UND_ERR_SOCKET')
})

test('a server that stops lets a stream end that its clock brings to an end', async () => {
  const client = atlas({ clock: {}, pace: 10 })
  const server = await serveMock(assembledOf(client.mock), { port: 0 })
  const response = await fetch(`${server.url}/atlas/runs/stream`, client.request('POST', '/runs/stream', QUESTION))
  const body = follow(response)
  await eventually(() => body.text().includes('queued'))
  await server.close()
  const { text, broken } = await body.end
  expect(broken).toBeUndefined()
  expect(text).toContain('event: done')
})

test.each([
  ['a socket', socket],
  ['mock.fetch', inProcess],
])('nothing is made for a client that does not read, until it reads: %s', async (_, entry) => {
  const many = changedAtlas(
    ['every: 500ms, times: 3', 'every: 1ms, times: 900'],
    ["{ token: 'word {$event.nth} ' }", "{ token: '{$job.question}' }"],
  )
  const client = atlas({ vendors: [many] })
  const send = await openEntry(entry, client.mock)
  const response = await send(client.request('POST', '/runs/stream', { question: 'x'.repeat(50_000) }))
  await client.mock.clock.advance('1h')
  const sent = (): number => client.mock.journal.exchanges()[0]!.sent.length
  expect(sent()).toBeGreaterThan(5)
  expect(sent()).toBeLessThan(600)
  const { text } = await follow(response).end
  expect(text.match(/^event: token$/gm)?.length).toBe(900)
  expect(text).toContain('event: done')
  expect(sent()).toBe(906)
})
