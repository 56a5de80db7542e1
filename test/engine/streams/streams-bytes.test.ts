import { expect, test } from 'vitest'
import { EventBatch } from '../../../mocks/engine/streams/event-batch.ts'
import { SentLog } from '../../../mocks/engine/streams/sent-log.ts'
import { frozenMock, NOW } from '../../support/mock/mock.ts'
import { testFolder } from '../../support/mock/spec.ts'

/** A vendor whose runs have one event at each of some instants, with what an author may write as its data. */
function vendor(events: readonly string[], stream: string): string {
  const text = `openapi: 3.1.0
info: { title: Relay, version: '1' }
servers: [{ url: 'https://api.relay.example' }]
x-mock:
  vendor: relay
  collections: { runs: { key: [id], param: run_id } }
  jobs:
    run:
      in: runs
      start: { note: '{$request.body#/note}' }
      states:
        running: { for: 1s, then: done, events: [${events.join(', ')}] }
        done: { final: true }
paths:
  /stream:
    post:
      operationId: stream
      x-mock: { job: { start: run }, stream: ${stream} }
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses: { '200': { description: Events., content: { text/event-stream: { schema: { type: string } } } } }
`
  return `${testFolder({ 'relay.yaml': text })}/relay.yaml`
}

const DONE = '{ done: { event: done, data: over } }'

/** What a client gets of a stream, and what the journal shows of it. */
async function streamOf(events: readonly string[], stream = DONE, note = 'plain') {
  const mock = frozenMock({ vendors: [vendor(events, stream)] })
  const response = await mock.fetch('https://api.relay.example/stream', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ note }),
  })
  const text = response.text()
  await mock.clock.advance('1h')
  const { sent, response: shown } = mock.journal.exchanges()[0]!
  return { text: await text, sent, shown: shown?.body }
}

test('data of any shape are printed as JSON prints them', async () => {
  const { text } = await streamOf([
    "{ type: map, data: { b: '{$event.nth}', 2: two, 1: '{$event.index}', lacks: '{$event.entry}', deep: { q: 'a \"{$event.state}\"' } } }",
    "{ type: list, after: 1ms, data: [1, '{$event.entry}', { at: '{$event.at}' }] }",
    '{ type: whole, after: 2ms, data: { event: "{$event}" } }',
    '{ type: fixed, after: 3ms, data: { a: [null] } }',
    "{ type: number, after: 4ms, data: '{$event.nth}' }",
    '{ type: bare, after: 5ms }',
    "{ type: cel, after: 6ms, data: { sum: { cel: 'event.nth + 1' } } }",
  ])
  expect(text.split('\n').filter((line) => line.startsWith('data: '))).toEqual([
    `data: {"1":0,"2":"two","b":1,"deep":{"q":"a \\"running\\""}}`,
    `data: [1,null,{"at":${NOW + 1}}]`,
    `data: {"event":{"index":2,"type":"whole","at":${NOW + 2},"state":"running","nth":1}}`,
    'data: {"a":[null]}',
    'data: 1',
    'data: {}',
    'data: {"sum":2}',
    'data: over',
  ])
})

test('a message that wraps the data of an event, or takes its id from them, reads them', async () => {
  const step = "{ type: step, times: 2, every: 1ms, data: { n: '{$event.nth}' } }"
  const wrapped = await streamOf([step], `{ each: { event: 'a {$event.type}', data: { of: '{$event.data}' } } }`)
  expect(wrapped.text).toBe(
    'event: a step\nid: 0\ndata: {"of":{"n":1}}\n\nevent: a step\nid: 1\ndata: {"of":{"n":2}}\n\n',
  )
  const named = await streamOf([step], `{ each: { id: 'n{$event.data.n}' } }`)
  expect(named.text).toBe('event: step\nid: n1\ndata: {"n":1}\n\nevent: step\nid: n2\ndata: {"n":2}\n\n')
})

test('the journal shows events as they were made, also those whose lines were broken for the wire', async () => {
  const events = [
    '{ type: first, data: { a: 1 } }',
    "{ type: note, data: '{$job.note}' }",
    '{ type: "two\\nlines", data: { b: 2 } }',
    '{ type: last, data: { c: 3 } }',
  ]
  const { text, sent, shown } = await streamOf(
    events,
    '{ done: { event: done, data: over }, retry: 2s }',
    'a\r\nb\rc\n\nd',
  )
  expect(text).toBe(
    'retry: 2000\nevent: first\nid: 0\ndata: {"a":1}\n\n' +
      'event: note\nid: 1\ndata: a\ndata: b\ndata: c\ndata: \ndata: d\n\n' +
      'event: two lines\nid: 2\ndata: {"b":2}\n\n' +
      'event: last\nid: 3\ndata: {"c":3}\n\n' +
      'event: done\ndata: over\n\n',
  )
  expect(sent).toEqual([
    { at: NOW, event: 'first', id: '0', data: '{"a":1}', retry: 2000 },
    { at: NOW, event: 'note', id: '1', data: 'a\r\nb\rc\n\nd' },
    { at: NOW, event: 'two\nlines', id: '2', data: '{"b":2}' },
    { at: NOW, event: 'last', id: '3', data: '{"c":3}' },
    { at: NOW + 1000, event: 'done', id: undefined, data: 'over' },
  ])
  expect(shown).toBe(text)
})

test('the journal shows the first 1,000 events of a stream, and the size of data beyond 1 MiB', async () => {
  const step = "{ type: step, times: 550, every: 1ms, data: { n: '{$event.nth}' } }"
  const many = await streamOf([step, step])
  expect(many.text.split('\n\n')).toHaveLength(1102)
  expect(many.sent).toHaveLength(1000)
  expect(many.sent.at(-1)).toMatchObject({ id: '999', data: '{"n":500}' })
  const large = await streamOf(["{ type: step, times: 3, every: 1ms, data: '{$job.note}' }"], DONE, 'x'.repeat(400_000))
  expect(large.sent.map(({ data }) => data.length)).toEqual([400_000, 400_000, '(400000 bytes)'.length, 'over'.length])
  expect(large.text.length).toBeGreaterThan(1_200_000)
})

test('streams of one operation show each its own events, equal or not', async () => {
  const mock = frozenMock({ vendors: [vendor(["{ type: note, data: { note: '{$job.note}' } }"], DONE)] })
  for (const note of ['a', 'a', 'b', 'a']) {
    const response = await mock.fetch('https://api.relay.example/stream', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ note }),
    })
    await mock.clock.advance('1s')
    await response.text()
  }
  expect(mock.journal.exchanges().map(({ sent }) => sent[0])).toEqual([
    { at: NOW, event: 'note', id: '0', data: '{"note":"a"}' },
    { at: NOW + 1000, event: 'note', id: '0', data: '{"note":"a"}' },
    { at: NOW + 2000, event: 'note', id: '0', data: '{"note":"b"}' },
    { at: NOW + 3000, event: 'note', id: '0', data: '{"note":"a"}' },
  ])
})

test('an event whose data were too long to keep shows their size also when all data are dropped', () => {
  const log = new SentLog(undefined)
  const batch = new EventBatch(NOW)
  for (const length of [3, 2_000_000]) batch.add('x'.repeat(length), undefined, undefined)
  log.add(batch, 0)
  log.lighten()
  expect(log.events().map(({ data }) => data)).toEqual(['(3 bytes)', '(2000000 bytes)'])
})
