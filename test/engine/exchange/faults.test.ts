import { getEventListeners } from 'node:events'
import type { Mock } from 'sparring'
import { Agent, request } from 'undici'
import { expect, onTestFinished, test } from 'vitest'
import { ENTRY_POINTS, frozenMock, NOW, openEntry } from '../../support/mock/mock.ts'
import { readEntity } from '../../support/vendors/seal.ts'
import { seekWith } from '../../support/vendors/seek.ts'
import { dial, eventually, open, SEEK_KEY } from '../../support/server/server.ts'

const LOST = ['connection-reset', 'empty-response', 'random-data-then-close', 'hang']
const BROKEN = ['truncate', 'malformed-response-chunk', 'wrong-content-length'] as const
const ME = 'GET /seek/v1/me HTTP/1.1\r\nhost: a\r\nx-api-key: sk_live_harbourline\r\n\r\n'
const LATER = { for: '1s' }

/** Sends, and moves the clock past whatever holds the answer. */
async function meet(mock: Mock, call: () => Promise<unknown>): Promise<void> {
  const failed = expect(call()).rejects.toThrow()
  await mock.settled()
  await mock.clock.advance('1s')
  await failed
}

test.each(LOST)('%s at arrival counts nothing', async (fault) => {
  const { mock, seek } = seekWith(
    [{ when: { call: 1 }, then: { fault, ...(fault === 'hang' && LATER) }, at: 'arrival' }],
    { accounts: { default: { plan: 'free' } }, limits: { requests: { capacity: 1, refill: '1 per 60s' } } },
  )
  await meet(mock, () => seek.submit())
  expect(mock.journal.exchanges()[0]!.limits).toEqual([])
  expect(await seek.jobs()).toEqual([])
  expect((await seek.me()).status).toBe(429)
})

test.each([...LOST, ...BROKEN])('after %s at reply the work stays done', async (fault) => {
  const { mock, seek } = seekWith([
    { when: { operation: 'submitJob' }, then: { fault, ...(fault === 'hang' && LATER) }, at: 'reply' },
  ])
  await meet(mock, () => seek.submit())
  expect(await seek.jobs()).toHaveLength(1)
  expect(mock.journal.exchanges()[0]).toMatchObject({ operation: 'submitJob', fault, hold: 5 })
})

test.each(LOST)('%s at handle starts nothing, but counts', async (fault) => {
  const { mock, seek } = seekWith([
    { when: { operation: 'submitJob' }, then: { fault, ...(fault === 'hang' && LATER) } },
  ])
  await meet(mock, () => seek.submit())
  expect(mock.journal.exchanges()[0]!.limits).toHaveLength(1)
  expect(await seek.jobs()).toEqual([])
})

test('a fault goes with the answer of its own rule', async () => {
  const { mock, seek } = seekWith([
    { when: { operation: 'getMe' }, then: { error: 'InternalServerError', fault: 'truncate' } },
    {
      when: { operation: 'getCredits' },
      then: { answer: { status: 503, body: 'down for a while', offContract: 'a gateway' }, fault: 'truncate' },
      at: 'arrival',
    },
  ])
  await expect(seek.me()).rejects.toThrow('terminated')
  await expect(seek.credits()).rejects.toThrow('terminated')
  expect(mock.journal.explain()).toBe(
    '1 +0ms seek GET /v1/me -> 500 with truncate by handle (InternalServerError#unexpected), rule 1 of seek/happy-path\n' +
      '2 +0ms seek GET /v1/me/credits -> 503 with truncate by arrival, rule 2 of seek/happy-path',
  )
})

test('faults follow one another in a sequence, and the journal says which', async () => {
  const { mock, seek } = seekWith([
    {
      when: { operation: 'getMe' },
      then: {
        sequence: [{ fault: 'truncate' }, { fault: 'random-data-then-close' }, { headers: { 'X-Last': 'yes' } }],
      },
    },
  ])
  await expect(seek.me()).rejects.toThrow('terminated')
  await expect(seek.me()).rejects.toThrow('fetch failed')
  expect((await seek.me()).headers).toMatchObject({ 'x-last': 'yes' })
  expect(mock.journal.explain()).toBe(
    '1 +0ms seek GET /v1/me -> 200 with truncate by handle, rule 1 of seek/happy-path: getMe\n' +
      '2 +0ms seek GET /v1/me -> random-data-then-close by handle, rule 1 of seek/happy-path\n' +
      '3 +0ms seek GET /v1/me -> 200 by handle, rule 1 of seek/happy-path: getMe',
  )
  const [truncated, lost] = mock.journal.exchanges()
  expect(truncated!.response).toMatchObject({ status: 200, body: expect.stringMatching(/^\{.*\}$/) as string })
  expect(lost!.response).toBeUndefined()
})

test.each(ENTRY_POINTS)('a body comes as the clock moves ($name)', async (entry) => {
  const { mock } = seekWith([{ then: { fault: 'slow-body', over: '10s' } }])
  const fetch = await openEntry(entry, mock)
  const { body, headers } = await fetch(new Request('https://api.seek-api.com/v1/me', { headers: SEEK_KEY }))
  expect(Number(headers.get('content-length'))).toBe(191)
  expect(mock.held()).toMatchObject([{ reason: 'slow-body', until: NOW + 10_000 }])
  let text = ''
  const whole = (async () => {
    for await (const piece of body!) text += Buffer.from(piece as Uint8Array).toString()
  })()
  await mock.clock.advance('5s')
  await eventually(() => text.length === 104)
  await mock.clock.advance('4999ms')
  await eventually(() => text.length === 173)
  expect(mock.held()).toHaveLength(1)
  await mock.clock.advance('1ms')
  await whole
  expect(JSON.parse(text)).toMatchObject({ plan: 'enterprise' })
  expect(mock.held()).toEqual([])
})

test.each(ENTRY_POINTS.flatMap((entry) => (['hang', 'slow-body'] as const).map((fault) => ({ entry, fault }))))(
  'who leaves while it meets $fault gives its slot back at once ($entry.name)',
  async ({ entry, fault }) => {
    const mock = frozenMock({ vendors: ['seal'] })
    const rules = [{ when: { call: 1 }, then: { fault }, at: 'reply' }] as const
    mock.play('seal/happy-path', { limits: { concurrency: { limit: 1 } }, rules })
    const fetch = await openEntry(entry, mock)
    const leaving = new AbortController()
    const left = fetch(readEntity({ signal: leaving.signal })).then((answer) => answer.text())
    const gone = expect(left).rejects.toMatchObject({ name: 'AbortError' })
    await mock.settled({ held: 1 })
    expect((await fetch(readEntity())).status).toBe(429)
    leaving.abort()
    await gone
    await mock.settled({ held: 0 })
    expect((await fetch(readEntity())).status).toBe(200)
    expect(mock.journal.exchanges()[0]).toMatchObject({ fault, aborted: true })
    expect(mock.journal.explain().split('\n')[0]).toMatch(
      fault === 'hang'
        ? /-> hang by reply, rule 1 of seal\/happy-path; the client went away$/
        : /-> 200 with slow-body by handle, rule 1 of seal\/happy-path: getEntity; the client went away$/,
    )
  },
)

test.each(ENTRY_POINTS.flatMap((entry) => ['reset', 'close', 'dispose'].map((how) => ({ entry, how }))))(
  '$how lets go of what is held ($entry.name)',
  async ({ entry, how }) => {
    const mock = frozenMock({ vendors: ['seek'] })
    const rules = [{ then: { sequence: [{ fault: 'hang' }, { fault: 'slow-body' }] }, at: 'reply' }] as const
    mock.play('seek/happy-path', { rules })
    const fetch = await openEntry(entry, mock)
    const get = () => fetch(new Request('https://api.seek-api.com/v1/me', { headers: SEEK_KEY }))
    const hung = expect(get()).rejects.toThrow('fetch failed')
    await mock.settled({ held: 1 })
    const slow = await get()
    await mock.settled({ held: 2 })
    if (how === 'reset') mock.reset()
    else if (how === 'close') mock.close()
    else mock[Symbol.dispose]()
    await hung
    expect(await slow.json()).toMatchObject({ plan: 'free' })
    expect(mock.held()).toEqual([])
  },
)

test('a request that hangs forever leaves no listener behind', async () => {
  const { mock } = seekWith([{ then: { fault: 'hang' } }])
  mock.clock.flow()
  const leaving = new AbortController()
  const left = mock.fetch('https://api.seek-api.com/v1/me', { headers: SEEK_KEY, signal: leaving.signal })
  await mock.settled({ held: 1 })
  expect(mock.held()[0]!.until).toBe(Number.POSITIVE_INFINITY)
  leaving.abort()
  await expect(left).rejects.toThrow('This operation was aborted')
  expect(getEventListeners(leaving.signal, 'abort')).toHaveLength(0)
  expect(mock.held()).toEqual([])
})

test.each([...BROKEN, 'random-data-then-close', 'empty-response'] as const)(
  'after %s the connection ends, is not used again, and the server lives on',
  async (fault) => {
    const server = await open()
    const { mock, port, url } = server
    mock.play('seek/happy-path', {
      rules: [{ when: { call: 1 }, then: { fault, ...(fault === 'wrong-content-length' && { by: -20 }) } }],
    })
    const wire = await dial(port)
    wire.write(ME)
    expect(await wire.closed).toMatchObject({ error: undefined })
    mock.play('seek/happy-path', { rules: [{ when: { call: 2 }, then: { fault } }] })
    const agent = new Agent({ connections: 1, pipelining: 1 })
    let connections = 0
    agent.on('connect', () => connections++)
    onTestFinished(() => agent.destroy())
    const get = async (): Promise<number> => {
      const { statusCode, body } = await request(`${url}/seek/v1/me`, { headers: SEEK_KEY, dispatcher: agent })
      await body.text()
      return statusCode
    }
    expect(await get()).toBe(200)
    await expect(get()).rejects.toThrow()
    expect([await get(), await get()]).toEqual([200, 200])
    expect(connections).toBe(2)
  },
)

test('a truncated answer has the bytes of the whole in its head and half of them behind it', async () => {
  const { mock, port } = await open()
  mock.play('seek/happy-path', { rules: [{ then: { fault: 'truncate' } }] })
  const wire = await dial(port)
  wire.write(ME)
  const [head, body] = (await wire.closed).text.split('\r\n\r\n') as [string, string]
  expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\ncontent-type: application\/json\r\n[\s\S]*content-length: 181/)
  expect(body).toHaveLength(90)
})

test('garbage is the same for the same exchange, after a good chunk and without one', async () => {
  const texts: string[] = []
  for (let run = 0; run < 2; run++) {
    const { mock, port } = await open()
    const rules = [
      { then: { sequence: [{ fault: 'random-data-then-close' }, { fault: 'malformed-response-chunk' }] } },
    ] as const
    mock.play('seek/happy-path', { rules })
    for (let call = 0; call < 2; call++) {
      const wire = await dial(port)
      wire.write(ME)
      texts.push((await wire.closed).text)
    }
  }
  expect(texts[0]).toMatch(/^[g-z]{48}$/)
  expect(texts[1]).toMatch(/transfer-encoding: chunked[\s\S]*\r\n\r\n5a\r\n\{.{89}\r\n[g-z]{48}\r\n$/i)
  expect(texts.slice(2)).toEqual(texts.slice(0, 2))
})

test('closing a server does not wait for hanging or slow answers', async () => {
  const server = await open({ clock: { frozen: false } })
  server.mock.play('seek/happy-path', { rules: [{ then: { fault: 'hang' } }] })
  const hung = expect(fetch(`${server.url}/seek/v1/me`, { headers: SEEK_KEY })).rejects.toThrow('fetch failed')
  await server.mock.settled({ held: 1 })
  // Whoever waited for what hangs would wait for ever.
  await server.close()
  await hung
})
