import { expect, test } from 'vitest'
import { atlas, changedAtlas } from '../../support/mock/atlas.ts'
import { takeBreaches } from '../../support/mock/check-replies.ts'
import { ENTRY_POINTS } from '../../support/mock/mock.ts'
import {
  QUESTION,
  RUN,
  event,
  half,
  INIT,
  BEGINNING,
  STEP,
  WHOLE,
  open,
  inProcess,
} from '../../support/mock/atlas-stream.ts'

test('data that breaks its schema is a breach, and the stream goes on', async () => {
  const client = atlas({ vendors: [changedAtlas(['data: { step: search, ok: true }', 'data: { step: dig }'])] })
  const { body } = await open(inProcess, client)
  await client.mock.clock.advance('1h')
  expect((await body.end).text).toContain('event: done')
  expect(takeBreaches()).toEqual(client.mock.breaches())
  expect(client.mock.breaches()).toEqual([
    'atlas streamRun event step_completed: data at /step: step must be one of search.',
  ])
})

/* Faults */

const LATE = { for: '30s' }

test.each([
  [{ fault: 'truncate' }, INIT + half(event('queued', { place: 1 }, 0)), 'UND_ERR_SOCKET'],
  [{ fault: 'truncate', after: 0 }, half(INIT), 'UND_ERR_SOCKET'],
  [{ fault: 'empty-response', after: 3 }, BEGINNING + STEP, undefined],
  [{ fault: 'connection-reset', after: 3 }, BEGINNING + STEP, 'ECONNRESET'],
  [{ fault: 'malformed-response-chunk', after: 2 }, BEGINNING + half(STEP), 'HTTPParserError'],
  [{ fault: 'hang', after: 3, ...LATE }, BEGINNING + STEP, 'UND_ERR_SOCKET'],
  [
    { stream: 'error', after: 3 },
    `${BEGINNING}${STEP}${event('error', { run_id: RUN.run_id, message: 'It broke.\nTry again.' })}`,
    undefined,
  ],
  [{ stream: 'timeout' }, INIT + event('timeout', { run_id: RUN.run_id }), undefined],
  [{ fault: 'slow-body' }, WHOLE, undefined],
  [{ fault: 'wrong-content-length' }, WHOLE, undefined],
])('a scenario breaks it off: %j', async (then, text, broken) => {
  for (const entry of ENTRY_POINTS) {
    const client = atlas()
    client.mock.play([], { rules: [{ when: { operation: 'streamRun' }, then: then as never }] })
    const { body } = await open(entry, client)
    await client.mock.settled()
    await client.mock.clock.advance('1h')
    // MSW tells of no broken answer whose length nobody knows: the stream just ends.
    expect([entry.name, await body.end]).toEqual([
      entry.name,
      { text, broken: entry.name.startsWith('MSW') ? undefined : broken },
    ])
    expect((await client.send('GET', '/runs/x')).status).toBe(404)
    const [exchange] = client.mock.journal.exchanges()
    expect(exchange).toMatchObject({
      job: RUN.run_id,
      fault: text === WHOLE ? undefined : (then as { fault?: string }).fault,
      aborted: false,
    })
  }
})

test('a stream that hangs is silent, also when its job is moved, until its client gives up', async () => {
  const client = atlas()
  client.mock.play([], { rules: [{ then: { fault: 'hang', after: 2 } }] })
  const { body, abort } = await open(inProcess, client)
  await client.mock.clock.advance('1s')
  client.mock.do('atlas', RUN.run_id, 'cancel')
  await client.mock.clock.advance('1m')
  expect(body.text()).toBe(BEGINNING)
  expect(client.mock.held()).toMatchObject([{ reason: 'hang', until: Number.POSITIVE_INFINITY }])
  expect(client.mock.journal.explain()).toContain('-> 200 with hang by handle')
  abort()
  expect((await body.end).text).toBe(BEGINNING)
  expect(client.mock.held()).toEqual([])
})

test('a fault without "after" that leaves no answer stands in place of the stream', async () => {
  for (const at of ['handle', 'reply'] as const) {
    const client = atlas()
    client.mock.play([], { rules: [{ when: { operation: 'streamRun' }, then: { fault: 'empty-response' }, at }] })
    await expect(client.mock.fetch(client.request('POST', '/runs/stream', QUESTION))).rejects.toThrow('fetch failed')
    expect(client.mock.journal.exchanges()[0]).toMatchObject({ response: undefined, sent: [] })
    expect((await client.send('GET', '/runs/x')).status).toBe(404)
  }
})

test('"after" spares answers that are no streams', async () => {
  const client = atlas()
  client.mock.play([], { rules: [{ then: { fault: 'connection-reset', after: 2 } }] })
  expect(await client.send('GET', '/runs/x')).toMatchObject({ status: 404 })
  expect(client.mock.journal.exchanges()[0]!.fault).toBeUndefined()
})

/* The server */
