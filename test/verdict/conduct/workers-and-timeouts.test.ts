import { connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { credits } from '../../../mocks/verdict/conduct/credits.ts'
import { deadCredential } from '../../../mocks/verdict/conduct/dead-credential.ts'
import { retryAfter } from '../../../mocks/verdict/conduct/retry-after.ts'
import { judge } from '../../../mocks/verdict/judge.ts'
import { createLibrary } from '../../../mocks/load/library.ts'
import { breachesOf, exchangesOf, type Told } from '../../support/verdict/exchanges.ts'
import { eventually, open } from '../../support/server/server.ts'

const PERHAPS =
  'Requests that come a few ms apart may be of other workers, each of which has met the refusal for the first time.'

const connection = { openedAt: -100 }

/** A refused request over one connection, whose answer took a millisecond; each worker has work of its own. */
function unpaid(at: number, more: Partial<Told> = {}): Told {
  return {
    operation: 'submitJob',
    at,
    connection,
    status: 402,
    stage: 'charge',
    refused: {
      limit: undefined,
      shortfall: { price: 5, available: 2, missing: 3 },
      cause: undefined,
      reads: [],
    },
    identity: `job ${at}`,
    ...more,
  }
}

function unauthorized(at: number, more: Partial<Told> = {}): Told {
  return { at, operation: 'getJob', connection, status: 401, stage: 'authenticate', identity: `job ${at}`, ...more }
}

function tooEarly(at: number, more: Partial<Told> = {}): Told {
  const limit = {
    name: 'requests',
    limit: 3,
    used: 3,
    remaining: 0,
    next: undefined,
    reset: undefined,
    retryAfter: 10,
    window: undefined,
    instance: undefined,
  }
  // As of the limit's own instant, ten seconds after the first refusal.
  const next = Date.UTC(2026, 2, 16, 10) + 10_000
  return {
    operation: 'getMe',
    at,
    connection,
    status: 429,
    answerHeaders: [['Retry-After', '10']],
    limits: [{ ...limit, next }],
    refused: { limit: { ...limit, next }, shortfall: undefined, cause: undefined, reads: [] },
    identity: `page ${at}`,
    ...more,
  }
}

test('workers that begin a few ms apart over one connection are reported as information only', () => {
  const staggered = [0, 5, 10, 15, 20, 25]
  expect(
    breachesOf(
      credits,
      'seek',
      staggered.map((at) => unpaid(at)),
    ),
  ).toEqual([
    {
      message: `submitJob asked for credits 5 times more after 5 had been refused with 2 available, and the balance was the same. ${PERHAPS}`,
      operation: 'submitJob',
      exchanges: [1, 2, 3, 4, 5, 6],
      atMost: 'info',
    },
  ])
  expect(
    breachesOf(
      deadCredential,
      'seek',
      staggered.map((at) => unauthorized(at)),
    ),
  ).toEqual([
    {
      message: `4 requests, from getJob on, were sent with a credential that had been refused with 401. ${PERHAPS}`,
      operation: 'getJob',
      exchanges: [1, 2, 3, 4, 5],
      atMost: 'info',
    },
  ])
  const found = breachesOf(
    retryAfter,
    'seek',
    staggered.map((at) => tooEarly(at)),
  )
  expect(found.map(({ atMost, message }) => [atMost, message.endsWith(PERHAPS)])).toEqual(
    Array.from({ length: 5 }, () => ['info', true]),
  )
})

test.each<[string, readonly number[], Partial<Told>]>([
  ['a loop that sends the next at once', [0, 2, 4, 6, 8, 10], {}],
  ['a client that surely had the answer', [0, 15, 30, 45, 60, 75], {}],
  ['one worker that sends its own work again', [0, 5, 10, 15, 20, 25], { identity: 'the same' }],
  ['code in this process', [0, 5, 10, 15, 20, 25], { connection: undefined }],
])('%s is blamed as before', (_, times, more) => {
  expect(
    breachesOf(
      credits,
      'seek',
      times.map((at) => unpaid(at, more)),
    ),
  ).toEqual([expect.not.objectContaining({ atMost: expect.anything() as unknown })])
  expect(
    breachesOf(
      deadCredential,
      'seek',
      times.map((at) => unauthorized(at, more)),
    ),
  ).toEqual([expect.not.objectContaining({ atMost: expect.anything() as unknown })])
  for (const { atMost } of breachesOf(
    retryAfter,
    'seek',
    times.map((at) => tooEarly(at, more)),
  ))
    expect(atMost).not.toBe('info')
})

test('one request without a wait is enough to recognize a loop', () => {
  expect(
    breachesOf(
      credits,
      'seek',
      [0, 5, 7].map((at) => unpaid(at)),
    ),
  ).toEqual([expect.not.objectContaining({ atMost: expect.anything() as unknown })])
})

test('an expectation to wait is not held against a worker that began a few ms later', () => {
  const vendor = createLibrary().vendor('seek')
  const situation = { expect: [{ kind: 'waits-at-least', header: 'retry-after' }], findings: new Map() } as never
  const found = (times: readonly number[]) => {
    const exchanges = exchangesOf(
      vendor,
      times.map((at) => ({ ...tooEarly(at), situation })),
    )
    const evidence = { session: 'default', exchanges, deliveries: [], breaches: [], isOver: true, settings: new Map() }
    return judge(evidence).filter(({ code, severity }) => code === 'expect-waits-at-least' && severity === 'error')
      .length
  }
  expect([found([0, 5, 10]), found([0, 2, 4])]).toEqual([0, 2])
})

const REQUEST = 'GET /v1/me HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: sk_live_any\r\n\r\n'

/** Sends one request and waits for the answer, which it reads. */
async function read(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.once('data', () => resolve())
    socket.write(REQUEST)
  })
}

const LEAVING = {
  'reads it': read,
  // What a system does for a client that goes away before it has read all.
  'breaks off as it comes': async (socket: Socket) => {
    await read(socket)
    socket.resetAndDestroy()
  },
  'gives up while the server is busy': async (socket: Socket) => {
    await new Promise<void>((resolve) => socket.write(REQUEST, () => resolve()))
    socket.destroy()
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500)
  },
}

test.each(Object.entries(LEAVING))(
  'a client that meets a refusal and %s is blamed if it has read it',
  async (how, leave) => {
    const server = await open({ vendors: ['seek'], scenario: 'seek/rate-limited' })
    const dial = (): Socket => {
      const socket = connect(server.port, '127.0.0.1')
      onTestFinished(() => void socket.destroy())
      return socket
    }
    const first = dial()
    for (let call = 0; call < 3; call++) await read(first)
    await leave(first)
    await eventually(() => server.mock.journal.exchanges().length === 4)
    await new Promise((resolve) => setTimeout(resolve, 100))
    await read(how === 'reads it' ? first : dial())
    const statuses = server.mock.journal.exchanges().map(({ response }) => response?.status)
    expect(statuses).toEqual([200, 200, 200, 429, 429])
    const codes = server.mock.findings({ severity: 'warning' }).map(({ code }) => code)
    expect(codes.includes('retry-after')).toBe(how === 'reads it')
  },
)

test('a client that may have given up while the server was behind counts as not having read the answer', () => {
  const vendor = createLibrary().vendor('seek')
  const situation = { expect: [], findings: new Map() } as never
  const blamed = (more: Partial<Told>, closes: number | undefined): boolean => {
    const exchanges = exchangesOf(
      vendor,
      [0, 2000, 4000, 6000, 8000].map((at) =>
        unauthorized(at, {
          situation,
          connection: { openedAt: at, ...(closes !== undefined && { closedAt: at + 1 + closes }) },
          ...more,
        }),
      ),
    )
    const evidence = { session: 'default', exchanges, deliveries: [], breaches: [], isOver: false, settings: new Map() }
    return judge(evidence).some(({ code }) => code === 'dead-credential')
  }
  expect(blamed({ late: 999 }, 0)).toBe(false)
  expect(blamed({ late: 998 }, 0)).toBe(true)
  expect(blamed({ late: 1500 }, 50)).toBe(true)
  expect(blamed({ late: 1500 }, undefined)).toBe(true)
})

test('if a client has reset its connection, only the last answer may be unread', () => {
  const vendor = createLibrary().vendor('seek')
  const situation = { expect: [], findings: new Map() } as never
  const codesOf = (told: readonly Told[]) => {
    const exchanges = exchangesOf(
      vendor,
      told.map((one) => ({ ...one, situation })),
    )
    const evidence = { session: 'default', exchanges, deliveries: [], breaches: [], isOver: false, settings: new Map() }
    return judge(evidence)
      .filter(({ code }) => code === 'credits')
      .map(({ exchanges: proof }) => proof)
  }
  const broken = { openedAt: -100, isReset: true }
  const other = { openedAt: 1500 }
  const again = (at: number, more: Partial<Told>) => unpaid(at, { identity: 'the same', ...more })
  expect(codesOf([again(0, { connection: broken }), again(1600, { connection: other })])).toEqual([])
  expect(
    codesOf([
      again(0, { connection: broken }),
      again(1000, { connection: broken }),
      again(1600, { connection: other }),
    ]),
  ).toEqual([[1, 3]])
  // A fault of the mock that breaks a connection is no sign of a client.
  expect(
    codesOf([again(0, { connection: broken, fault: 'truncated-body' as never }), again(1600, { connection: other })]),
  ).toEqual([[1, 2]])
})
