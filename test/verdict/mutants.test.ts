import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { frozenMock } from '../support/mock/mock.ts'
import { type Habits, habits, lookUp } from '../../examples/good-client.ts'

const PROFILES = ['ada', 'bea', 'cyd', 'dan', 'eve', 'fay'].map((name) => `https://www.linkedin.com/in/${name}`)

/** What is played: a scenario of the catalogue, or the happy path with changes. */
type Played = string | object

/** Codes of all findings that a client with these habits earns. */
async function codesOf(habit: Habits, played: Played): Promise<readonly string[]> {
  const mock = frozenMock({ vendors: ['seek'] })
  if (typeof played === 'string') mock.play(played as never)
  else mock.play('seek/happy-path', played as never)
  await lookUp(
    PROFILES,
    {
      url: 'https://api.seek-api.com',
      key: mock.credentials('seek').active,
      // As an answer of a network, it comes later: what follows it was sent after it.
      fetch: async (url, init) => {
        const answer = await mock.fetch(url, init)
        await setImmediate()
        return answer
      },
      sleep: (ms) => mock.clock.advance(ms),
    },
    habit,
  )
  return [...new Set(mock.findings({ final: true }).map(({ code }) => code))]
}

const TIGHT = { limits: { requests: { capacity: 1, refill: '1 per 4s' } } }
const POOR = { accounts: { default: { credits: 5 } } }
const DEAD = { accounts: { default: { keys: { '*': 'revoked' } } } }
const DOWN = { rules: [{ when: { operation: 'getMe' }, then: { error: 'InternalServerError' } }] }
const FAILING = { jobs: { job: { outcome: 'failed' } } }

const VANISHING = { rules: [{ when: { operation: 'getJob', call: '3..' }, then: { error: 'NotFound#job' } }] }

const json = (body: unknown): string => JSON.stringify(body)
const work = (change: Partial<ReturnType<Habits['work']>>): Partial<Habits> => ({
  work: (profile) => ({ ...habits.work(profile), ...change }),
  // The same would be refused for each profile.
  stopsWork: (status) => status >= 400,
})
const account = (change: Partial<ReturnType<Habits['account']>>): Partial<Habits> => ({
  account: () => ({ ...habits.account(''), ...change }),
})
const nobody = { path: '/v1/workers/nobody/jobs' }

const MUTANTS: ReadonlyArray<[what: string, code: string, played: Played, change: Partial<Habits>]> = [
  [
    'sends its key in the query',
    'credential-in-url',
    {},
    { account: (key) => ({ method: 'GET', path: `/v1/me?api_key=${key}` }) },
  ],
  ['adds a parameter of its own', 'unknown-parameter', {}, account({ path: '/v1/me?verbose=true' })],
  [
    'adds another one to its polls',
    'unknown-parameter',
    {},
    { job: (id) => ({ method: 'GET', path: `/v1/jobs/${id}?expand=result` }) },
  ],
  ['asks for page 0', 'invalid-parameter', {}, account({ path: '/v1/workers?page=0' })],
  ['asks for a thousand a page', 'invalid-parameter', {}, account({ path: '/v1/workers?per_page=1000' })],
  ['takes another path', 'unknown-path', {}, account({ path: '/v1/account' })],
  ['leaves the version out', 'unknown-path', {}, account({ path: '/me' })],
  ['ends a path with a slash', 'unknown-path', {}, account({ path: '/v1/users/me' })],
  ['writes where there is only reading', 'unknown-method', {}, account({ method: 'PUT' })],
  ['deletes where there is only reading', 'unknown-method', {}, account({ method: 'DELETE' })],
  ['sends no body', 'missing-body', {}, work({ body: undefined })],
  ['sends a list', 'invalid-body', {}, work({ body: json([]) })],
  ['sends a body that is not JSON', 'invalid-body', {}, work({ body: '{"profile_url":' })],
  [
    'sends an unknown priority',
    'invalid-body',
    {},
    work({ body: json({ profile_url: PROFILES[0], priority: 'now' }) }),
  ],
  [
    'calls its JSON text',
    'unknown-media-type',
    {},
    { headers: (key) => ({ 'x-api-key': key, 'content-type': 'text/plain' }) },
  ],
  ['goes on without credits', 'credits', POOR, { stopsWork: (status) => status === 401 }],
  [
    'takes a 402 for a passing one',
    'credits',
    POOR,
    { mayPass: (status, method) => status === 402 || habits.mayPass(status, method) },
  ],
  ['goes on with a dead key', 'dead-credential', DEAD, { stopsWithoutAccess: false, stopsWork: () => false }],
  ['tries a dead key again', 'dead-credential', DEAD, { mayPass: (status) => status === 401 }],
  ['tries a 404 again', 'retry-refused', {}, { ...work(nobody), mayPass: (status) => status === 404 }],
  ['tries every refusal again', 'retry-refused', {}, { ...work(nobody), mayPass: (status) => status >= 400 }],
  ['waits a second at most', 'retry-after', TIGHT, { tries: 2, pause: () => 1000 }],
  ['waits half as long as it is told', 'retry-after', TIGHT, { tries: 2, pause: (header) => Number(header) * 500 }],
  ['does not wait after a 429', 'retry-after', TIGHT, { pause: () => 0 }],
  ['tries again at once after a 500', 'backoff', DOWN, { tries: 6, pause: () => 0 }],
  ['waits the same each time', 'backoff', DOWN, { tries: 6, pause: () => 250 }],
  ['waits less each time', 'backoff', DOWN, { tries: 6, pause: (_, attempt) => 4000 / attempt }],
  ['never gives up', 'retry-storm', DOWN, { tries: 14 }],
  ['polls on after the end', 'poll-after-final', {}, { isFinal: () => false, polls: 10 }],
  ['knows one end only', 'poll-after-final', FAILING, { isFinal: (state) => state === 'completed', polls: 10 }],
  [
    'expects the end in other letters',
    'poll-after-final',
    {},
    { isFinal: (state) => state === 'COMPLETED', polls: 10 },
  ],
  ['polls what is not there', 'poll-unknown', VANISHING, { isGone: () => false, polls: 6 }],
]

test.each<Played>([
  {},
  TIGHT,
  POOR,
  DEAD,
  DOWN,
  FAILING,
  'seek/out-of-credits',
  'seek/job-vanishes',
  'seek/flaky-5xx',
  'seek/rate-limited',
])('a good client has no findings in %j', async (played) => {
  expect(await codesOf(habits, played)).toEqual([])
})

// Real time counts too: on a busy machine, waits of nothing may look as if they grew.
test.each(MUTANTS)(
  'a client that %s has the finding %s, and no other',
  { retry: 3 },
  async (_, code, played, change) => {
    expect(await codesOf({ ...habits, ...change }, played)).toEqual([code])
  },
)
