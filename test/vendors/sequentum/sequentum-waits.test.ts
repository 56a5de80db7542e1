import { expect, test } from 'vitest'
import { read } from '../../support/mock/mock.ts'
import { AGENT, type Problem, type Run, sequentumCaller, sequentumRequest } from '../../support/vendors/sequentum.ts'

interface Page {
  readonly events: ReadonlyArray<{ readonly type: string; readonly eventIndex: number; readonly timestamp: string }>
  readonly lastEventIndex: number
}

const SYNCHRONOUS = { isRunSynchronously: true }

test('a synchronous start is held until the run has ended, and answers with its records', async () => {
  const { mock, call } = sequentumCaller()
  const answer = call('POST', `${AGENT}/start`, { IsRunSynchronously: true })
  await mock.settled({ held: 1 })
  const [run] = (await call('GET', `${AGENT}/runs?maxRecords=1`)).body as Run[]
  expect(run).toMatchObject({ status: 4 })
  await mock.clock.advance('35s')
  const { status, body } = await answer
  expect([status, (body as unknown[]).length]).toEqual([200, 120])
})

test('a synchronous start that takes too long is a 422, and its run goes on', async () => {
  const { mock, call } = sequentumCaller()
  const answer = call('POST', `${AGENT}/start`, { ...SYNCHRONOUS, timeout: 10 })
  await mock.settled({ held: 1 })
  await mock.clock.advance('10s')
  expect([(await answer).status, ((await answer).body as Problem).type]).toEqual([
    422,
    'https://docs.sequentum.com/errors/run-timeout',
  ])
  await mock.clock.advance('25s')
  const [run] = (await call('GET', `${AGENT}/runs?maxRecords=1`)).body as Run[]
  expect(run).toMatchObject({ status: 9 })
})

test('a client that gives up after 30 seconds leaves a run behind', async () => {
  const { mock, call } = sequentumCaller()
  const leaving = new AbortController()
  const request = sequentumRequest('POST', `${AGENT}/start`, { body: SYNCHRONOUS, signal: leaving.signal })
  const answer = read(mock.fetch(request)).catch(() => 'gone')
  await mock.settled({ held: 1 })
  await mock.clock.advance('30s')
  leaving.abort()
  expect(await answer).toBe('gone')
  expect((await call('GET', `${AGENT}/runs`)).body).toHaveLength(5)
})

/** A session, and a poll for what came after an event. */
async function opened() {
  const { mock, call } = sequentumCaller()
  const { body } = await call('POST', '/api/v1/agent-builder/start', { prompt: 'Read the tide tables' })
  const path = `/api/v1/agent-builder/${(body as { sessionId: string }).sessionId}`
  const poll = async (after: number): Promise<Page> =>
    (await call('GET', `${path}/events?lastEventIndex=${after}`)).body as Page
  return { mock, call, path, poll }
}

test('events come after the cursor: at once where there are some, else when the next one happens', async () => {
  const { mock, poll } = await opened()
  const first = await poll(-1)
  expect(first.events).toMatchObject([
    { type: 'session_started', eventIndex: 0, mode: 'prompt', timestamp: '2026-03-16T10:00:00Z' },
    { type: 'user_prompt', eventIndex: 1, prompt: 'Read the tide tables' },
  ])
  expect(first.lastEventIndex).toBe(1)
  const next = poll(1)
  await mock.settled({ held: 1 })
  await mock.clock.advance('1s')
  expect(await next).toMatchObject({ events: [{ type: 'thinking', eventIndex: 2 }], lastEventIndex: 2 })
})

test('a late poll gets the same events, and the status has the last index', async () => {
  const { mock, call, path, poll } = await opened()
  await mock.clock.advance('12s')
  const { events, lastEventIndex } = await poll(-1)
  expect(events.map(({ eventIndex }) => eventIndex)).toEqual(events.map((_, index) => index))
  expect(events.at(-1)).toMatchObject({ type: 'ready_for_interaction', hasBrowserUrl: true })
  expect((await call('GET', `${path}/status`)).body).toMatchObject({ status: 'ready', lastEventIndex })
})

test('with nothing new the answer is empty after 25 seconds', async () => {
  const { mock, poll } = await opened()
  await mock.clock.advance('12s')
  const { lastEventIndex } = await poll(-1)
  const empty = poll(lastEventIndex)
  await mock.settled({ held: 1 })
  await mock.clock.advance('25s')
  expect(await empty).toEqual({ events: [], lastEventIndex })
})

test('no event reports a cancelled session; its status does', async () => {
  const { mock, call, path, poll } = await opened()
  const waiting = poll(1)
  await mock.settled({ held: 1 })
  expect((await call('POST', `${path}/cancel`)).body).toEqual({ success: true, error: null })
  await mock.clock.advance('25s')
  expect((await waiting).events).toEqual([])
  expect((await call('GET', `${path}/status`)).body).toMatchObject({ status: 'cancelled' })
})
