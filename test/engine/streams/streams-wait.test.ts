import { expect, test } from 'vitest'
import { ATLAS, atlas, type AtlasClient, changedAtlas } from '../../support/mock/atlas.ts'
import { type Followed, follow } from '../../support/server/follow.ts'
import { NOW } from '../../support/mock/mock.ts'
import { control, eventually, open } from '../../support/server/server.ts'

const QUESTION = { question: 'Why?' }

/** One run at a time for an account; the others stay pending. */
const narrow = (): AtlasClient =>
  atlas({
    vendors: [
      changedAtlas(
        ['limit: 1,', 'limit: 9,'],
        [
          '{ for: 500ms, then: running,',
          "{ for: 500ms, then: running, slots: { per: ['{$account.id}'], capacity: 1 },",
        ],
      ),
    ],
  })

/** One request at a time, and one that waits for it. */
const queueing = (): AtlasClient => atlas({ vendors: [changedAtlas(['limit: 1,', 'limit: 1, queue: 1,'])] })

async function stream({ mock, request }: AtlasClient, init?: RequestInit): Promise<Followed> {
  return follow(await mock.fetch(request('POST', '/runs/stream', QUESTION, init)))
}

function typesIn(text: string): string[] {
  return [...text.matchAll(/^event: (.*)$/gm)].map(([, type]) => type!)
}

test('a stream whose job waits for a slot continues at the instant at which another job ends, without any request', async () => {
  const client = narrow()
  await client.start()
  const body = await stream(client)
  await client.mock.clock.advance('3499ms')
  expect(typesIn(body.text())).toEqual(['init', 'queued'])
  await client.mock.clock.advance('1ms')
  await eventually(() => typesIn(body.text()).includes('step_started'))
  await client.mock.clock.advance('3s')
  expect(typesIn((await body.end).text).slice(-3)).toEqual(['step_completed', 'finished', 'done'])
  const told = client.mock.journal.exchanges()[1]!.sent.map(({ at, event }) => [event, at - NOW])
  expect(told.filter(([event]) => event === 'step_started' || event === 'done')).toEqual([
    ['step_started', 3500],
    ['done', 6500],
  ])
})

test('a poll and a start that wait continue when a job has got its slot', async () => {
  const client = narrow()
  await client.start()
  const answer = client.send('POST', '/runs', { ...QUESTION, wait: true })
  await client.mock.settled({ held: 1 })
  const run = client.mock.journal.exchanges()[1]!.job!
  const poll = client.poll(run, 0)
  await client.mock.settled({ held: 2 })
  await client.mock.clock.advance('3500ms')
  expect(await poll).toEqual([[1, 'step_started']])
  await client.mock.clock.advance('3s')
  expect(await answer).toMatchObject({ status: 200, body: { status: 'completed', finished: true } })
})

test('a request that is queued behind a waiting start continues when the job has ended', async () => {
  const client = queueing()
  const { mock, send } = client
  const order: string[] = []
  const first = send('POST', '/runs', { ...QUESTION, wait: true }).then(({ status }) => order.push(`start ${status}`))
  await mock.settled({ held: 1 })
  const second = send('POST', '/runs', { ...QUESTION, wait: true }).then(({ status }) => order.push(`next ${status}`))
  await mock.settled({ held: 2 })
  expect(mock.held().map(({ reason }) => reason)).toEqual(['job', 'queue'])
  await mock.clock.advance('3500ms')
  await mock.settled({ held: 1 })
  expect(mock.held().map(({ reason }) => reason)).toEqual(['job'])
  await mock.clock.advance('3500ms')
  await Promise.all([first, second])
  expect(order).toEqual(['start 200', 'next 200'])
  expect(mock.journal.explain()).toContain('; queued for 3500ms by limit in-flight; held for 3500ms')
})

test('a client that leaves its stream lets the next one in', async () => {
  const client = queueing()
  const controller = new AbortController()
  const body = await stream(client, { signal: controller.signal })
  await eventually(() => typesIn(body.text()).includes('queued'))
  const next = client.send('GET', '/runs/run_old')
  await client.mock.settled({ held: 2 })
  controller.abort()
  expect((await next).status).toBe(200)
})

test('a job that repeats another is streamed and waited for like any other', async () => {
  const client = atlas({
    vendors: [
      changedAtlas([
        'byHand: [ask]',
        "byHand: [ask]\n      repeat: { by: '{$request.body#/question}', outcome: failed }",
      ]),
    ],
  })
  await client.start()
  const body = await stream(client)
  await client.mock.clock.advance('3500ms')
  expect(typesIn((await body.end).text)).toContain('broke')
  const waited = client.send('POST', '/runs', { ...QUESTION, wait: true })
  await client.mock.settled({ held: 1 })
  await client.mock.clock.advance('3500ms')
  expect(await waited).toMatchObject({ status: 200, body: { status: 'failed', credits: 0 } })
})

test('the control API shows a stream while it is held, and reports it when it has ended', async () => {
  const server = await open({ vendors: [ATLAS] })
  const told = follow(await fetch(`${server.url}/__sparring/events`))
  const init = {
    method: 'POST',
    headers: { 'x-api-key': 'atlas_any', 'content-type': 'application/json' },
    body: JSON.stringify(QUESTION),
  }
  const body = follow(await fetch(`${server.url}/atlas/runs/stream`, init))
  await eventually(() => typesIn(body.text()).includes('queued'))
  const held = await control(server, 'GET', '/held')
  expect(held.body).toMatchObject([{ operation: 'streamRun', reason: 'stream', advance: '500ms' }])
  expect(told.text()).not.toContain('event: exchange')
  await control(server, 'POST', '/clock', { advance: '4s' })
  await body.end
  await eventually(() => told.text().includes('event: exchange'))
  expect(told.text()).toContain('; 9 events sent"')
  const journal = await control<{ exchanges: ReadonlyArray<{ sent: readonly object[] }> }>(server, 'GET', '/journal')
  expect(journal.body.exchanges[0]!.sent[1]).toEqual({
    at: NOW,
    event: 'queued',
    id: '0',
    data: '{"place":1}',
  })
  await told.cancel()
})
