import { expect, test } from 'vitest'
import { seclai, uuid } from '../../../support/vendors/seclai.ts'

const STREAM = `https://api.seclai.com/agents/${uuid('a0', 1)}/runs/stream`
const REQUEST = {
  method: 'POST',
  headers: { 'x-api-key': 'sk-test', 'content-type': 'application/json' },
  body: JSON.stringify({ input: 'Hello' }),
}

interface Event {
  readonly event: string
  readonly data: Readonly<Record<string, unknown>>
}

function eventsOf(text: string): Event[] {
  return text
    .split('\n\n')
    .filter((part) => part.startsWith('event: '))
    .map((part) => {
      const lines = part.split('\n')
      const data = lines.find((line) => line.startsWith('data: '))!
      return {
        event: lines[0]!.slice('event: '.length),
        data: JSON.parse(data.slice('data: '.length)) as Event['data'],
      }
    })
}

test('a streamed run begins with init and ends with done, and its tokens are its output', async () => {
  const { mock } = seclai()
  const response = await mock.fetch(STREAM, REQUEST)
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  await mock.clock.advance('5s')
  const events = eventsOf(await response.text())
  expect(events.slice(1, -1).map(({ event, data }) => `${event} ${textOf(data)}`)).toEqual([
    'status processing',
    'step search retrieval processing',
    'step search retrieval completed',
    'step draft prompt_call processing',
    'step draft prompt_call completed',
    'step live streaming_result processing',
    'stream_token live',
    'stream_token live',
    'stream_token live',
    'stream_token live',
    'stream_end live',
    'step live streaming_result completed',
    'step shorten call_agent processing',
    'step shorten call_agent completed',
    'status completed',
  ])
  expect([events[0]!.event, events.at(-1)!.event]).toEqual(['init', 'done'])
  expect(events[0]!.data).toMatchObject({ status: 'pending', attempts: [], priority: true })
  const done = events.at(-1)!.data
  expect(done).toMatchObject({ status: 'completed', credits: 2, run_id: events[0]!.data['run_id'] })
  const tokens = events.filter(({ event }) => event === 'stream_token').map(({ data }) => data['token'])
  expect(tokens.join('')).toBe(done['output'])
})

/** What an event is about, and how that stands. */
function textOf({ step_id, agent_step_id, step_type, status }: Event['data']): string {
  return [step_id, agent_step_id, step_type, status].filter((part) => part !== undefined).join(' ')
}

test('tokens are streamed by a workflow with a streaming_result step alone', async () => {
  const { mock } = seclai()
  const response = await mock.fetch(STREAM.replace(uuid('a0', 1), uuid('a0', 2)), REQUEST)
  await mock.clock.advance('5s')
  expect(eventsOf(await response.text()).map(({ event }) => event)).toEqual([
    'init',
    'status',
    'step',
    'step',
    'status',
    'done',
  ])
})

test('a stream and a poll of the same moment say the same of the steps', async () => {
  const { mock, call } = seclai()
  const started = await call('POST', `/agents/${uuid('a0', 1)}/runs`, { input: 'Hello' })
  const { run_id } = started.body as { run_id: string }
  const states = async (): Promise<unknown> => {
    const { body } = await call('GET', `/agents/runs/${run_id}?include_step_outputs=true`)
    return (body as { steps: ReadonlyArray<{ status: string }> }).steps.map(({ status }) => status)
  }
  expect(await states()).toEqual(['pending', 'pending', 'pending', 'pending'])
  await mock.clock.advance('1500ms')
  expect(await states()).toEqual(['completed', 'processing', 'pending', 'pending'])
  await mock.clock.advance('5s')
  expect(await states()).toEqual(['completed', 'completed', 'completed', 'completed'])
})

test('a streamed run reads files, and replays others', async () => {
  const { mock } = seclai()
  const url = STREAM.replace(uuid('a0', 1), uuid('a0', 3))
  const refused = await mock.fetch(url, REQUEST)
  expect([refused.status, await refused.json()]).toEqual([
    400,
    { detail: 'The uploads do not meet what the agent requires: 1 file.' },
  ])
  const body = JSON.stringify({ input_upload_id: uuid('a6', 1) })
  expect((await mock.fetch(url, { ...REQUEST, body })).status).toBe(200)
})

test('a run that fails ends with done too', async () => {
  const { mock } = seclai()
  mock.play('seclai/run-fails')
  const response = await mock.fetch(STREAM, REQUEST)
  await mock.clock.advance('5s')
  expect(eventsOf(await response.text()).at(-1)).toMatchObject({ event: 'done', data: { status: 'failed' } })
})

test('a run that waits keeps the stream alive, until it times out with the id to poll', async () => {
  const { mock, call } = seclai()
  mock.play('seclai/run-waits-for-a-human')
  const response = await mock.fetch(STREAM, REQUEST)
  await mock.clock.advance('5m')
  const text = await response.text()
  expect(text.match(/^: keepalive$/gm)).toHaveLength(19)
  const last = eventsOf(text).at(-1)!
  expect(last.event).toBe('timeout')
  expect((await call('GET', `/agents/runs/${String(last.data['run_id'])}`)).body).toMatchObject({
    status: 'waiting_human',
  })
})

test('a stream that fails says which run goes on', async () => {
  const { mock, call } = seclai()
  mock.play('seclai/stream-fails')
  const response = await mock.fetch(STREAM, REQUEST)
  await mock.clock.advance('5s')
  const last = eventsOf(await response.text()).at(-1)!
  expect(last.event).toBe('error')
  expect((await call('GET', `/agents/runs/${String(last.data['run_id'])}`)).body).toMatchObject({ status: 'completed' })
})

test('without credits the answer is JSON, and no stream', async () => {
  const { mock } = seclai()
  mock.play('seclai/credits-empty')
  const response = await mock.fetch(STREAM, REQUEST)
  expect([response.status, response.headers.get('content-type')]).toEqual([402, 'application/json'])
  expect(await response.json()).toMatchObject({ detail: { error: 'insufficient_credits' } })
})
