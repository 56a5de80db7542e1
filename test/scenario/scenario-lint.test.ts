import { readFileSync } from 'node:fs'
import { InvalidFileError, type ScenarioChanges } from 'sparring'
import { expect, test } from 'vitest'
import { LIMIT_KEYWORDS } from '../../mocks/spec/compile/limits.ts'
import { project, sparring } from '../support/processes/cli.ts'
import { frozenMock } from '../support/mock/mock.ts'
import { seekWith } from '../support/vendors/seek.ts'
import { vendorMock } from '../support/mock/spec.ts'

/** What is written and can have no effect is refused where it is played, with what to write instead. */

function told(vendor: string, changes: unknown, mock = frozenMock({ vendors: [vendor] })): readonly string[] {
  try {
    mock.play(`${vendor}/happy-path`, changes as ScenarioChanges)
    return []
  } catch (error) {
    if (!(error instanceof InvalidFileError)) throw error
    return error.problems.map(({ code, pointer, message }) => `${code} ${pointer}: ${message}`)
  }
}

const when = (conditions: object) => ({ rules: [{ when: conditions, then: { delay: '1s' } }] })

test.each([
  [
    'seek',
    { requests: { limit: 3, window: '60s' } },
    [
      'no-effect /limits/requests/limit: "limit" has no effect on the limit "requests", whose algorithm is token-bucket. It has: capacity, refill, instances, queue.',
      'no-effect /limits/requests/window: "window" has no effect on the limit "requests", whose algorithm is token-bucket. It has: capacity, refill, instances, queue.',
    ],
  ],
  [
    'seal',
    {
      'request-rate': { capacity: 3, refill: '1 per 1s', starts: 'clock' },
      concurrency: { window: '1s', lease: '5s' },
    },
    [
      'no-effect /limits/request-rate/capacity: "capacity" has no effect on the limit "request-rate", whose algorithm is sliding-window. It has: limit, window, instances, queue.',
      'no-effect /limits/request-rate/refill: "refill" has no effect on the limit "request-rate", whose algorithm is sliding-window. It has: limit, window, instances, queue.',
      'no-effect /limits/request-rate/starts: "starts" has no effect on the limit "request-rate", whose algorithm is sliding-window. It has: limit, window, instances, queue.',
      'no-effect /limits/concurrency/window: "window" has no effect on the limit "concurrency", whose algorithm is concurrency. It has: limit, lease, instances, queue.',
    ],
  ],
  [
    'sequentum',
    { requests: { lease: '5s', starts: 'clock' } },
    [
      'no-effect /limits/requests/lease: "lease" has no effect on the limit "requests", whose algorithm is fixed-window. It has: limit, window, starts, instances, queue.',
    ],
  ],
])('a limit of %s has the keywords of its algorithm: %j', (vendor, limits, problems) => {
  expect(told(vendor, { limits })).toEqual(problems)
})

test('states, account fields, dialects and plans are looked up', () => {
  expect(told('seek', when({ operation: 'getJob', job: { state: 'runing' } }))).toEqual([
    'unknown-state /rules/0/when/job/state: "runing" is not a state of the job job. Did you mean "running"?',
  ])
  expect(told('seclai', when({ job: { state: 'exported' } }))[0]).toMatch(
    /^unknown-state \/rules\/0\/when\/job\/state: "exported" is not a state of the jobs .*export.*\. Did you mean/,
  )
  expect(told('seek', { accounts: { default: { plann: 'pro' } } })).toEqual([
    'unknown-field /accounts/default/plann: "plann" is not a field of the accounts of seek, and nothing reads {$account.plann}. Did you mean "plan"? A field that only code reads belongs to "accounts" of the spec.',
  ])
  expect(told('seek', { dialect: 'us' })[0]).toContain('unknown-dialect /dialect: ')
  expect(told('seclai', { accounts: { default: { dns: 'broken', agent_limit: 1 } } })).toEqual([])
})

test('an account may have any field that the scenario itself reads', () => {
  const reading = {
    accounts: { default: { nickname: 'Ana' } },
    rules: [{ when: { operation: 'getMe' }, then: { headers: { 'X-Nick': '{$account.nickname}' } } }],
  }
  expect(told('seek', reading)).toEqual([])
})

test('empty ranges and numbers below what they count are refused', () => {
  expect(told('seek', when({ call: '5..2' }))).toEqual([
    'bad-format /rules/0/when/call: "5..2" ends before it begins. Write the smaller number first: 2..5.',
  ])
  expect(told('seek', { latency: { operations: { getMe: { min: '2s', max: '1s' } } } })).toEqual([
    'bad-format /latency/operations/getMe: The range ends before it begins: "min" is 2s, "max" 1s. Write the shorter one as "min".',
  ])
  expect(told('seek', { latency: { min: '2s', max: '1s' } })).toHaveLength(1)
  expect(told('seek', { accounts: { default: { credits: -5 } } })).toEqual([
    'bad-format /accounts/default/credits: "credits" must be an integer from 0, or null for no end of credits; got -5.',
  ])
  expect(told('seek', when({ time: '2026-02-31T99:00:00Z..' }))).toEqual([
    'bad-format /rules/0/when/time: "2026-02-31T99:00:00Z" is not a moment. There is no such instant.',
  ])
  expect(told('seek', { clock: { at: '2026-13-01T10:00:00Z' } })).toEqual([
    'bad-format /clock/at: "2026-13-01T10:00:00Z" is not an instant: that date does not exist.',
  ])
})

test('fields of data fit the schema of their collection, and jobs are no data', () => {
  expect(told('seek', { data: { workers: { mine: { name: 'Mine', price_credits: 'many' } } } })).toEqual([
    'wrong-type /data/workers/mine/price_credits: price_credits must be an integer, says the schema of workers; got "many".',
  ])
  expect(told('seek', { data: { workers: { mine: { name: 'Mine', price_credits: 3 } } } })).toEqual([])
  expect(told('seek', { data: { jobs: { job_1: { status: 'failed' } } } })).toEqual([
    'no-effect /data/jobs: "jobs" holds jobs, which requests start, so "data" has no effect on it. Write how they go under "jobs: job".',
  ])
})

test('conditions that no request of the operations can fulfil are refused', () => {
  expect(told('seek', when({ operation: 'getMe', call: 2, per: 'job' }))).toEqual([
    'never-matches /rules/0/when/per: The path of getMe names no job, so "per" never holds. Operations whose path does: getJob, cancelJob.',
  ])
  expect(told('seek', when({ operation: ['listWorkers', 'submitJob'], job: { state: 'queued' } }))).toEqual([
    'never-matches /rules/0/when/job: The path of listWorkers, submitJob names no job, so "job" never holds. Operations whose path does: getJob, cancelJob.',
  ])
  expect(told('seek', when({ operation: ['listWorkers', 'getJob'], job: { state: 'queued' } }))).toEqual([])
  expect(told('seek', when({ operation: 'getMe', body: { '/a': 1 } }))).toEqual([
    'never-matches /rules/0/when/body: getMe takes no body, so "body" never holds. Leave it out, or ask for "query" or "header".',
  ])
  const open = vendorMock(
    'open',
    `openapi: 3.1.0
info: { title: Open, version: '1' }
paths: { /me: { get: { operationId: me, responses: { '204': { description: You. } } } } }
`,
  )
  const rules = [{ when: { operation: 'me', credential: 'x', per: 'job' }, then: { delay: '1s' } }]
  expect(() => open.play([], { rules } as ScenarioChanges)).toThrow(
    /me names no job.*open has no such operation[^]*me needs no key/,
  )
})

test('a state that a job does not leave by itself has no time', () => {
  expect(
    told('seek', { jobs: { job: { timings: { completed: '5s' }, nth: { 2: { timings: { failed: '1s' } } } } } }),
  ).toEqual(
    ['/jobs/job/timings/completed', '/jobs/job/nth/2/timings/failed'].map(
      (place) =>
        `no-effect ${place}: A job ends in "${place.split('/').at(-1)}", so it stays there and a time has no effect. States that a job leaves by itself: queued, running.`,
    ),
  )
})

const seekFile = (rules: string, more = ''): string => `title: Hidden\nvendor: seek\n${more}rules: [${rules}]\n`

test.each([
  [
    'a rule for everything before it',
    '{ then: { error: 500 } }, { when: { operation: getMe }, then: { error: 429 } }',
    true,
  ],
  [
    'a delay for everything before it',
    '{ then: { delay: 1s } }, { when: { operation: getMe }, then: { error: 429 } }',
    true,
  ],
  [
    'the same conditions, and calls among those of the other',
    '{ when: { operation: getMe, call: 1..3 }, then: { error: 500 } }, { when: { operation: getMe, call: 2 }, then: { error: 429 } }',
    true,
  ],
  [
    'more conditions than the other',
    '{ when: { operation: getMe, header: { X-A: b } }, then: { error: 500 } }, { when: { operation: getMe, header: { x-a: b }, query: { q: 1 } }, then: { error: 429 } }',
    true,
  ],
  [
    'an answer at arrival behind it',
    '{ when: { operation: getMe }, then: { error: 429 }, at: reply }, { then: { error: 500 }, at: arrival }',
    true,
  ],
  ['another place', '{ then: { error: 500 } }, { when: { operation: getMe }, then: { error: 429 }, at: reply }', false],
  [
    'a delay at arrival',
    '{ then: { delay: 1s }, at: arrival }, { when: { operation: getMe }, then: { error: 429 } }',
    false,
  ],
  [
    'chance',
    '{ when: { chance: 0.5 }, then: { error: 500 } }, { when: { operation: getMe }, then: { error: 429 } }',
    false,
  ],
  [
    'time',
    '{ when: { time: ..1m }, then: { error: 500 } }, { when: { operation: getMe }, then: { error: 429 } }',
    false,
  ],
  [
    'fewer operations',
    '{ when: { operation: getMe }, then: { error: 500 } }, { when: { operation: [getMe, getJob] }, then: { error: 429 } }',
    false,
  ],
  [
    'calls that are counted over other requests',
    '{ when: { call: 1..3 }, then: { error: 500 } }, { when: { operation: getMe, call: 2 }, then: { error: 429 } }',
    false,
  ],
  [
    'calls beyond those of the other',
    '{ when: { call: 1..3 }, then: { error: 500 } }, { when: { call: 3..4 }, then: { error: 429 } }',
    false,
  ],
])('a rule that another one hides is told, and no other: %s', async (_, rules, isHidden) => {
  const { code, out } = await sparring(['check', 'rules.yaml'], { cwd: project({ 'rules.yaml': seekFile(rules) }) })
  expect([code, out.includes('warning never-acts: This rule never acts: rule ')]).toEqual([0, isHidden])
})

test('a rule of what is extended may be hidden on purpose', async () => {
  const cwd = project({
    'scenarios/seek/base.yaml': seekFile('{ when: { operation: getMe }, then: { error: 429 } }'),
    'scenarios/seek/mine.yaml': seekFile('{ then: { error: 500 } }', 'extends: base\n'),
  })
  expect((await sparring(['check', 'scenarios/seek/mine.yaml'], { cwd })).out).toBe('0 specs, 1 scenario: no errors.\n')
})

test('only the first of several rules at one place acts, even if it is a delay', async () => {
  const { mock, seek } = seekWith([
    { when: { operation: 'getMe' }, then: { delay: '0s' } },
    { when: { operation: 'getMe' }, then: { error: 500 } },
  ])
  expect((await seek.me()).status).toBe(200)
  expect(mock.journal.explain()).toContain('by handle')
})

test('a scenario may change every setting that an algorithm of limits has', () => {
  const schema = JSON.parse(readFileSync('scenarios/scenario.schema.json', 'utf8')) as {
    $defs: { limit: { properties: object } }
  }
  const settings = new Set(Object.values(LIMIT_KEYWORDS).flat())
  expect(Object.keys(schema.$defs.limit.properties).sort()).toEqual([...settings].sort())
})
