import { expect, onTestFinished, test, vi } from 'vitest'
import type { Mock } from '../../mocks/index.ts'
import { noTimeout } from '../../mocks/verdict/conduct/connections/no-timeout.ts'
import { streamReconnect } from '../../mocks/verdict/conduct/connections/stream-reconnect.ts'
import { ATLAS, atlas, changedAtlas } from '../support/mock/atlas.ts'
import { loadAnew } from '../support/mock/load-anew.ts'
import { acknowledged, deliveriesOf } from '../support/verdict/deliveries.ts'
import { breachesOf, instant, type Told } from '../support/verdict/exchanges.ts'
import { stating } from '../support/verdict/stated.ts'

/* no-timeout */

const HUNG: Told = { operation: 'getMe', at: 0, took: 61_000, fault: 'hang', status: undefined }

test('a client that waits for a hung answer longer than a minute has no timeout', () => {
  expect(breachesOf(noTimeout, 'seek', [HUNG])).toEqual([
    { message: 'getMe hung, and the client waited for 61s.', operation: 'getMe', exchanges: [1] },
  ])
  expect(breachesOf(noTimeout, 'seek', [{ ...HUNG, aborted: true }])).toHaveLength(1)
})

test.each<[string, Told]>([
  ['that gives up after a minute', { ...HUNG, took: 60_000 }],
  ['for whom only the clock has moved', { ...HUNG, end: { clock: instant(600_000), host: 900 } }],
  ['for whom the clock has stood still', { ...HUNG, end: { clock: instant(0), host: 600_000 } }],
  ['that waits for a slow answer', { ...HUNG, fault: undefined, status: 200 }],
  ['that is in the middle of it', { ...HUNG, end: undefined }],
])('a client %s is left alone', (_, told) => {
  expect(breachesOf(noTimeout, 'seek', [told])).toEqual([])
})

/* stream-reconnect */

const EVENTS = [
  { id: undefined, type: 'init' },
  { id: '0', type: 'queued' },
  { id: '1', type: 'step_started' },
]
const BROKEN: Told = { operation: 'followRun', at: 0, fault: 'connection-reset', sent: EVENTS, jobs: ['run_1'] }

function streams(told: readonly Told[], more: Parameters<typeof breachesOf>[3] = {}) {
  return breachesOf(streamReconnect, ATLAS, told, more)
}

test('a stream that is opened again without the id of its last event begins anew', () => {
  expect(streams([BROKEN, { ...BROKEN, at: 1000, fault: undefined }])).toEqual([
    {
      message: 'followRun opened the stream again without Last-Event-ID, after 3 events of it had come.',
      operation: 'followRun',
      exchanges: [1, 2],
    },
  ])
})

const AGAIN: Told = { ...BROKEN, at: 1000, fault: undefined }

test.each<[string, readonly Told[]]>([
  ['with the id of its last event', [BROKEN, { ...AGAIN, headers: { 'last-event-id': '1' } }]],
  [
    'with an earlier id, since the last event may have been lost',
    [BROKEN, { ...AGAIN, headers: { 'last-event-id': '0' } }],
  ],
  ['after no event with an id', [{ ...BROKEN, sent: [EVENTS[0]!] }, AGAIN]],
  ['after it had come to its end', [{ ...BROKEN, fault: undefined }, AGAIN]],
  ['after the client itself had left', [{ ...BROKEN, aborted: true }, AGAIN]],
  ['by somebody else at the same time', [{ ...BROKEN, took: 5000 }, AGAIN]],
  ['for another run', [BROKEN, { ...AGAIN, path: '/runs/run_2/stream', jobs: ['run_2'] }]],
  ['after a look at the run', [BROKEN, { operation: 'getRun', at: 500, jobs: ['run_1'] }, AGAIN]],
])('a stream that is opened again %s is none', (_, told) => {
  expect(streams(told)).toEqual([])
})

test('a stream that breaks off again before it has sent anything still goes on with the id that opened it', () => {
  const resumed: Told = { ...BROKEN, at: 1000, sent: [], headers: { 'last-event-id': '1' } }
  expect(streams([BROKEN, resumed, { ...AGAIN, at: 2000 }])).toEqual([
    {
      message: 'followRun opened the stream again without Last-Event-ID, after no event of it had come.',
      operation: 'followRun',
      exchanges: [2, 3],
    },
  ])
  expect(streams([BROKEN, resumed, { ...AGAIN, at: 2000, headers: { 'last-event-id': '1' } }])).toEqual([])
  expect(streams([BROKEN, { ...resumed, headers: { 'last-event-id': '' } }])).toHaveLength(1)
  expect(streams([{ ...BROKEN, sent: [] }, AGAIN])).toEqual([])
})

const RETRY: Told = { ...BROKEN, sent: [{ ...EVENTS[0]!, retry: 3000 }, ...EVENTS.slice(1)] }
/** Opens the stream again, with the id of its last event, so long after the break. */
const back = (after: number, more: Partial<Told> = {}): Told => ({
  ...AGAIN,
  at: 1 + after,
  headers: { 'last-event-id': '1' },
  ...more,
})

test('a stream that is reopened sooner than its retry is a breach', () => {
  expect(streams([RETRY, back(2000)])).toEqual([
    {
      message: 'followRun opened the stream again 2s after it had broken off, though its retry asked for 3s.',
      operation: 'followRun',
      exchanges: [1, 2],
      atMost: 'warning',
    },
  ])
  expect(streams([RETRY, { ...back(2000), headers: {} }])).toHaveLength(2)
})

test.each<[string, readonly Told[]]>([
  ['after that time', [RETRY, back(3000)]],
  ['a moment before, as timers have it', [RETRY, back(2800)]],
  ['after that time on the clock of the mock', [RETRY, back(3000, { host: 10 })]],
  ['after that time in real time, while the clock stood', [RETRY, back(0, { host: 3001 })]],
  ['soon, where no event has said how long to wait', [BROKEN, back(10)]],
  ['soon after the client itself had left', [{ ...RETRY, aborted: true }, back(10)]],
  ['soon after it had come to its end', [{ ...RETRY, fault: undefined }, back(10)]],
  ['by somebody else at the same time', [{ ...RETRY, took: 5000 }, back(10)]],
  ['for another run', [RETRY, back(10, { path: '/runs/run_2/stream', jobs: ['run_1'] })]],
])('a stream that is opened again %s has kept to its retry', (_, told) => {
  expect(streams(told)).toEqual([])
})

test('a client that never asks for the job again has lost it, which is information where the vendor says nothing', () => {
  const breach = {
    message: 'followRun broke off after 3 events, and the client never asked for run_1 again.',
    operation: 'followRun',
    exchanges: [1],
  }
  expect(streams([BROKEN], { isOver: true })).toEqual([{ ...breach, atMost: 'info' }])
  expect(breachesOf(streamReconnect, stating(ATLAS, 'stream-reconnect'), [BROKEN], { isOver: true })).toEqual([breach])
})

test.each<[string, readonly Told[], Parameters<typeof breachesOf>[3]]>([
  ['polls it', [BROKEN, { operation: 'getRun', at: 100, jobs: ['run_1'] }], { isOver: true }],
  ['may still come back', [BROKEN], { isOver: false }],
  [
    'hears of it by a webhook',
    [BROKEN],
    { isOver: true, deliveries: deliveriesOf({ job: 'run_1', attempts: [acknowledged] }) },
  ],
])('a client that %s has not lost it', (_, told, more) => {
  expect(streams(told, more)).toEqual([])
})

/* End to end */

function codes(mock: Mock): readonly (readonly [code: string, severity: string])[] {
  return mock.findings({ final: true }).map(({ code, severity }) => [code, severity] as const)
}

test('a client whose stream was reset, and that begins it anew, is found; one that goes on is not', async () => {
  const follow = async (headers: Record<string, string>): Promise<Mock> => {
    const { mock, start, request } = atlas()
    mock.play([], {
      limits: { 'in-flight': { limit: null } },
      rules: [{ when: { operation: 'followRun', call: 1 }, then: { fault: 'connection-reset', after: 3 } }],
    })
    const run = await start()
    const open = async (more: Record<string, string>): Promise<void> => {
      const init = { headers: { 'x-api-key': 'atlas_any', accept: 'text/event-stream', ...more } }
      const answer = await mock.fetch(request('GET', `/runs/${run}/stream`, undefined, init))
      await mock.clock.advance('1h')
      await answer.text().catch(() => undefined)
    }
    await open({})
    await open(headers)
    return mock
  }
  expect(codes(await follow({}))).toEqual([['stream-reconnect', 'info']])
  expect(codes(await follow({ 'last-event-id': '1' }))).toEqual([])
})

test('a client that opens a broken stream again at once, though its retry asks to wait, is found', async () => {
  const follow = async (wait: string): Promise<Mock> => {
    const file = changedAtlas(['stream: { on: run }', 'stream: { on: run, retry: 3s }'])
    const { mock, start, request } = atlas({ vendors: [file] })
    mock.play([], {
      limits: { 'in-flight': { limit: null } },
      jobs: { run: { timings: { running: '1h' } } },
      rules: [{ when: { operation: 'followRun', call: 1 }, then: { fault: 'connection-reset', after: 3 } }],
    })
    const run = await start()
    for (const last of [{}, { 'last-event-id': '1' }]) {
      const leave = new AbortController()
      const headers = { 'x-api-key': 'atlas_any', accept: 'text/event-stream', ...last }
      const init = { headers, signal: leave.signal }
      const answer = await mock.fetch(request('GET', `/runs/${run}/stream`, undefined, init))
      const whole = answer.text().catch(() => undefined)
      await mock.settled({ held: 1 })
      for (let step = 0; step < 10 && mock.held().length > 0; step++) await mock.clock.advance('500ms')
      leave.abort()
      await whole
      await mock.clock.advance(wait)
    }
    return mock
  }
  expect(codes(await follow('1s'))).toEqual([['stream-reconnect', 'warning']])
  expect(codes(await follow('3s'))).toEqual([])
})

test('a client that waits for a hung answer for two minutes is found', async () => {
  // Two minutes of real time, for a mock that is loaded while they can be had.
  const real = performance.now.bind(performance)
  let later = 0
  vi.spyOn(performance, 'now').mockImplementation(() => real() + later)
  onTestFinished(() => void vi.restoreAllMocks())
  const { createMock } = await loadAnew<typeof import('../../mocks/index.ts')>('index.ts')
  using mock = createMock({ vendors: ['seek'], clock: { frozen: true } })
  mock.play([], { rules: [{ when: { operation: 'getMe' }, then: { fault: 'hang', for: '2m' } }] })
  const answer = mock.fetch('https://api.seek-api.com/v1/me', { headers: { 'x-api-key': 'sk_live_any' } })
  answer.catch(() => undefined)
  await mock.settled({ held: 1 })
  later = 120_000
  await mock.clock.advance('2m')
  await answer.catch(() => undefined)
  expect(codes(mock)).toEqual([['no-timeout', 'warning']])
})
