import { expect, test } from 'vitest'
import { type Habits, habits, research } from '../../../examples/good-research-client.ts'
import { frozenMock } from '../../support/mock/mock.ts'
import { SEAMLESS, SEAMLESS_KEY } from '../../support/vendors/seamless.ts'
import { scenariosOf } from '../../support/verdict/scenarios.ts'
import { wireTo } from '../../support/verdict/wire.ts'

/** What is played: a scenario of the catalogue, or one with changes. */
type Played = string | readonly [scenario: string, changes: object]

/** Codes of all findings that a client with these habits earns. */
async function codesOf(habit: Habits, played: Played): Promise<readonly string[]> {
  const mock = frozenMock({ vendors: ['seamless'], checkReplies: false })
  const [scenario, changes] = typeof played === 'string' ? [played, {}] : played
  mock.play(`seamless/${scenario}` as never, changes as never)
  const { webhookSecret } = mock.credentials('seamless')
  mock.webhooks.to(({ headers }) => {
    const status = habit.acknowledge(headers.get('x-seamless-webhook-secret'), webhookSecret)
    return new Response(null, { status })
  })
  const { send, sleep } = wireTo(mock)
  await research({ url: SEAMLESS, key: SEAMLESS_KEY, send, sleep }, habit)
  await mock.clock.advance('10m')
  return [...new Set(mock.findings({ final: true }).map(({ code }) => code))]
}

test.each(scenariosOf('seamless'))('a good client has no findings in seamless/%s', async (scenario) => {
  expect(await codesOf(habits, scenario)).toEqual([])
})

const HAPPY = 'happy-path'
const TIGHT = [HAPPY, { limits: { requests: { limit: 1 } } }] as const
const LIMITED = [
  HAPPY,
  { rules: [{ when: { operation: 'searchContacts', call: '2..6' }, then: { error: 'TooManyRequests' } }] },
] as const
const POOR = [HAPPY, { accounts: { default: { credits: 1 } } }] as const
const DEAD = [HAPPY, { accounts: { default: { keys: { '*': 'revoked' } } } }] as const
const UNLICENSED = [HAPPY, { accounts: { default: { license: 'none' } } }] as const
const DOWN = [
  HAPPY,
  { rules: [{ when: { operation: 'searchContacts' }, then: { error: 'InternalServerError' } }] },
] as const
const MISSING = [HAPPY, { jobs: { contactResearch: { outcome: 'missing' } } }] as const
const HOOKS = { 'contact-researched': 'https://client.example/hooks/contacts' }
const hooked = (mishap: object = {}): Played => [
  HAPPY,
  { accounts: { default: { webhooks: HOOKS } }, webhooks: { default: mishap } },
]

type Sent = ReturnType<Habits['search']>

const search = (change: Partial<Sent>): Partial<Habits> => ({
  search: (token) => ({ ...habits.search(token), ...change }),
})
const poll = (change: (sent: Sent) => Partial<Sent>): Partial<Habits> => ({
  poll: (ids) => ({ ...habits.poll(ids), ...change(habits.poll(ids)) }),
})

const MUTANTS: ReadonlyArray<[what: string, code: string, played: Played, change: Partial<Habits>]> = [
  [
    'sends its key in the query',
    'credential-in-url',
    HAPPY,
    poll(({ path }) => ({ path: `${path}&token=${SEAMLESS_KEY}` })),
  ],
  ['adds a parameter of its own', 'unknown-parameter', HAPPY, poll(({ path }) => ({ path: `${path}&verbose=true` }))],
  ['takes another path', 'unknown-path', HAPPY, search({ path: '/search/people' })],
  ['ends a path with a slash', 'unknown-path', HAPPY, search({ path: '/search/contacts/' })],
  ['writes where there is only reading', 'unknown-method', HAPPY, search({ method: 'PUT' })],
  ['sends no body', 'missing-body', HAPPY, search({ body: undefined })],
  ['asks for no rows', 'invalid-body', HAPPY, search({ body: { department: ['Sales'], limit: 0 } })],
  [
    'calls its JSON text',
    'unknown-media-type',
    HAPPY,
    { headers: (key) => ({ token: key, 'content-type': 'text/plain' }) },
  ],
  ['goes on without credits', 'credits', POOR, { affordable: (ids) => ids, stops: () => false }],
  ['takes a 422 for a passing one', 'credits', POOR, { affordable: (ids) => ids, mayPass: (status) => status === 422 }],
  ['tries a dead key again', 'dead-credential', DEAD, { mayPass: (status) => status === 401 }],
  ['tries again without a licence', 'retry-refused', UNLICENSED, { mayPass: (status) => status === 422 }],
  ['does not wait after a 429', 'reset-misread', LIMITED, { pause: () => 0 }],
  [
    'takes seconds for milliseconds',
    'reset-misread',
    TIGHT,
    { staysBelowLimits: false, pause: (reset = 0) => reset * 1000 },
  ],
  ['waits the same each time', 'backoff', DOWN, { pause: () => 250 }],
  ['waits less each time', 'backoff', DOWN, { pause: (_, attempt) => 4000 / attempt }],
  ['never gives up', 'retry-storm', DOWN, { tries: 14 }],
  ['waits a second after each 429', 'backoff', LIMITED, { pause: () => 1000 }],
  ['polls without a pause', 'poll-interval', HAPPY, { pollPause: () => 500 }],
  ['polls on after the end', 'poll-after-final', HAPPY, { isFinal: () => false, pollPause: () => 2000, polls: 10 }],
  [
    'knows one end only',
    'poll-after-final',
    MISSING,
    { isFinal: (status) => status === 'done', pollPause: () => 2000, polls: 10 },
  ],
  ['never polls', 'abandoned-work', HAPPY, { polls: 0 }],
  ['polls once', 'abandoned-work', HAPPY, { polls: 1 }],
  ['fails each webhook', 'webhook-ack', hooked(), { acknowledge: () => 500 }],
  ['takes webhooks with any secret', 'webhook-signature', hooked({ tamper: 'signature' }), { acknowledge: () => 200 }],
]

test.each(MUTANTS)('a client that %s has the finding %s, and no other', async (_, code, played, change) => {
  expect(await codesOf({ ...habits, ...change }, played)).toEqual([code])
})
