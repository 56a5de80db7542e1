import { createMock, InvalidFileError } from 'sparring'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { project, sparring } from '../../support/processes/cli.ts'

type Data = Record<string, unknown>

const slow = { timeout: 120_000 }

/** A document with these jobs, and what else is given, over a small vendor that is right. */
function spec(mock: Data, more: { readonly operation?: Data; readonly responses?: Data } = {}): string {
  const ok = { description: 'It is done.' }
  return stringify({
    openapi: '3.1.0',
    info: { title: 'Faulty', version: '1' },
    'x-mock': { vendor: 'faulty', ...mock },
    paths: {
      '/runs': { post: { operationId: 'run', tags: ['Runs'], responses: { '202': ok }, ...more.operation } },
    },
    components: {
      responses: {
        Busy: { description: 'Wait.', content: { 'application/json': { examples: { now: { value: {} } } } } },
        ...more.responses,
      },
    },
  })
}

function machine(states: Data): string {
  return spec({ collections: { runs: {} }, jobs: { run: { in: 'runs', states } } })
}

/** The messages of a document, each with the text that stands at its place. */
async function problemsOf(text: string): Promise<string[]> {
  const cwd = project({ 'faulty.yaml': text })
  const { out } = await sparring(['check', 'faulty.yaml', '--json'], { cwd })
  const found = JSON.parse(out) as { problems: Array<Record<'code' | 'severity' | 'message' | 'pointer', string>> }
  return found.problems.map(({ severity, code, pointer, message }) => `${severity} ${code} ${pointer}: ${message}`)
}

const end = { final: true }

test.each([
  [
    'a state that nothing leads to',
    { queued: { for: '1s', then: 'done' }, paused: { on: { resume: 'queued' } }, done: end },
    [
      'error unreachable-state /x-mock/jobs/run/states/paused: No job reaches "paused": jobs begin as "queued", and no "then", "or" or "on" leads from there to it. Let a state lead to it, or remove it.',
    ],
  ],
  [
    'a state that leads to no end',
    { queued: { for: '1s', then: 'done', or: ['stuck'] }, stuck: {}, done: end, failed: end },
    [
      'error dead-end-state /x-mock/jobs/run/states/stuck: A job that is "stuck" never ends: no "then", "or" or "on" leads from there to a final state (done or failed). Let it lead to one, or write "final: true".',
      'error unreachable-state /x-mock/jobs/run/states/failed: No job reaches "failed": jobs begin as "queued", and no "then", "or" or "on" leads from there to it. Let a state lead to it, or remove it.',
    ],
  ],
  [
    'no final state at all',
    { queued: { for: '1s', then: 'running' }, running: { for: '1s', then: 'queued' } },
    [
      'error no-final-state /x-mock/jobs/run/states: None of the states of "run" is final, so its jobs never end. Write "final: true" at those that end one.',
    ],
  ],
  [
    'states that follow each other in no time',
    { a: { for: '0s', then: 'b', on: { stop: 'done' } }, b: { then: 'a' }, done: end },
    [
      'error spinning-states /x-mock/jobs/run/states/a: "a" and "b" follow each other without end, and no "for" above 0 says for how long one lasts. Give one of them a "for", or another "then".',
    ],
  ],
  [
    'a state that follows itself in no time',
    { a: { then: 'a', on: { stop: 'done' } }, done: end },
    [
      'error spinning-states /x-mock/jobs/run/states/a: "a" follows itself, and no "for" above 0 says for how long it lasts. Give it one, or another "then".',
    ],
  ],
])('check tells of %s', slow, async (_, states, messages) => {
  expect(await problemsOf(machine(states))).toEqual(messages)
})

test('a misspelt state is one mistake, whatever it leaves unreachable', slow, async () => {
  const states = { queued: { for: '1s', then: 'runing' }, running: { for: '1s', then: 'done' }, done: end }
  expect(await problemsOf(machine(states))).toEqual([
    'error unknown-state /x-mock/jobs/run/states/queued/then: "runing" is not one of the states. Did you mean "running"?',
  ])
})

test('check warns of values that read a field that nothing has', slow, async () => {
  const mock = {
    plans: { free: { burst: 3 } },
    accounts: { default: { plan: 'free' } },
    limits: [{ name: 'all', algorithm: 'fixed-window', limit: '{$plan.brst}', window: '1m', refuse: 'Busy' }],
    headers: [
      { from: 'limit', set: { A: '{$limits.al.remaining}', B: '{$limits.all.remainin} of {$limits.all.limit}' } },
    ],
    collections: { runs: {} },
    jobs: {
      run: {
        in: 'runs',
        start: { scene: '{$request.body#/scene}' },
        item: { state: '{$job.statu}', scene: '{$job.scene}', by: '{$account.anything}' },
        states: { done: end },
      },
    },
  }
  const found = await problemsOf(spec(mock))
  expect(found.filter((text) => text.includes('unknown-field'))).toEqual([
    'warning unknown-field /x-mock/limits/0/limit: "brst" is not a field of {$plan.…}. Did you mean "burst"? A value that is missing is left out.',
    'warning unknown-field /x-mock/headers/0/set/A: "al" is not a limit that {$limits.…} can read. Did you mean "all"?',
    'warning unknown-field /x-mock/headers/0/set/B: "remainin" is not a field of {$limits.all.…}. Did you mean "remaining"? A value that is missing is left out.',
    'warning unknown-field /x-mock/jobs/run/item/state: "statu" is not a field of {$job.…}. Did you mean "status"? A value that is missing is left out.',
  ])
})

test('a mistake of form hides no name that does not exist', slow, async () => {
  const limit = { name: 'all', algorithm: 'fixed-window', limit: 3, window: '1m', refuse: 'Bussy', colour: 'red' }
  const states = { queued: { for: 5, then: 'runing' }, running: { for: '1s', then: 'done' }, done: end }
  const mock = {
    plans: { free: { burst: 3 } },
    accounts: { default: { plan: 'fre' } },
    limits: [limit],
    collections: { runs: { orderr: 'id' } },
    jobs: { run: { in: 'runs', states } },
  }
  expect(await problemsOf(spec(mock))).toEqual([
    'error unknown-plan /x-mock/accounts/default/plan: "fre" is not one of the plans. Did you mean "free"?',
    'error unknown-error /x-mock/limits/0/refuse: "Bussy" is not one of components.responses or one of their examples. Did you mean "Busy"?',
    'error unknown-keyword /x-mock/limits/0/colour: "colour" is not a keyword of a fixed-window limit.',
    'error unknown-keyword /x-mock/collections/runs/orderr: "orderr" is not a keyword of a collection. Did you mean "order"?',
    'error wrong-type /x-mock/jobs/run/states/queued/for: "for" must be a duration like 250ms, 10s, 5m, 1h or 30d, or a value like "{$plan.window}"; got 5.',
    'error unknown-state /x-mock/jobs/run/states/queued/then: "runing" is not one of the states. Did you mean "running"?',
  ])
})

test('names that a mistake of form takes away are not missed', slow, async () => {
  const limit = { nme: 'all', algorithm: 'fixed-window', limit: 3, window: '1m', refuse: 'Busy' }
  const mock = { limits: [limit], order: ['limit:all', 'authenticate'] }
  expect(await problemsOf(spec(mock))).toEqual([
    'error unknown-keyword /x-mock/limits/0/nme: "nme" is not a keyword of a fixed-window limit. Did you mean "name"?',
  ])
})

test('an account on a plan that does not exist is an error', slow, async () => {
  const mock = { plans: { free: {} }, accounts: { default: { plan: 'fre' } } }
  expect(await problemsOf(spec(mock))).toEqual([
    'error unknown-plan /x-mock/accounts/default/plan: "fre" is not one of the plans. Did you mean "free"?',
  ])
})

test('a state that waits for a verb is no dead end, and a ring that takes time does not spin', slow, async () => {
  const states = {
    draft: { on: { submit: 'review' } },
    review: { for: '1s', then: 'draft', on: { approve: 'done' } },
    done: end,
  }
  const warnings = await problemsOf(machine(states))
  expect(warnings.filter((text) => text.startsWith('error'))).toEqual([])
  expect(warnings[0]).toBe(
    `warning unbound-verb /x-mock/jobs/run/states/draft/on/submit: No operation does "submit", so no request can cause it. A test can, with mock.do('faulty', id, 'submit'). For an operation write its "x-mock: { job: { do: submit, on: run } }"; if people do it, name it under "byHand".`,
  )
  expect(warnings).toHaveLength(2)
})

test('a verb that people say is named under byHand, and has to be one', slow, async () => {
  const states = { draft: { on: { approve: 'done' } }, done: end }
  const job = { in: 'runs', states, byHand: ['approve', 'aprove'] }
  expect(await problemsOf(spec({ collections: { runs: {} }, jobs: { run: job } }))).toEqual([
    'error unknown-verb /x-mock/jobs/run/byHand/1: "aprove" is not a verb of the job "run". Did you mean "approve"?',
  ])
})

test('loading refuses what check calls an error, with its place', () => {
  const cwd = project({ 'faulty.yaml': machine({ a: { for: '1s', then: 'b' }, b: {}, done: end }) })
  const load = (): unknown => createMock({ vendors: [`${cwd}/faulty.yaml`] })
  expect(load).toThrow(InvalidFileError)
  expect(load).toThrow('faulty.yaml:17:9 error unreachable-state: No job reaches "done"')
})

test('check reports unknown names in limits and headers, and items under two keys', slow, async () => {
  const limit = { algorithm: 'fixed-window', limit: 3, window: '1m', refuse: 'Busy' }
  const mock = {
    limits: [
      { ...limit, name: 'typo', on: ['rum'] },
      { ...limit, name: 'tagged', on: ['Runs'], except: ['Run'] },
    ],
    headers: [
      { from: 'limit:tagd', set: { A: 1 } },
      { from: 'validate:tagged', set: { B: 1 } },
    ],
    collections: { things: { key: ['id'], items: { bolt: { id: 'blot' }, nut: { id: 'nut' } } } },
  }
  expect(await problemsOf(spec(mock))).toEqual([
    'error unknown-operation /x-mock/limits/0/on/0: "rum" is neither an operation nor a tag. Did you mean "run"?',
    'error unknown-operation /x-mock/limits/1/except/0: "Run" is neither an operation nor a tag. Did you mean "run"?',
    'error unknown-limit /x-mock/headers/0/from: "tagd" is not one of the limits. Did you mean "tagged"?',
    'error unknown-part /x-mock/headers/1/from: "validate:tagged" names a part of validate, and only the stage limit has parts. Write "validate".',
    'error other-key /x-mock/collections/things/items/bolt/id: The item "bolt" says that its "id" is "blot", and requests find it as "bolt". Leave "id" out, or name the item so.',
  ])
})

test('check warns of unused limits, hidden keys, and undocumented refusals', slow, async () => {
  const limit = { algorithm: 'fixed-window', limit: 3, window: '1m', refuse: 'Busy' }
  const text = stringify({
    openapi: '3.1.0',
    info: { title: 'Faulty', version: '1' },
    'x-mock': {
      vendor: 'faulty',
      limits: [
        { ...limit, name: 'nobody', on: ['Runs'], except: ['run', 'move'] },
        { ...limit, name: 'some' },
      ],
      errors: { parse: 'Bad' },
      collections: {
        runs: { param: 'id', notFound: 'Gone' },
        things: { key: ['sku'], schema: '#/components/schemas/Thing' },
      },
      jobs: {
        run: {
          in: 'runs',
          states: { waiting: { on: { go: 'done' } }, done: end },
          credits: { hold: 1, refuse: 'Poor' },
        },
      },
    },
    paths: {
      '/runs': {
        post: {
          operationId: 'run',
          tags: ['Runs'],
          requestBody: { content: { 'application/json': { schema: { type: 'object' }, example: [] } } },
          'x-mock': { job: { start: 'run' }, errors: { validate: 'Bad' } },
          responses: { '202': { description: 'It runs.' }, '429': { $ref: '#/components/responses/Busy' } },
        },
      },
      '/runs/{id}': {
        put: {
          operationId: 'move',
          tags: ['Runs'],
          parameters: [
            { name: 'id', in: 'path', required: true, schema: { type: 'string' }, examples: { a: { value: 3 } } },
          ],
          'x-mock': { job: { do: 'go', on: 'run', refuse: 'Bad' } },
          responses: { '200': { description: 'It is done.' } },
        },
      },
    },
    components: {
      schemas: { Thing: { type: 'object', properties: { name: { type: 'string' } } } },
      responses: Object.fromEntries(
        ['Busy', 'Bad', 'Gone', 'Poor'].map((name) => [
          name,
          { description: name, content: { 'application/json': { examples: { it: { value: {} } } } } },
        ]),
      ),
    },
  })
  expect(await problemsOf(text)).toEqual([
    'warning unused-limit /x-mock/limits/0/name: No operation passes the limit "nobody", so it never refuses. Change its "on" or "except", or remove it.',
    'warning undocumented-refusal /x-mock/limits/1/refuse: The limit "some" answers with Busy#it, which move does not document. Add Busy to the responses.',
    'warning undocumented-refusal /x-mock/errors/parse: "parse" answers with Bad#it, which run does not document. Add Bad to the responses.',
    'warning undocumented-refusal /x-mock/collections/runs/notFound: The collection "runs" answers with Gone#it, which move does not document. Add Gone to the responses.',
    'warning hidden-key /x-mock/collections/things/key: "sku" is the key of things and no property of their schema, so no answer shows it. Add it to the schema, or use another key.',
    'warning undocumented-refusal /x-mock/jobs/run/credits/refuse: The job "run" answers with Poor#it, which run does not document. Add Poor to the responses.',
    'warning example-misfit /paths/~1runs/post/requestBody/content/application~1json/example: This example breaks its own schema: value must be an object. Fix one of them.',
    'error undocumented-refusal /paths/~1runs/post/x-mock/errors/validate: run documents no Bad. It has: 202, Busy. Add it to the responses, or name one of these.',
    'warning example-misfit /paths/~1runs~1{id}/put/parameters/0/examples/a/value: This example breaks its own schema: value must be a string. Fix one of them.',
    'error undocumented-refusal /paths/~1runs~1{id}/put/x-mock/job/refuse: move documents no Bad. It has: 200. Add it to the responses, or name one of these.',
  ])
})

test('check reports guards and permissions with an undocumented refusal', slow, async () => {
  const base = parse(
    spec({
      authorize: { levels: ['low', 'high'], granted: '{$account.level}', needs: 'low', refuse: 'Busy' },
      collections: { runs: { param: 'id', items: { one: {} } } },
    }),
  ) as Data
  const responses = { '200': { description: 'A run.' } }
  const parameters = [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }]
  const rules = {
    authorize: [{ value: '{$account.team}', equals: 'red', refuse: 'Busy' }],
    guard: [{ of: 'run', field: 'state', equals: 'new', refuse: 'Busy' }],
  }
  const text = stringify({
    ...base,
    security: [{ key: [] }],
    paths: {
      '/runs/{id}': {
        parameters,
        get: { operationId: 'readRun', responses },
        put: { operationId: 'changeRun', 'x-mock': rules, responses },
      },
    },
    components: { ...(base['components'] as Data), securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
  })
  expect(await problemsOf(text)).toEqual([
    'warning undocumented-refusal /x-mock/authorize/refuse: "authorize" answers with Busy#now, which readRun does not document. Add Busy to the responses.',
    'error undocumented-refusal /paths/~1runs~1{id}/put/x-mock/authorize/0/refuse: changeRun documents no Busy. It has: 200. Add it to the responses, or name one of these.',
    'error undocumented-refusal /paths/~1runs~1{id}/put/x-mock/guard/0/refuse: changeRun documents no Busy. It has: 200. Add it to the responses, or name one of these.',
  ])
})

test('check reports unknown names in order, and settlements of states that do not end a job', slow, async () => {
  const states = { queued: { for: '1s', then: 'done' }, done: end }
  const mock = {
    order: ['limit:minute', 'charge'],
    collections: { runs: {} },
    jobs: { run: { in: 'runs', states, credits: { hold: 1, settle: { queued: 0 }, refuse: 'Busy' } } },
  }
  expect(await problemsOf(spec(mock))).toEqual([
    'error unknown-limit /x-mock/order/0: "minute" is not one of the limits.',
    'error unknown-state /x-mock/jobs/run/credits/settle/queued: "queued" is not a final state of this job. Known: done.',
  ])
})

test('check warns of courses that no job of a scenario can take', slow, async () => {
  const cwd = project({
    'scenarios/seek/data.yaml': `title: A worker of the scenario's own takes another field
client: waits
vendor: seek
data: { workers: { painter: { input_schema: { type: object, properties: { colour: {} }, additionalProperties: false } } } }
jobs: { job: { where: [{ input: { /colour: red }, outcome: failed }] } }
`,
    'scenarios/seek/never.yaml': `title: Three cases that never come
client: waits
vendor: seek
jobs:
  job:
    where:
      - { input: { /query: tea }, outcome: failed }
      - { input: { /query: tea, /limit: 3 }, outcome: timeout }
      - { input: { /priority: high }, outcome: failed }
      - { input: { /colour: red }, outcome: failed }
      - { input: { /text: hello }, outcome: failed }
`,
  })
  expect((await sparring(['check', 'scenarios'], { cwd })).out)
    .toBe(`scenarios/seek/never.yaml:8:9 warning never-matches: This never matches: every input that matches it also matches the first case, and the first match applies. Change it, or remove it.
scenarios/seek/never.yaml:9:20 warning never-matches: This never matches: "priority" is taken out of the body before it is the job's input. Change it, or remove it.
scenarios/seek/never.yaml:10:20 warning never-matches: This never matches: no input of submitJob has a "colour". Change it, or remove it.

0 specs, 2 scenarios: no errors, 3 warnings.
`)
})

test("check finds nothing in the package's own specs, their examples included", slow, async () => {
  const { code, out } = await sparring(['check', 'seek', 'seal'])
  expect([code, out]).toEqual([0, expect.stringContaining('2 specs, 1 overlay, 0 scenarios: no errors.\n')])
})

test('a job from the start says its state', slow, async () => {
  const states = { queued: { for: '1s', then: 'done' }, done: end }
  const items = { job_1: { start: {} }, job_2: { state: 'don' } }
  const text = spec({ collections: { runs: {} }, jobs: { run: { in: 'runs', states, items } } })
  expect(await problemsOf(text)).toEqual([
    'error missing-keyword /x-mock/jobs/run/items/job_1: The job "job_1" is in no state. Write its "state", or a "timeline".',
    'error unknown-state /x-mock/jobs/run/items/job_2/state: "don" is not one of the states. Did you mean "done"?',
  ])
})

test('an error that several failures share is looked up once, where it is written', slow, async () => {
  const text = stringify({
    ...(parse(
      spec({
        limits: [{ name: 'all', algorithm: 'fixed-window', limit: 1, window: '1m', per: ['ip'], refuse: 'Busy#now' }],
        authenticate: { key: { missing: 'Busy#now', unknown: 'Bussy#now' } },
      }),
    ) as Data),
    components: {
      securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } },
      responses: {
        Busy: { description: 'Wait.', content: { 'application/json': { examples: { now: { value: {} } } } } },
      },
    },
  })
  const found = await problemsOf(text)
  expect(found.filter((problem) => problem.startsWith('error'))).toEqual([
    'error unknown-error /x-mock/authenticate/key/unknown: "Bussy#now" is not one of components.responses or one of their examples. Did you mean "Busy#now"?',
  ])
})

test('a mistake in per of slots is reported at its entry', slow, async () => {
  const slots = { per: ['account', 'acount'], capacity: 1 }
  expect(await problemsOf(machine({ queued: { for: '1s', then: 'done', slots }, done: end }))).toEqual([
    'error unknown-limit-key /x-mock/jobs/run/states/queued/slots/per/1: "acount" is not what a limit can count by. Did you mean "account"?',
  ])
})

test('a mark of a source is checked wherever it stands', async () => {
  const wanted = 'must be document, client or assumed; or client and a part, like "client: how keys begin"; got "sdk".'
  const run = {
    operation: { 'x-mock-source': 'sdk' },
    responses: { Late: { description: 'Late.', 'x-mock-source': 'sdk' } },
  }
  expect(await problemsOf(spec({}, run))).toEqual([
    `error bad-format /paths/~1runs/post/x-mock-source: "x-mock-source" ${wanted}`,
    `error bad-format /components/responses/Late/x-mock-source: "x-mock-source" ${wanted}`,
  ])
  expect(await problemsOf(spec({}, { operation: { 'x-mock-source': 'client: that it can be run' } }))).toEqual([])
})

test('a text that a comma has cut is found where keywords stand, and a null that is a value is not', async () => {
  const schema = `{ type: object, properties: { a: { description: The first, the best, of all, default: null }, b: { title: B, const: null } }, example: { title: One, two words: null } }`
  const content = `{ application/json: { schema: ${schema} } }`
  const responses = `{ '200': { description: Fine, as ever, content: ${content} } }`
  const text = `openapi: 3.1.0\ninfo: { title: Cut, version: '1' }\npaths: { /a: { get: { summary: A, responses: ${responses} } } }\n`
  const place = '/paths/~1a/get/responses/200'
  const a = `${place}/content/application~1json/schema/properties/a`
  const cut = (key: string): string =>
    `"${key}" follows the description as a key without a value: a comma has ended the text. Put the whole text in quotes.`
  expect((await problemsOf(text)).filter((line) => line.includes('cut-text'))).toEqual([
    `warning cut-text ${place}/as ever: ${cut('as ever')}`,
    `warning cut-text ${a}/the best: ${cut('the best')}`,
    `warning cut-text ${a}/of all: ${cut('of all')}`,
  ])
})

test('a key without a value that is not a keyword is reported wherever keywords stand, and nothing else is', async () => {
  const text = `openapi: 3.1.0
info: { title: Cut, version: '1' }
security: [{ key: }]
paths:
  /a:
    get:
      description:
      parameters: [{ name: q, in: query, example: one, two, schema: { type: string, pattern: ^a, b$ } }]
      responses: { '200': { description: d, content: { application/json: { example: { x: }, schema: { default: , properties: { y: { type: object, z } } } } } } }
components: { securitySchemes: { key: { type: oauth2, flows: { implicit: { authorizationUrl: 'https://a.example', scopes: { read: } } } } } }
`
  const why =
    'is not a keyword of OpenAPI and has no value: a comma in {…} may have ended what stands before it. Put that in quotes.'
  const get = '/paths/~1a/get'
  expect((await problemsOf(text)).filter((line) => line.includes('cut-text'))).toEqual([
    `warning cut-text ${get}/parameters/0/two: "two" ${why}`,
    `warning cut-text ${get}/parameters/0/schema/b$: "b$" ${why}`,
    `warning cut-text ${get}/responses/200/content/application~1json/schema/properties/y/z: "z" ${why}`,
  ])
})

test('a limit that counts keys cannot refuse an operation that needs none', async () => {
  const busy = { description: 'Busy', content: { 'application/json': { examples: { it: { value: {} } } } } }
  const limit = (per: string) => ({ algorithm: 'concurrency', limit: 1, per: [per], refuse: 'Busy#it' })
  const text = JSON.stringify({
    openapi: '3.1.0',
    info: { title: 'Keyless', version: '1' },
    security: [{ key: [] }],
    'x-mock': {
      limits: [
        { name: 'by-key', ...limit('credential') },
        { name: 'by-address', ...limit('ip') },
      ],
    },
    paths: {
      '/page': { get: { operationId: 'page', security: [], responses: { '204': { description: 'A page.' } } } },
      '/list': {
        get: {
          operationId: 'list',
          responses: { '204': { description: 'Done.' }, '429': { $ref: '#/components/responses/Busy' } },
        },
      },
    },
    components: {
      securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } },
      responses: { Busy: busy },
    },
  })
  expect(await problemsOf(text)).toEqual([
    'warning undocumented-refusal /x-mock/limits/1/refuse: The limit "by-address" answers with Busy#it, which page does not document. Add Busy to the responses.',
  ])
})
