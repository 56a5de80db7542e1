import { symlinkSync } from 'node:fs'
import { expect, test } from 'vitest'
import { acme, good } from '../fixtures/cli/acme.ts'
import { project, sparring } from '../support/processes/cli.ts'

test('finds every kind of mistake in specs, with its place', async () => {
  const head = "openapi: 3.1.0\ninfo: { title: Faulty, version: '1' }\n"
  const cwd = project({
    'node_modules/other/openapi.yaml': 'openapi: 3.1.0\n',
    'torn.yaml': 'openapi: 3.1.0\ninfo: { title: Torn\npaths: {}\n',
    'words.yaml': `${head}x-mock:
  vendor: words
  limts: []
  plans: 3
paths:
  /things:
    get:
      responses:
        '200': { description: All., content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
`,
    'names.yaml': `${head}x-mock:
  vendor: names
  unmatched: { path: NotFund }
paths:
  /things:
    get: { operationId: list, x-mock: { collection: { do: list, in: thing } }, responses: { '200': { description: All. } } }
components:
  responses: { NotFound: { description: Nothing. } }
`,
    'schema.yaml': `${head}paths:
  /things:
    get:
      operationId: listThings
      responses:
        '200':
          description: All.
          content:
            application/json:
              schema: { type: objct }
`,
  })
  expect(await sparring(['check', '.'], { cwd })).toEqual({
    code: 1,
    err: '',
    out: `names.yaml:5:16 error unknown-error: "NotFund" is not one of components.responses or one of their examples. Did you mean "NotFound"?
names.yaml:8:65 error unknown-collection: "thing" is not one of the collections.
schema.yaml:12:15 error unusable-schema: The schema cannot be used: type "objct" does not exist. Write one of string, number, integer, boolean, object, array, null.
torn.yaml:3:1 error syntax: Flow map in block collection must be sufficiently indented and end with a }.
words.yaml:5:3 error unknown-keyword: "limts" is not a keyword of x-mock. Did you mean "limits"?
words.yaml:6:3 error wrong-type: "plans" must be a map; got 3.
words.yaml:11:78 error dangling-ref: "#/components/schemas/Thing" leads nowhere: the document has no "components". Known: openapi, info, x-mock, paths.

4 specs, 0 scenarios: 7 errors.
`,
  })
})

test('finds every kind of mistake in scenarios, with its place', async () => {
  const scenario = (title: string, rest: string): string => `title: ${title}\nclient: waits\n${rest}`
  const cwd = project({
    'scenarios/seek/circle.yaml': scenario('It extends itself', 'vendor: seek\nextends: ring\n'),
    'scenarios/seek/ring.yaml': scenario('The other half', 'vendor: seek\nextends: circle\n'),
    'scenarios/seek/names.yaml': scenario(
      'Names that are not there',
      `vendor: seek
accounts: { default: { plan: fre } }
limits: { request: { capacity: 3 } }
jobs: { job: { outcome: complete } }
data: { worker: { x: { price_credits: 5 } } }
rules:
  - when: { operation: getJobs }
    then: { error: InternalServerEror }
`,
    ),
    'scenarios/seek/lost.yaml': scenario('Extends what is not there', 'vendor: seek\nextends: hapy-path\n'),
    'scenarios/seek/alien.yaml': scenario('Extends one of another vendor', 'vendor: seek\nextends: seal/concurrency\n'),
    'scenarios/seek/away.yaml': scenario('In the folder of another vendor', 'vendor: seal\n'),
    'scenarios/seek/nobody.yaml': scenario('Of a vendor that is not there', 'vendor: sek\n'),
    'scenarios/seek/torn.yaml': 'title: "Torn\n',
    'scenarios/seek/words.yaml': 'titel: A word that is not there\nclient: 3\nvendor: seek\n',
  })
  expect(await sparring(['check', 'scenarios'], { cwd })).toEqual({
    code: 1,
    err: '',
    out: `scenarios/seek/alien.yaml:4:1 error other-vendor: A scenario of seek cannot extend "seal/concurrency", which is one of seal. Extend one of seek, or name both under "vendors".
scenarios/seek/away.yaml:3:1 warning other-folder: This scenario of seal is in the folder of seek. Move it: its name is misleading.
scenarios/seek/circle.yaml:4:1 error cyclic-extends: A scenario cannot extend itself: seek/ring extends seek/circle extends seek/ring.
scenarios/seek/lost.yaml:4:1 error unknown-scenario: "hapy-path" is not a scenario. Did you mean "seek/happy-path"?
scenarios/seek/names.yaml:4:24 error unknown-plan: "fre" is not a plan of seek. Did you mean "free"?
scenarios/seek/names.yaml:5:11 error unknown-limit: "request" is not a limit of seek. Did you mean "requests"?
scenarios/seek/names.yaml:6:16 error unknown-outcome: "complete" is not an outcome of the job job. Did you mean "completed"?
scenarios/seek/names.yaml:7:9 error unknown-collection: "worker" is not a collection of seek. Did you mean "workers"?
scenarios/seek/names.yaml:9:13 error unknown-operation: "getJobs" is not an operation of seek. Did you mean "getJob"?
scenarios/seek/names.yaml:10:13 error unknown-error: "InternalServerEror" is not an error of seek. Did you mean "InternalServerError"?
scenarios/seek/nobody.yaml:3:1 error unknown-vendor: "sek" is not a vendor. Did you mean "seek"? For one of your own, check its document together with this file.
scenarios/seek/ring.yaml:4:1 error cyclic-extends: A scenario cannot extend itself: seek/circle extends seek/ring extends seek/circle.
scenarios/seek/torn.yaml:2:1 error syntax: Missing closing "quote.
scenarios/seek/words.yaml:1:1 error unknown-keyword: "titel" is not a keyword of a scenario. Did you mean "title"?
scenarios/seek/words.yaml:2:1 error wrong-type: "client" must be a text; got 3.

0 specs, 9 scenarios: 14 errors, 1 warning.
`,
  })
})

test("checks a document of the user's own with its scenarios, and lists what is assumed", async () => {
  const cwd = project({ 'acme.yaml': acme, 'scenarios/acme/good.yaml': good })
  expect(await sparring(['check', 'acme.yaml', 'scenarios', '--assumptions'], { cwd })).toEqual({
    code: 0,
    err: '',
    out: `acme.yaml:15:81 warning undocumented-refusal: The limit "rate" answers with TooMany#wait, which putThing does not document. Add TooMany to the responses.

acme: 2 assumptions
  acme.yaml:9:12 authenticate key: Keys look like this.
  acme.yaml:16:22 limits slots: There are three.

1 spec, 1 scenario: no errors, 1 warning.
2 assumptions beyond what is documented: acme 2.
`,
  })
  const { out } = await sparring(['check', 'acme.yaml', '--json'], { cwd })
  expect(JSON.parse(out)).toMatchObject({
    specs: ['acme.yaml'],
    scenarios: [],
    problems: [{ code: 'undocumented-refusal', severity: 'warning', line: 15 }],
    errors: 0,
    warnings: 1,
    assumptions: [
      { vendor: 'acme', line: 9, about: 'authenticate key', reason: 'Keys look like this.' },
      { vendor: 'acme', line: 16, about: 'limits slots', pointer: '/x-mock/limits/1' },
    ],
  })
})

test('lists the assumptions of several vendors separately, grouped by subject, and counts them at the end', async () => {
  const { code, out } = await sparring(['check', 'specs/seek/openapi.yaml', 'specs/seal/openapi.yaml', '--assumptions'])
  expect(code).toBe(0)
  const parts = out.split('\n\n')
  expect(parts.map((part) => part.split('\n')[0])).toEqual([
    expect.stringMatching(/^seek: \d+ assumptions$/),
    expect.stringMatching(/^seal: \d+ assumptions$/),
    expect.stringMatching(/^2 specs/),
  ])
  const lines = parts[0]!.split('\n').slice(1)
  expect(lines).toHaveLength(Number(/\d+/.exec(parts[0]!)))
  for (const line of lines) expect(line).toMatch(/^ {2}specs\/seek\/\S+:\d+:\d+ [\w#. -]+(?: \(usd\))?: \S/)
  expect(lines.some((line) => line.includes(' listWorkers q: '))).toBe(true)
  expect(lines.some((line) => line.includes(' listWorkers (usd): '))).toBe(true)
  expect(parts.at(-1)).toMatch(/\n\d+ assumptions beyond what is documented: seek \d+, seal \d+\.\n$/)
})

test.for(['silent', '0', '1'])(
  'SPARRING_ASSUMPTIONS=%s is about what mocks say, and lists no assumptions: --assumptions does',
  async (value, { expect }) => {
    const cwd = project({ 'acme.yaml': acme })
    const env = { SPARRING_ASSUMPTIONS: value }
    const [plain, listed] = [[], ['--assumptions']].map((more) =>
      sparring(['check', 'acme.yaml', ...more], { cwd, env }),
    )
    expect((await plain!).out).not.toMatch(/acme\.yaml:9:\d+ /)
    expect((await listed!).out).toMatch(/acme\.yaml:9:\d+ /)
  },
)

test('does not call it well when there was nothing to check', async () => {
  const cwd = project({ 'scenarios/README.md': 'none yet' })
  expect(await sparring(['check', 'scenarios'], { cwd })).toEqual({
    code: 2,
    out: '',
    err: 'sparring: There is nothing to check in "scenarios": it has no .yaml files.\nRun "sparring help check" to see the usage.\n',
  })
})

test('a scenario without a vendor belongs to the vendor of its folder, whatever the working directory', async () => {
  const cwd = project({
    'scenarios/seek/mine.yaml':
      'title: No vendor is written\nextends: happy-path\nlimits: { requests: { capacity: 1 } }\n',
    'scenarios/mine/other.yaml': 'title: The folder is no vendor\nextends: seek/happy-path\n',
  })
  const well = { code: 0, err: '', out: '0 specs, 1 scenario: no errors.\n' }
  expect(await sparring(['check', 'scenarios/seek/mine.yaml'], { cwd })).toEqual(well)
  expect(await sparring(['check', 'mine.yaml'], { cwd: `${cwd}/scenarios/seek` })).toEqual(well)
  expect(await sparring(['check', 'seek/mine.yaml'], { cwd: `${cwd}/scenarios` })).toEqual(well)
  expect((await sparring(['check', 'other.yaml'], { cwd: `${cwd}/scenarios/mine` })).out)
    .toBe(`other.yaml:1:1 error unknown-vendor: "mine", the folder of this file, is not a vendor. Known: seal, seamless, seclai, seek, sequentum. Write "vendor". For one of your own, check its document together with this file.

0 specs, 1 scenario: 1 error.
`)
})

test('three thousand mistakes are counted, and the first of them printed', async () => {
  const rules = '  - { when: { operation: getMee }, then: { delay: 1s } }\n'.repeat(3000)
  const cwd = project({ 'many.yaml': `title: Many\nvendor: seek\nrules:\n${rules}` })
  const { out } = await sparring(['check', 'many.yaml'], { cwd })
  const lines = out.trimEnd().split('\n')
  expect([lines.length, ...lines.slice(-3)]).toEqual([33, '… and 2,970 more', '', '0 specs, 1 scenario: 3000 errors.'])
  const { problems } = JSON.parse((await sparring(['check', 'many.yaml', '--json'], { cwd })).out) as {
    problems: unknown[]
  }
  expect(problems).toHaveLength(3000)
})

test('a variable that names a scenario of another vendor is no error of a command', async () => {
  const env = { SPARRING_SCENARIO: 'seal/concurrency' }
  expect(await sparring(['try', 'seek', 'getMe'], { env })).toMatchObject({ code: 0, err: '' })
  expect(await sparring(['try', 'seek', 'getMe', '--scenario', 'seal/concurrency'])).toMatchObject({ code: 2 })
})

test('warns of values of a scenario that read a field that nothing has', async () => {
  const cwd = project({
    'typo.yaml': `title: The client is told when to come back
vendor: seek
limits: { requests: { capacity: '{$plan.brst}' } }
rules:
  - when: { status: 429 }
    then: { headers: { Retry-After: '{$limit.nxt | http-date}' }, offContract: a date }
    at: reply
`,
  })
  expect(await sparring(['check', 'typo.yaml'], { cwd })).toMatchObject({
    code: 0,
    out: `typo.yaml:3:23 warning unknown-field: "brst" is not a field of {$plan.…}. Did you mean "burst"? A value that is missing is left out.
typo.yaml:6:24 warning unknown-field: "nxt" is not a field of {$limit.…}. Did you mean "next"? A value that is missing is left out.

0 specs, 1 scenario: no errors, 2 warnings.
`,
  })
})

test('links that lead nowhere are told as that', async () => {
  const cwd = project({
    'acme.yaml':
      "openapi: 3.1.0\ninfo: { title: A, version: '1' }\npaths: { /a: { get: { responses: { '204': { description: A. } } } } }\n",
  })
  symlinkSync('nowhere', `${cwd}/acme.mock.overlay.yaml`)
  symlinkSync('loop.yaml', `${cwd}/loop.yaml`)
  expect(await sparring(['check', 'acme.yaml'], { cwd })).toMatchObject({
    code: 2,
    err: expect.stringContaining('Failed to load the overlay acme.mock.overlay.yaml: it is a link that leads nowhere.'),
  })
  expect(await sparring(['check', 'loop.yaml'], { cwd })).toMatchObject({
    code: 2,
    err: expect.stringContaining('There is no file "loop.yaml" to check.'),
  })
})

test('a comma at the end of a list in a variable names nothing', async () => {
  const env = { SPARRING_SCENARIO: 'seek/key-revoked, ,' }
  const { code, out } = await sparring(['try', 'seek', 'getMe'], { env })
  expect([code, out]).toEqual([0, expect.stringContaining('401 Unauthorized')])
})

test('warns of a required body or parameter for which nothing was found that fits', async () => {
  const closed = (name: string) =>
    `{ type: object, required: [${name}], properties: { ${name}: {} }, additionalProperties: false }`
  const cwd = project({
    'unmet.yaml': `openapi: 3.1.0
info: { title: Unmet, version: '1' }
paths:
  /a:
    post:
      parameters: [{ name: q, in: query, required: true, schema: { type: integer, minimum: 5, maximum: 4 } }]
      requestBody: { required: true, content: { application/json: { schema: { allOf: [${closed('a')}, ${closed('b')}] } } } }
      responses: { '200': { description: Fine. } }
    put:
      parameters: [{ name: q, in: query, schema: false }]
      requestBody: { content: { application/json: { schema: { allOf: [${closed('a')}, ${closed('b')}] } } } }
      responses: { '200': { description: Fine. } }
    patch:
      requestBody: { required: true, content: { application/json: { schema: { pattern: '^(?=.*q)(?=.*7).{9}$' }, example: '7qqqqqqqq' } } }
      responses: { '200': { description: Fine. } }
`,
  })
  const { code, out } = await sparring(['check', 'unmet.yaml'], { cwd })
  expect(code).toBe(0)
  expect(out.split('\n').filter((line) => line.includes('unmet-schema'))).toEqual([
    'unmet.yaml:6:7 warning unmet-schema: No parameter q was found that fits this schema, so requests may never pass: value must be at most 4. Check whether its parts contradict each other.',
    'unmet.yaml:7:7 warning unmet-schema: No body was found that fits this schema, so requests may never pass: b is not allowed. Check whether its parts contradict each other.',
  ])
})
