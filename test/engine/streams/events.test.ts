import { expect, test } from 'vitest'
import { atlas, changedAtlas } from '../../support/mock/atlas.ts'
import { NOW } from '../../support/mock/mock.ts'

const FREE = { limits: { 'in-flight': { limit: null } } }

test('a cursor gets the events that have happened, each with its instant and index, and then what comes after', async () => {
  const { mock, start, send, poll } = atlas()
  const run = await start()
  await mock.clock.advance('2s')
  expect((await send('GET', `/runs/${run}/events?lastEventIndex=-1`)).body).toEqual({
    events: [
      { type: 'queued', timestamp: '2026-03-16T10:00:00.000Z', eventIndex: 0, place: 1 },
      {
        type: 'step_started',
        timestamp: '2026-03-16T10:00:00.500Z',
        eventIndex: 1,
        step: 'search',
        title: expect.any(String) as string,
      },
      { type: 'token', timestamp: '2026-03-16T10:00:01.500Z', eventIndex: 2, token: 'word 1 ' },
      { type: 'token', timestamp: '2026-03-16T10:00:02.000Z', eventIndex: 3, token: 'word 2 ' },
    ],
    lastEventIndex: 3,
  })
  await mock.clock.advance('2s')
  expect(await poll(run, 3)).toEqual([
    [4, 'token'],
    [5, 'step_completed'],
    [6, 'finished'],
  ])
  expect(await poll(run, 5)).toEqual([[6, 'finished']])
  expect((await poll(run)).length).toBe(7)
})

test('an event with a list has one event for each entry, at its time', async () => {
  const words = '[{"at": 200, "word": "Be"}, {"at": 1700, "word": "cause"}]'
  const document = changedAtlas(
    ["question: '{$request.body#/question}' }", `question: '{$request.body#/question}', words: { cel: '${words}' } }`],
    [
      "after: 1s, every: 500ms, times: 3, data: { token: 'word {$event.nth} ' }",
      "each: words, data: { token: '{$event.entry.word}' }",
    ],
  )
  const { mock, start, send } = atlas({ vendors: [document] })
  const run = await start()
  await mock.clock.advance('1h')
  const { events } = (await send('GET', `/runs/${run}/events`)).body as { events: ReadonlyArray<{ type: string }> }
  expect(events.filter(({ type }) => type === 'token')).toEqual([
    { type: 'token', timestamp: '2026-03-16T10:00:00.700Z', eventIndex: 2, token: 'Be' },
    { type: 'token', timestamp: '2026-03-16T10:00:02.200Z', eventIndex: 3, token: 'cause' },
  ])
})

test('an event is the same, early or late', async () => {
  const { mock, start, send } = atlas()
  const run = await start()
  const early = (await send('GET', `/runs/${run}/events`)).body as { events: unknown[] }
  await mock.clock.advance('1h')
  const late = (await send('GET', `/runs/${run}/events`)).body as { events: unknown[] }
  expect(late.events.slice(0, 1)).toEqual(early.events)
  expect(late.events.at(-1)).toMatchObject({ type: 'finished', by: 'Harbourline' })
})

test('a poll with nothing new is held until the next event falls due', async () => {
  const { mock, start, poll } = atlas()
  const run = await start()
  const held = poll(run, 1)
  await mock.settled({ held: 1 })
  expect(mock.held()).toEqual([
    {
      exchange: 2,
      vendor: 'atlas',
      operation: 'pollEvents',
      method: 'GET',
      path: `/runs/${run}/events`,
      until: NOW + 1500,
      reason: 'events',
    },
  ])
  await mock.clock.advance('1499ms')
  expect(mock.held().length).toBe(1)
  await mock.clock.advance('10s')
  expect(await held).toEqual([[2, 'token']])
  expect(mock.journal.exchanges()[1]).toMatchObject({ at: NOW, delay: 1500, job: run, response: { status: 200 } })
  expect(mock.journal.explain()).toContain(`-> 200 by handle: ${run}; held for 1500ms`)
})

test('after 25 s of nothing the list is empty, and the cursor stays', async () => {
  const { mock, start, send } = atlas()
  const run = await start()
  await mock.clock.advance('1h')
  const answer = send('GET', `/runs/${run}/events?lastEventIndex=6`)
  await mock.settled({ held: 1 })
  expect(mock.held()[0]!.until).toBe(mock.clock.now() + 25_000)
  await mock.clock.advance('25s')
  expect((await answer).body).toEqual({ events: [], lastEventIndex: 6 })
})

test('a move of the job wakes those who wait for its events, and revokes no event', async () => {
  const { mock, start, send, poll } = atlas()
  mock.play([], FREE)
  const run = await start()
  await mock.clock.advance('1500ms')
  expect(await poll(run, 1)).toEqual([[2, 'token']])
  const held = poll(run, 2)
  await mock.settled({ held: 1 })
  expect((await send('DELETE', `/runs/${run}`)).status).toBe(200)
  expect(await held).toEqual([[3, 'stopped']])
  await mock.clock.advance('1h')
  expect(await poll(run, 1)).toEqual([
    [2, 'token'],
    [3, 'stopped'],
  ])
})

test('an event that repeats without end is reported as long as its state lasts', async () => {
  const { mock, start, poll } = atlas()
  const run = await start()
  await mock.clock.advance('600ms')
  mock.do('atlas', run, 'ask')
  await mock.clock.advance('25s')
  expect(await poll(run, 1)).toEqual([
    [2, 'waiting'],
    [3, 'waiting'],
    [4, 'waiting'],
  ])
})

test('a job that has begun long ago has no end of events, and a list of them has', async () => {
  const { poll } = atlas()
  expect((await poll('run_old', 99_990)).map(([index]) => index)).toEqual([
    99_991, 99_992, 99_993, 99_994, 99_995, 99_996, 99_997, 99_998, 99_999,
  ])
})

test('a client that leaves is taken out at once, and its slot is free', async () => {
  const { mock, start, request, send } = atlas()
  const run = await start()
  const controller = new AbortController()
  const held = mock.fetch(
    request('GET', `/runs/${run}/events?lastEventIndex=0`, undefined, { signal: controller.signal }),
  )
  await mock.settled({ held: 1 })
  expect((await send('GET', `/runs/${run}`)).status).toBe(429)
  controller.abort()
  await expect(held).rejects.toThrow('aborted')
  await mock.settled({ held: 0 })
  expect((await send('GET', `/runs/${run}`)).status).toBe(200)
  expect(mock.journal.exchanges()[1]).toMatchObject({ operation: 'pollEvents', aborted: true, response: undefined })
})

test('a slot outlives its lease while its exchange is held', async () => {
  const { mock, send } = atlas()
  mock.play([], { jobs: { run: { timings: { pending: '10m' } } } })
  const held = send('POST', '/runs', { question: 'Why?', wait: true, timeout: 3600 })
  await mock.settled({ held: 1 })
  await mock.clock.advance('5m')
  expect((await send('GET', '/runs/run_1')).status).toBe(429)
  await mock.clock.advance('6m')
  expect((await held).status).toBe(200)
  expect((await send('GET', '/runs/run_1')).status).toBe(404)
})

test('pace divides offsets, repetitions and the wait', async () => {
  const { mock, start, poll } = atlas({ pace: 10 })
  const run = await start()
  await mock.clock.advance('200ms')
  expect(await poll(run, 1)).toEqual([
    [2, 'token'],
    [3, 'token'],
  ])
  await mock.clock.advance('1s')
  const held = poll(run, 6)
  await mock.settled({ held: 1 })
  expect(mock.held()[0]!.until).toBe(mock.clock.now() + 2500)
  await mock.clock.advance('2500ms')
  expect(await held).toEqual([])
})

test('reset ends a held poll', async () => {
  const { mock, start, poll } = atlas()
  const run = await start()
  const held = poll(run, 1)
  await mock.settled({ held: 1 })
  mock.reset()
  expect(await held).toEqual([])
})

/* Answers that come with the end of a job */

test('a start that waits answers with what has become of the job', async () => {
  const { mock, send } = atlas()
  const held = send('POST', '/runs', { question: 'Why?', wait: true })
  await mock.settled({ held: 1 })
  expect(mock.held()).toMatchObject([{ operation: 'startRun', until: NOW + 3500, reason: 'job' }])
  await mock.clock.advance('3500ms')
  const { status, body } = await held
  expect(status).toBe(200)
  expect(body).toMatchObject({ status: 'completed', output: 'All of it.', credits: 2, finished: true })
  expect(mock.journal.exchanges()[0]).toMatchObject({ at: NOW, delay: 3500, hold: 2 })
})

test('the same start answers at once where the request does not ask to wait', async () => {
  const { send } = atlas()
  const { status, body } = await send('POST', '/runs', { question: 'Why?', wait: false })
  expect([status, (body as { status: string }).status]).toEqual([202, 'pending'])
  expect(body).not.toHaveProperty('finished')
})

test('when the time of the request is over the answer is another, and the job runs on', async () => {
  const { mock, send } = atlas()
  const held = send('POST', '/runs', { question: 'Why?', wait: true, timeout: 2 })
  await mock.settled({ held: 1 })
  await mock.clock.advance('2s')
  expect(await held).toMatchObject({ status: 422, body: { error: 'it takes longer' } })
  const { job } = mock.journal.exchanges()[0]!
  expect(mock.journal.explain()).toContain(
    `-> 422 by handle (UnprocessableEntity#late): ${job} is running after 2s; it continues to run; held for 2s`,
  )
  await mock.clock.advance('2s')
  expect((await send('GET', `/runs/${job}`)).body).toMatchObject({ status: 'completed' })
})

test('a verb ends the wait, and a client that leaves ends nothing', async () => {
  const { mock, send, request } = atlas()
  const held = send('POST', '/runs', { question: 'Why?', wait: true })
  await mock.settled({ held: 1 })
  mock.do('atlas', mock.journal.exchanges()[0]!.job!, 'cancel')
  expect(await held).toMatchObject({ status: 200, body: { status: 'cancelled' } })

  const controller = new AbortController()
  const left = mock.fetch(request('POST', '/runs', { question: 'Why?', wait: true }, { signal: controller.signal }))
  await mock.settled({ held: 1 })
  controller.abort()
  await expect(left).rejects.toThrow('aborted')
  await mock.clock.advance('10s')
  const { job, aborted } = mock.journal.exchanges()[1]!
  expect(aborted).toBe(true)
  expect((await send('GET', `/runs/${job}`)).body).toMatchObject({ status: 'completed' })
})

test('latency, rules at reply and errors before hold for answers that wait', async () => {
  const { mock, send } = atlas()
  mock.play([], {
    accounts: { default: { credits: 2 } },
    latency: '1s',
    rules: [{ when: { status: 200 }, then: { patch: { '/output': 'Changed.' } }, at: 'reply' }],
  })
  const held = send('POST', '/runs', { question: 'Why?', wait: true })
  await mock.settled({ held: 1 })
  await mock.clock.advance('5s')
  expect(await held).toMatchObject({ status: 200, body: { output: 'Changed.' } })
  expect(mock.journal.exchanges()[0]).toMatchObject({ delay: 4500 })
  const broke = send('POST', '/runs', { question: 'Why?', wait: true })
  await mock.settled({ held: 1 })
  await mock.clock.advance('1s')
  expect((await broke).status).toBe(402)
})
