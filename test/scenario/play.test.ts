import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatProblem, InvalidFileError, UnknownNameError } from 'sparring'
import { expect, test } from 'vitest'
import { document, project } from '../support/data/folder.ts'
import { frozenMock, NOW } from '../support/mock/mock.ts'
import { readEntity } from '../support/vendors/seal.ts'
import { seekClient } from '../support/vendors/seek.ts'

const OUTAGE = { rules: [{ then: { error: 'InternalServerError' }, at: 'arrival' }] } as const

test('play changes the situation and keeps clock, jobs, counters and journal', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  const id = await seek.start()
  await mock.clock.advance('3s')
  for (let call = 0; call < 15; call++) await seek.me()
  mock.play('seek/job-fails')
  expect(mock.clock.now()).toBe(NOW + 3000)
  expect((await seek.job(id)).status).toBe('running')
  // The running job keeps its course; one that starts now takes the new one.
  const next = await seek.start()
  expect(mock.journal.exchanges()).toHaveLength(18)
  // Twenty less fifteen, less the two since.
  for (let call = 0; call < 3; call++) expect((await seek.me()).status).toBe(200)
  expect((await seek.me()).status).toBe(429)
  await mock.clock.advance('1m')
  expect([(await seek.job(id)).status, (await seek.job(next)).status]).toEqual(['completed', 'failed'])
})

test('a fresh play keeps nothing, and the clock is where it began', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  await seek.start()
  await mock.clock.advance('1h')
  mock.next('seek', 'getMe', 500)
  mock.on('seek', 'getMe', () => ({ error: 'InternalServerError' }))
  mock.play('seek/job-fails', { fresh: true })
  expect(mock.journal.exchanges()).toEqual([])
  expect(mock.clock.now()).toBe(NOW)
  expect(await seek.jobs()).toEqual([])
  expect((await seek.me()).status).toBe(200)
  mock.play('seek/happy-path', { accounts: { default: { credits: 3 } } }, { fresh: true })
  expect((await seek.credits()).balance).toBe(3)
  expect(mock.journal.exchanges()).toHaveLength(1)
})

test('changes given to play are laid over the scenario, mid-test', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  expect((await seek.submit()).status).toBe(202)
  mock.play('seek/happy-path', { accounts: { default: { credits: 3 } } })
  expect((await seek.submit()).status).toBe(402)
  expect((await seek.submit({ query: 'tea' }, 'places-search')).status).toBe(402)
  await mock.clock.advance('1m')
  expect((await seek.credits()).balance).toBe(-2)
  mock.play('seek/happy-path', {
    data: { workers: { 'linkedin-profile': { price_credits: 1 } } },
    accounts: { default: { credits: 1 } },
  })
  expect((await seek.submit()).body).toMatchObject({ cost_estimate_credits: 1 })
})

test('a scenario that cannot be played leaves the old situation as it was', async () => {
  const mock = frozenMock({ vendors: ['seek'], scenario: 'seek/key-revoked' })
  const seek = seekClient(mock.fetch)
  const stillRevoked = async (): Promise<void> => expect((await seek.me()).status).toBe(401)
  expect(() => mock.play('seek/happy-pat')).toThrow(
    new UnknownNameError('Failed to play "seek/happy-pat": no such scenario. Did you mean "seek/happy-path"?'),
  )
  await stillRevoked()
  expect(() => mock.play('./nowhere.yaml')).toThrow(
    /^Failed to play ".\/nowhere.yaml": there is no file \/.*nowhere\.yaml\.$/,
  )
  expect(() => mock.play('seal/concurrency')).toThrow(
    new UnknownNameError(
      `Failed to play "seal/concurrency": it is a scenario of seal, and this mock has seek. Add the vendor: createMock({ vendors: ['seek', 'seal'] }).`,
    ),
  )
  expect(() =>
    mock.play('seek/happy-path', { accounts: { default: { plan: 'fre' as never } } }, { fresh: true }),
  ).toThrow(InvalidFileError)
  await stillRevoked()
  expect(mock.journal.exchanges()).toHaveLength(2)
})

test('all problems of a played change are reported at once, each with its place', () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const changes = {
    accounts: { default: { plan: 'fre' } },
    limits: { request: { capacity: 1 } },
    jobs: { job: { outcome: 'complete', timings: { runing: '1s' } } },
    data: { worker: {} },
    rules: [
      { when: { operation: 'submitjob' }, then: { error: 'PaymentRequired' } },
      { when: { operation: 'getMe' }, then: { error: 'NotFound' } },
      { then: { error: 'PaymentRequird' } },
    ],
  }
  const problems = thrown(() => mock.play('seek/happy-path', changes as never))
  expect(problems.message.split('\n')[0]).toBe('Failed to load the scenario seek/happy-path: 8 problems.')
  expect(problems.problems.map((problem) => `${problem.code} ${problem.pointer}: ${problem.message}`)).toEqual([
    'unknown-plan /accounts/default/plan: "fre" is not a plan of seek. Did you mean "free"?',
    'unknown-limit /limits/request: "request" is not a limit of seek. Did you mean "requests"?',
    'unknown-collection /data/worker: "worker" is not a collection of seek. Did you mean "workers"?',
    'unknown-outcome /jobs/job/outcome: "complete" is not an outcome of the job job. Did you mean "completed"?',
    'unknown-state /jobs/job/timings/runing: "runing" is not a state of the job job. Did you mean "running"?',
    'unknown-operation /rules/0/when/operation: "submitjob" is not an operation of seek. Did you mean "submitJob"?',
    'undocumented-answer /rules/1/then/error: getMe documents no NotFound. It has: 200, Unauthorized, TooManyRequests, InternalServerError. For an answer off the contract write "answer" with "offContract" and the reason.',
    'unknown-error /rules/2/then/error: "PaymentRequird" is not an error of seek. Did you mean "PaymentRequired"?',
  ])
  expect(formatProblem(problems.problems[0]!)).toMatch(
    /^the changes given to play\(\)#\/accounts\/default\/plan error unknown-plan: "fre" is not a plan/,
  )
})

test('an unknown keyword is reported with the nearest one', () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const problems = thrown(() => mock.play('seek/happy-path', { acounts: {} } as never))
  expect(problems.message).toBe(
    'Failed to load the changes given to play(): 1 problem.\n  the changes given to play()#/acounts error unknown-keyword: "acounts" is not a keyword of a scenario. Did you mean "accounts"?',
  )
})

test('changes that name a parent or a vendor are refused, since neither would have an effect', () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const play = (changes: object): string => thrown(() => mock.play('seek/happy-path', changes as never)).message
  const place = (keyword: string): string => `the changes given to play()#/${keyword} error no-effect: "${keyword}"`
  const why = 'has no effect here: changes apply on top of the scenarios that play() names.'
  expect(play({ extends: 'seek/out-of-credits' })).toBe(
    `Failed to load the changes given to play(): 1 problem.\n  ${place('extends')} ${why} Play that scenario too: play(['seek/out-of-credits', …], changes).`,
  )
  expect(play({ vendor: 'seal' })).toBe(
    `Failed to load the changes given to play(): 1 problem.\n  ${place('vendor')} ${why} Changes of one vendor go under "vendors", by its name.`,
  )
})

test('a user’s own scenario is played from its file, and its mistakes are reported with their lines', () => {
  const folder = project({})
  mkdirSync(join(folder, 'seek'))
  const write = (name: string, text: string): string => {
    const file = join(folder, 'seek', `${name}.yaml`)
    writeFileSync(file, text)
    return file
  }
  write('poor', 'title: Nothing to spend\nvendor: seek\nextends: happy-path\naccounts: { default: { credits: 0 } }\n')
  const file = write(
    'wrong',
    [
      'title: Wrong twice',
      'vendor: seek',
      'extends: poor',
      'accounts:',
      '  default:',
      '    plan: fre',
      'rules:',
      '  - then: { error: PaymentRequird }',
      '',
    ].join('\n'),
  )
  const loop = write('loop', 'title: Round and round\nvendor: seek\nextends: loop\n')
  const mock = frozenMock({ vendors: ['seek'], scenarios: [folder] })
  mock.play('seek/poor')
  const problems = thrown(() => mock.play(file))
  expect(problems.problems.map((problem) => `${problem.line}:${problem.column} ${problem.code}`)).toEqual([
    '6:5 unknown-plan',
    '8:13 unknown-error',
  ])
  expect(problems.message).toMatch(
    /^Failed to load the scenario .*wrong\.yaml: 2 problems\.\n {2}.*wrong\.yaml:6:5 error unknown-plan: "fre" is not a plan of seek\. Did you mean "free"\?\n/,
  )
  expect(thrown(() => mock.play(loop)).problems[0]!.code).toBe('cyclic-extends')
})

test('several scenarios are played at once, and a play of one vendor leaves the others alone', async () => {
  const mock = frozenMock({ vendors: ['seek', 'seal'], scenario: ['seek/key-revoked', 'seal/request-rate'] })
  const seek = seekClient(mock.fetch)
  const seal = async () => (await mock.fetch(readEntity())).status
  expect((await seek.me()).status).toBe(401)
  expect([await seal(), await seal(), await seal(), await seal()]).toEqual([200, 200, 200, 429])
  mock.play('seek/happy-path')
  expect([(await seek.me()).status, await seal()]).toEqual([200, 429])
  mock.play(['seek/happy-path', 'seal/happy-path'], { vendors: { seal: OUTAGE } })
  expect([(await seek.me()).status, await seal()]).toEqual([200, 500])
})

function thrown(run: () => void): InvalidFileError {
  try {
    run()
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidFileError)
    return error as InvalidFileError
  }
  throw new Error('nothing was thrown')
}

test('seed and pace given to play() win over those given to createMock()', async () => {
  const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/request-rate', pace: 2 })
  const wait = async (): Promise<string | null> => {
    for (let count = 0; count < 3; count++) await mock.fetch(readEntity())
    return (await mock.fetch(readEntity())).headers.get('retry-after')
  }
  expect(await wait()).toBe('30')
  mock.play('seal/request-rate', { pace: 60 }, { fresh: true })
  expect(await wait()).toBe('1')
})

test('an error that an operation lacks is reported by status or name, unless another mistake is the cause', () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const lacking = 'getMe documents no 402; it has 200, 401, 429, 500.'
  expect(() => mock.next('seek', 'getMe', 402)).toThrow(
    new UnknownNameError(`Failed to prepare the next getMe: ${lacking}`),
  )
  const told = (rule: object): readonly string[] =>
    thrown(() => mock.play('seek/happy-path', { rules: [rule] } as never)).problems.map(
      ({ code, pointer, message }) => `${code} ${pointer}: ${message}`,
    )
  const remedy = 'For an answer off the contract write "answer" with "offContract" and the reason.'
  expect(told({ when: { operation: 'getMe' }, then: { error: 402 } })).toEqual([
    `undocumented-answer /rules/0/then/error: ${lacking} ${remedy}`,
  ])
  expect(
    told({ when: { operation: ['getJob', 'getMe'] }, then: { sequence: [{ delay: '1s' }, { error: 404 }] } }),
  ).toEqual([
    `undocumented-answer /rules/0/then/sequence/1/error: getMe documents no 404; it has 200, 401, 429, 500. ${remedy}`,
  ])
  expect(told({ when: { operation: 'getMee' }, then: { error: 402 } })).toEqual([
    'unknown-operation /rules/0/when/operation: "getMee" is not an operation of seek. Did you mean "getMe"?',
  ])
  expect(told({ then: { error: 418 } })).toEqual(['unknown-error /rules/0/then/error: "418" is not an error of seek.'])
})

test('mistakes of form, of the extended scenario and of names are reported together', () => {
  const file = document(
    'nine.yaml',
    `titel: Nine mistakes
title: Nine mistakes
vendor: seek
extends: hapy-path
latency: 2 s
limits: { request: { capacity: 3 } }
accounts: { default: { plan: gold } }
jobs: { jop: { outcome: failed }, job: { outcome: done } }
rules:
  - when: { operation: getMee }
    then: { eror: 500 }
  - then: { error: InternalServerErorr }
`,
  )
  const mock = frozenMock({ vendors: ['seek'] })
  const { problems } = thrown(() => mock.play(file))
  expect(problems.map(({ code, line }) => `${line} ${code}`).sort((a, b) => parseInt(a) - parseInt(b))).toEqual([
    '1 unknown-keyword',
    '4 unknown-scenario',
    '5 bad-format',
    '6 unknown-limit',
    '7 unknown-plan',
    '8 unknown-job',
    '8 unknown-outcome',
    '10 unknown-operation',
    '11 unknown-keyword',
    '12 unknown-error',
  ])
})

test('changes of the wrong form and unknown names are reported together, each at its place', () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const { message, problems } = thrown(() =>
    mock.play('seek/happy-path', {
      latency: 3,
      accounts: { default: { plan: 'gold' } },
      rules: [3, { when: { operation: [7, 'getMee'] }, then: { delay: '1s' } }],
    } as never),
  )
  expect(message.split('\n')[0]).toBe('Failed to load the scenario seek/happy-path: 5 problems.')
  expect(problems.map(({ code, pointer, file }) => `${file} ${pointer} ${code}`)).toEqual(
    [
      '/latency wrong-type',
      '/rules/0 wrong-type',
      '/rules/1/when/operation/0 wrong-type',
      '/accounts/default/plan unknown-plan',
      '/rules/1/when/operation/1 unknown-operation',
    ].map((place) => `the changes given to play() ${place}`),
  )
})

test('a list of mistakes has an end, and the error holds all of them', () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const rules = Array.from({ length: 3000 }, () => ({ when: { operation: 'getMee' }, then: { delay: '1s' } }))
  const { message, problems } = thrown(() => mock.play('seek/happy-path', { rules } as never))
  const lines = message.split('\n')
  expect([lines.length, lines[0], lines.at(-1)]).toEqual([
    32,
    'Failed to load the scenario seek/happy-path: 3000 problems.',
    '  … and 2,970 more',
  ])
  expect(problems).toHaveLength(3000)
})

test('a scenario of the environment is for the mocks that have its vendor', async () => {
  const playing = (scenarios: string, vendors: readonly string[]) => {
    process.env['SPARRING_SCENARIO'] = scenarios
    try {
      return frozenMock({ vendors })
    } finally {
      delete process.env['SPARRING_SCENARIO']
    }
  }
  const status = async (mock: ReturnType<typeof frozenMock>) => (await seekClient(mock.fetch).me()).status
  expect(await status(playing('seal/concurrency', ['seek']))).toBe(200)
  expect(await status(playing('seal/concurrency, seek/key-revoked', ['seek']))).toBe(401)
  expect(await status(playing('seal/concurrency,seek/key-revoked,', ['seal', 'seek']))).toBe(401)
  expect(() => playing('seal/concurency', ['seek'])).toThrow(
    new UnknownNameError('Failed to play "seal/concurency": no such scenario. Did you mean "seal/concurrency"?'),
  )
})
