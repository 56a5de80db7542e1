import { runInNewContext } from 'node:vm'
import { createMock, explain, InvalidArgumentError, type Mock, onBreach, onDelivery, startServer } from 'sparring'
import { createMock as createInPage } from 'sparring/browser'
import { afterAll, describe, expect, test } from 'vitest'
import { frozenMock } from '../../support/mock/mock.ts'
import { SEEK, SEEK_KEY } from '../../support/vendors/seek.ts'

const mock = createMock({ vendors: ['seek'], clock: { frozen: true } })
afterAll(() => mock.close())

/** What plain JavaScript may hand over. */
const plain = (value: unknown): never => value as never

/** What is thrown, or rejected, at once. */
async function messageOf(run: () => unknown): Promise<string> {
  try {
    await run()
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidArgumentError)
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({ name: 'InvalidArgumentError', code: 'invalid-argument' })
    return (error as Error).message
  }
  throw new Error('nothing was thrown')
}

const seek = { vendors: ['seek'] }

test.each<readonly [options: unknown, message: string]>([
  [undefined, "no vendors. Name at least one: { vendors: ['seek'] }."],
  [{}, "no vendors. Name at least one: { vendors: ['seek'] }."],
  [{ vendors: [] }, "no vendors. Name at least one: { vendors: ['seek'] }."],
  ['seek', 'its options are "seek"; write an object.'],
  [{ vendors: 'seek' }, '"vendors" is "seek"; write a list of names, as [\'seek\'], or an object with them.'],
  [{ vendors: [null] }, '"vendors[0]" is null; write the name of a vendor, or the path of a document.'],
  [
    { vendors: { seek: { baseurl: 'https://gateway.example' } } },
    '"vendors.seek.baseurl" is not an option. Did you mean "vendors.seek.baseUrl"?',
  ],
  [
    { vendors: { seek: { baseUrl: 'gateway.example' } } },
    '"vendors.seek.baseUrl" is "gateway.example"; write an absolute URL, as https://acme.example/api, or a list of them.',
  ],
  [{ ...seek, frozen: true }, '"frozen" is not an option. It belongs under "clock": { clock: { frozen: … } }.'],
  [
    { ...seek, baseUrl: 'https://gateway.example' },
    '"baseUrl" is not an option. It belongs under "vendors": { vendors: { <name>: { baseUrl: … } } }.',
  ],
  [{ ...seek, sceanrio: 'seek/happy-path' }, '"sceanrio" is not an option. Did you mean "scenario"?'],
  [{ ...seek, clock: { frozen: 'yes' } }, '"clock.frozen" is "yes"; write true or false.'],
  [{ ...seek, clock: { now: 0 } }, '"clock.now" is not an option. Known: at, frozen.'],
  [{ ...seek, seed: 'x' }, '"seed" is "x"; write a whole number from 0.'],
  [{ ...seek, seed: 1.5 }, '"seed" is 1.5; write a whole number from 0.'],
  [{ ...seek, pace: 0 }, '"pace" is 0; write a number above 0.'],
  [{ ...seek, pace: Infinity }, '"pace" is Infinity; write a number above 0.'],
  [{ ...seek, scenario: {} }, '"scenario" is {}; write a name, as \'seek/happy-path\', or a list of names.'],
  [{ ...seek, scenario: ['seek/happy-path', 3] }, '"scenario[1]" is 3; write a name.'],
  [{ ...seek, scenarios: './mine' }, '"scenarios" is "./mine"; write a list of folders, as [\'./test/scenarios\'].'],
  [{ ...seek, checkReplies: 1 }, '"checkReplies" is 1; write true or false.'],
  [{ ...seek, deliver: 8000 }, '"deliver" is 8000; write a function that takes the Request, or a base URL.'],
  [
    { ...seek, seed: 'x', sede: 1, pace: -1 },
    '\n  "sede" is not an option. Did you mean "seed"?\n  "seed" is "x"; write a whole number from 0.\n  "pace" is -1; write a number above 0.',
  ],
])('createMock(%j) says what is wrong with it, all at once', async (options, message) => {
  expect(await messageOf(() => createMock(plain(options)))).toBe(
    `Failed to create a mock:${message.startsWith('\n') ? '' : ' '}${message}`,
  )
})

test.each<readonly [options: unknown, message: string]>([
  [{ ...seek, port: '4010' }, '"port" is "4010"; write a whole number from 0 to 65535.'],
  [{ ...seek, prot: 4010 }, '"prot" is not an option. Did you mean "port"?'],
  [{ ...seek, ports: 4011 }, '"ports" is 4011; write an object, as { seek: 4011 }.'],
  [{ ...seek, token: ['s3cret'] }, '"token" is not a string; write a string.'],
  [{ ...seek, ports: { seek: -1 } }, '"ports.seek" is -1; write a whole number from 0 to 65535.'],
])('startServer(%j) says what is wrong with it before any port is opened', async (options, message) => {
  expect(await messageOf(() => startServer(plain(options)))).toBe(`Failed to start a server: ${message}`)
})

test.each<readonly [options: unknown, message: string]>([
  [undefined, "no vendors. Import at least one: import { seek } from 'sparring/browser/seek'."],
  [
    { vendors: ['seek'] },
    '"vendors[0]" is "seek"; write a vendor\'s module, as seek of import { seek } from \'sparring/browser/seek\'.',
  ],
  [
    { vendors: [], scenarios: [] },
    '\n  "scenarios" is not an option. Did you mean "scenario"?\n  no vendors. Import at least one: import { seek } from \'sparring/browser/seek\'.',
  ],
])('in a page createMock(%j) says the same', async (options, message) => {
  expect(await messageOf(() => createInPage(plain(options)))).toBe(
    `Failed to create a mock:${message.startsWith('\n') ? '' : ' '}${message}`,
  )
})

describe('every call of a mock looks at its arguments at once', () => {
  const calls: ReadonlyArray<readonly [call: string, run: (mock: Mock) => unknown, message: string]> = [
    [
      'play',
      () => mock.play(plain(undefined)),
      '"scenario" is missing; write a name, as \'seek/happy-path\', or a list of names.',
    ],
    ['play', () => mock.play('seek/happy-path', plain('fresh')), '"changes" is "fresh"; write an object.'],
    [
      'play',
      () => mock.play('seek/happy-path', {}, plain({ frehs: true })),
      '"options.frehs" is not an option. Did you mean "options.fresh"?',
    ],
    [
      'next',
      () => mock.next('seek', 'getMe', plain({ status: 500 })),
      '"error" is {"status":500}; write the name of an error, or a status.',
    ],
    ['next', () => mock.next('seek', 'getMe', 500, { times: 0 }), '"options.times" is 0; write a whole number from 1.'],
    [
      'next',
      () => mock.next('seek', plain(undefined), plain(null)),
      '\n  "operation" is missing; write a name.\n  "error" is null; write the name of an error, or a status.',
    ],
    [
      'on',
      () => mock.on('seek', 'getMe', plain({ status: 200 })),
      '"answer" is {"status":200}; write a function that returns it: () => ({ status: 200 }).',
    ],
    ['do', () => mock.do('seek', plain(7), 'cancel'), '"id" is 7; write the job\'s id.'],
    ['settled', () => mock.settled(plain(2)), '"wanted" is 2; write an object, as { held: 1 }.'],
    ['credentials', () => mock.credentials(plain(undefined)), '"vendor" is missing; write a name.'],
    ['session', () => mock.session(plain({ name: 'mine' })), '"options.name" is not an option. Known: id, scenario.'],
    [
      'clock.set',
      () => mock.clock.set(plain(undefined)),
      '"at" is missing; write 2026-03-16T10:00:00Z, a Date, or ms since 1970.',
    ],
    [
      'clock.freeze',
      () => mock.clock.freeze(plain({})),
      '"at" is {}; write 2026-03-16T10:00:00Z, a Date, or ms since 1970.',
    ],
    [
      'clock.advance',
      () => mock.clock.advance(plain({ minutes: 1 })),
      "\"by\" is {\"minutes\":1}; write '250ms', '10s', '5m' or a number of ms.",
    ],
    ['clock.sleep', () => mock.clock.sleep('1s', plain(5)), '"signal" is 5; write an AbortSignal.'],
    [
      'journal.exchanges',
      () => mock.journal.exchanges(plain({ operaton: 'getMe' })),
      '"filter.operaton" is not an option. Did you mean "filter.operation"?',
    ],
    ['journal.explain', () => mock.journal.explain(plain('getMe')), '"filter" is "getMe"; write an object.'],
    [
      'webhooks.to',
      () => mock.webhooks.to(plain(8000)),
      '"target" is 8000; write a function that takes the Request, or a base URL.',
    ],
    [
      'webhooks.to',
      () => mock.webhooks.to(undefined, plain({ patience: '1s' })),
      '"options.patience" is "1s"; write a number above 0.',
    ],
    [
      'webhooks.deliveries',
      () => mock.webhooks.deliveries(plain({ hook: 'x' })),
      '"filter.hook" is not an option. Did you mean "filter.webhook"?',
    ],
    [
      'webhooks.trigger',
      () => mock.webhooks.trigger('seek', 'jobFinished', plain({ url: 'http://127.0.0.1:1' })),
      '"options.url" is not an option. Known: job, to.',
    ],
    ['webhooks.redeliver', () => mock.webhooks.redeliver(plain(1)), '"id" is 1; write the id of a delivery.'],
  ]
  test.each(calls)('mock.%s: %s', async (call, run, message) => {
    expect(await messageOf(() => run(mock))).toBe(
      `Failed to call mock.${call}():${message.startsWith('\n') ? '' : ' '}${message}`,
    )
  })
})

test('the calls of a session look at theirs too, and nothing has changed when one is refused', async () => {
  const own = frozenMock({ vendors: ['seek'] })
  const session = own.session()
  await messageOf(() => session.on('seek', 'getMe', plain('down')))
  await messageOf(() => own.play(plain({}), { fresh: true }))
  const { active } = session.credentials('seek')
  expect((await session.fetch(`${SEEK}/me`, { headers: { 'x-api-key': active } })).status).toBe(200)
  expect((await own.fetch(`${SEEK}/me`, { headers: { 'x-api-key': SEEK_KEY } })).status).toBe(200)
})

test('calls that answer with a promise reject, and do not throw', async () => {
  for (const call of [mock.settled, mock.clock.set, mock.clock.advance, mock.clock.sleep])
    await expect(call(plain(true))).rejects.toBeInstanceOf(InvalidArgumentError)
})

test('listeners must be functions, and explain needs an exchange', async () => {
  expect(await messageOf(() => onBreach(plain(undefined)))).toBe(
    'Failed to call onBreach(): "listener" is missing; write a function that takes the breach.',
  )
  expect(await messageOf(() => onDelivery(plain('x')))).toBe(
    'Failed to call onDelivery(): "listener" is "x"; write a function that takes the delivery.',
  )
  expect(await messageOf(() => explain(plain(undefined)))).toBe(
    'Failed to call explain(): "exchange" is missing; write one of mock.journal.exchanges().',
  )
})

test.each<readonly [answer: unknown, message: string]>([
  ['down', '"answer" is "down"; write an object, as { status: 200 } or { error: \'NotFound\' }.'],
  [{ stauts: 503 }, '"answer.stauts" is not an option. Did you mean "answer.status"?'],
  [{ status: '503' }, '"answer.status" is "503"; write a whole number from 200 to 599.'],
  [{ status: 101 }, '"answer.status" is 101; write a whole number from 200 to 599.'],
  [
    new Response('down', { status: 503 }),
    '"answer" is a Response; write an object, as { status: 200 } or { error: \'NotFound\' }.',
  ],
  [
    { status: 503, headers: new Headers({ 'retry-after': '1' }) },
    '"answer.headers" is a Headers; write an object of texts, as Object.fromEntries(headers) gives.',
  ],
  [
    { status: 503, headers: { 'retry after': '1' } },
    '"answer.headers" has the name "retry after"; write letters, digits and hyphens.',
  ],
  [
    { status: 200, body: new Map([['id', 'a']]) },
    '"answer.body" is a Map; write a text, a Uint8Array, or a value of JSON.',
  ],
  [{ status: 200, body: () => 'a' }, '"answer.body" is a function; write a text, a Uint8Array, or a value of JSON.'],
  [{ error: 'NotFound', status: 404 }, '"answer.status" is not an option. Known: error.'],
])('an override that returns %j is told what an answer is', async (answer, message) => {
  const own = frozenMock({ vendors: ['seek'] })
  own.on('seek', 'getMe', () => plain(answer))
  expect(await messageOf(() => own.fetch(`${SEEK}/me`, { headers: { 'x-api-key': SEEK_KEY } }))).toBe(
    `Failed to answer getMe: ${message}`,
  )
})

test('an override whose body JSON cannot write is told so', async () => {
  using own = createMock(seek)
  own.on('seek', 'getMe', () => ({ body: { id: 1n } }))
  await expect(own.fetch(`${SEEK}/me`, { headers: { 'x-api-key': SEEK_KEY } })).rejects.toThrow(
    'Failed to answer getMe: "answer.body" cannot be written as JSON: Do not know how to serialize a BigInt; write a text',
  )
})

test('a value that a message shows is short, whatever it is', async () => {
  const round: Record<string, unknown> = {}
  round['self'] = round
  const shown = async (value: unknown): Promise<string> =>
    (await messageOf(() => mock.session(plain({ id: value })))).replace(/.*"options.id" is (.*); write.*/, '$1')
  expect(await shown(round)).toMatch(/^"\(cannot be shown: Converting circular structure to JSON/)
  expect(await shown(10n)).toBe('10n')
  expect(await shown(Symbol('mine'))).toBe('Symbol(mine)')
  expect(await shown(() => 1)).toBe('a function')
  expect(await shown(Array.from({ length: 1000 }, () => 1))).toMatch(/^\[1,1.{196}… \(2001 characters\)$/)
})

test('a signal of another realm, as a page that a test simulates has it, is taken', async () => {
  const code = '({ aborted: false, addEventListener() {}, removeEventListener() {} })'
  const slept = mock.clock.sleep('1s', runInNewContext(code) as AbortSignal)
  await mock.clock.advance('1s')
  await slept
})
