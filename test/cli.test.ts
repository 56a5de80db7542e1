import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMock } from 'sparring'
import { expect, test } from 'vitest'
import { run } from '../mocks/cli/run.ts'
import { project, root, sparring } from './support/cli.ts'

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }

/** A vendor of one's own, small enough to be printed whole. */
const acme = `openapi: 3.1.0
info: { title: Acme API, version: '1' }
servers: [{ url: https://api.acme.example/v2 }]
security: [{ key: [] }]
x-mock:
  vendor: acme
  facts: 2026-11-01
  authenticate:
    key: { x-mock-assumed: Keys look like this., format: 'ak_{tag}', unknown: Unauthorized }
  plans:
    small: { most: 2 }
    large: { most: 5 }
  accounts: { default: { plan: small } }
  limits:
    - { name: rate, algorithm: fixed-window, limit: '{$plan.most}', window: 1m, refuse: TooMany }
    - { name: slots, x-mock-assumed: There are three., algorithm: concurrency, limit: 3, on: [getThing], refuse: TooMany }
  collections:
    things:
      key: [id]
      param: thing_id
      schema: '#/components/schemas/Thing'
      items: { bolt: { size: 3 }, nut: { size: 4 } }
paths:
  /things/{thing_id}:
    parameters: [{ name: thing_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: getThing
      x-mock: { collection: { do: read, in: things } }
      responses:
        '200': { description: One., content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
        '401': { $ref: '#/components/responses/Unauthorized' }
        '429': { $ref: '#/components/responses/TooMany' }
    put:
      operationId: putThing
      x-mock: { collection: { do: update, in: things, set: { /size: '{$request.body#/size}' } } }
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Size' } } } }
      responses:
        '200': { description: One., content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
components:
  securitySchemes: { key: { type: http, scheme: bearer } }
  schemas:
    Size: { type: object, required: [size], properties: { size: { type: integer, enum: [7] } }, additionalProperties: false }
    Thing: { type: object, required: [id, size], properties: { id: { type: string }, size: { type: integer } } }
  responses:
    Unauthorized: { description: No., content: { application/json: { examples: { no: { value: { error: no key } } } } } }
    TooMany: { description: Wait., content: { application/json: { examples: { wait: { value: { error: wait } } } } } }
`

const good = `title: All is well
client: goes on
vendor: acme
`

test('shows what it can do, without a command and when asked', async () => {
  const help = [
    `sparring ${version} - stands in for vendors' HTTP APIs in tests, and plays their bad days on demand`,
    '',
    'Usage: sparring COMMAND [options]',
    '',
    'Commands:',
    '  serve      answer on a port in the place of vendors',
    '  vendors    list the vendors, or tell all about one',
    '  scenarios  list what can be played, and what a good client does',
    '  check      find mistakes in specs and scenarios',
    '  try        send one request and explain the answer',
    '  help       show the help of a command',
    '',
    'Options:',
    '  --help, -h     show help',
    '  --version, -v  show the version',
    '',
    'Examples:',
    '  sparring serve           every vendor, on port 4010',
    '  sparring vendors         a line a vendor',
    '  sparring scenarios       the whole catalogue',
    '  sparring check           everything there is',
    '  sparring try seek getMe  one request',
    '',
    'Every option of a command has a variable: SPARRING_PORT for --port. Options win.',
    'Exit codes: 0 all is well, 1 problems found, 2 the command line cannot be understood.',
    '',
  ].join('\n')
  for (const args of [[], ['--help'], ['-h'], ['help']])
    expect(await sparring(args)).toEqual({ code: 0, out: help, err: '' })
})

test('shows the help of a command by either way of asking', async () => {
  const help = [
    'sparring scenarios - list what can be played, and what a good client does',
    '',
    'Usage: sparring scenarios [VENDOR] [options]',
    '',
    "Lists the package's scenarios and your own, from ./scenarios and --scenarios; files with mistakes are listed with them.",
    '',
    'Options:',
    '  --scenarios DIR  a folder with <vendor>/<name>.yaml, looked in before ./scenarios; may be repeated',
    '  --json           print JSON, for programs',
    '',
    'Examples:',
    '  sparring scenarios       the whole catalogue',
    '  sparring scenarios seek  those of one vendor',
    '',
    'Variables: SPARRING_SCENARIOS, SPARRING_JSON. Options win.',
    '',
  ].join('\n')
  expect(await sparring(['help', 'scenarios'])).toEqual({ code: 0, out: help, err: '' })
  expect(await sparring(['scenarios', '--help'])).toEqual({ code: 0, out: help, err: '' })
  const serve = (await sparring(['help', 'serve'])).out
  for (const flag of [
    'scenario',
    'port',
    'host',
    'frozen',
    'pace',
    'seed',
    'check-replies',
    'scenarios',
    'json',
    'quiet',
  ]) {
    expect(serve).toContain(`--${flag} `)
    expect(serve).toContain(`SPARRING_${flag.toUpperCase().replaceAll('-', '_')}`)
  }
})

test('prints its version', async () => {
  expect(await sparring(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
})

test.concurrent.for<[args: string[], env: Record<string, string>, message: string]>([
  [
    ['srve'],
    {},
    '"srve" is not a command of sparring. Did you mean "serve"?\nRun "sparring help" to see what it takes.',
  ],
  [
    ['--versoin'],
    {},
    '"--versoin" is not an option of sparring. Did you mean "--version"?\nRun "sparring help" to see what it takes.',
  ],
  [
    ['help', 'scenario'],
    {},
    '"scenario" is not a command of sparring. Did you mean "scenarios"?\nRun "sparring help" to see what it takes.',
  ],
  [
    ['serve', '--prot', '1'],
    {},
    '"--prot" is not an option of serve. Did you mean "--port"?\nRun "sparring help serve" to see what it takes.',
  ],
  [['serve', '--port'], {}, '--port needs a value: --port PORT.\nRun "sparring help serve" to see what it takes.'],
  [
    ['serve', '--port', '--json'],
    {},
    '--port needs a value: --port PORT.\nRun "sparring help serve" to see what it takes.',
  ],
  [
    ['serve', '--port', 'x'],
    {},
    '--port is "x" and must be a number from 0 to 65535, or VENDOR=NUMBER.\nRun "sparring help serve" to see what it takes.',
  ],
  [
    ['serve'],
    { SPARRING_PORT: '70000' },
    'SPARRING_PORT is "70000" and must be a number from 0 to 65535, or VENDOR=NUMBER.\nRun "sparring help serve" to see what it takes.',
  ],
  [
    ['serve', '--port', '1', '--port', '2'],
    {},
    '--port is given twice: 1 and 2.\nRun "sparring help serve" to see what it takes.',
  ],
  [
    ['serve', '--seed', '1', '--seed', '2'],
    {},
    '--seed is given twice, as "1" and as "2".\nRun "sparring help serve" to see what it takes.',
  ],
  [
    ['serve', '--pace', '0'],
    {},
    '--pace is "0" and must be a number of at least 0.001.\nRun "sparring help serve" to see what it takes.',
  ],
  [['serve', '--watch'], {}, '--watch is not supported yet.\nRun "sparring help serve" to see what it takes.'],
  [
    ['serve', '--deliver', 'http://x'],
    {},
    '--deliver is not supported yet.\nRun "sparring help serve" to see what it takes.',
  ],
  [
    ['serve', '--json=1'],
    {},
    '--json takes no value, and was given "1".\nRun "sparring help serve" to see what it takes.',
  ],
  [
    ['serve'],
    { SPARRING_FROZEN: 'maybe' },
    'SPARRING_FROZEN is "maybe" and must be 1 or 0.\nRun "sparring help serve" to see what it takes.',
  ],
  [
    ['serve', 'sek'],
    {},
    'Failed to load the vendor "sek": no such vendor. Did you mean "seek"? For a vendor of your own give the path of its OpenAPI document, as "./acme/openapi.yaml".',
  ],
  [
    ['serve', 'seal', '--scenario', 'seek/happy-path'],
    {},
    '"seek/happy-path" is a scenario of seek, and serve was asked for seal.\nRun "sparring help serve" to see what it takes.',
  ],
  [
    ['vendors', 'a', 'b'],
    {},
    'vendors takes at most one name, and was given 2: a b.\nRun "sparring help vendors" to see what it takes.',
  ],
  [
    ['scenarios', 'sel'],
    {},
    '"sel" is not a vendor. Did you mean "seal"?\nRun "sparring help scenarios" to see what it takes.',
  ],
  [
    ['scenarios', '--scenarios', 'nowhere'],
    {},
    '--scenarios is "nowhere", and there is no such folder.\nRun "sparring help" to see what it takes.',
  ],
  [
    ['check', 'nope.yaml'],
    {},
    'There is no file "nope.yaml" to check.\nRun "sparring help check" to see what it takes.',
  ],
  [
    ['check', 'seekk'],
    {},
    'There is no file "seekk" to check. Did you mean "seek"?\nRun "sparring help check" to see what it takes.',
  ],
  [
    ['try', 'seek'],
    {},
    'try needs OPERATION: sparring try VENDOR OPERATION.\nRun "sparring help try" to see what it takes.',
  ],
  [
    ['try', 'seek', 'getJbo'],
    {},
    '"getJbo" is not an operation of seek. Did you mean "getJob"?\nRun "sparring help try" to see what it takes.',
  ],
  [
    ['try', 'seek', 'getJob', '--param', 'job=1'],
    {},
    '"job" is not a parameter of getJob. Did you mean "job_uuid"?\nRun "sparring help try" to see what it takes.',
  ],
  [
    ['try', 'seek', 'getMe', '--param', 'x'],
    {},
    '--param is "x" and must be NAME=VALUE.\nRun "sparring help try" to see what it takes.',
  ],
  [
    ['try', 'seek', 'getMe', '--times', '0'],
    {},
    '--times is "0" and must be a whole number from 1 to 1000.\nRun "sparring help try" to see what it takes.',
  ],
  [
    ['try', 'seek', 'getMe', '--scenario', 'seek/out-of-credit'],
    {},
    'Failed to play "seek/out-of-credit": no such scenario. Did you mean "seek/out-of-credits"?',
  ],
])('refuses sparring %j %j with 2, a reason and no stack', async ([args, env, message], { expect }) => {
  expect(await sparring(args, { env })).toEqual({ code: 2, out: '', err: `sparring: ${message}\n` })
})

test('shows the stack when SPARRING_DEBUG asks for it', async () => {
  const { code, err } = await sparring(['vendors', 'sek'], { env: { SPARRING_DEBUG: '1' } })
  expect(code).toBe(2)
  expect(err).toMatch(/^sparring: UnknownNameError: Failed to load the vendor "sek".*\n {4}at /)
})

test('lists the vendors of the package', async () => {
  const { code, out } = await sparring(['vendors'])
  expect(code).toBe(0)
  const lines = out.split('\n')
  expect(lines[0]).toMatch(/^NAME +TITLE +FACTS OF +OPERATIONS +LIMITS +ASSUMPTIONS +KEYS THAT FAIL END IN$/)
  expect(lines.find((line) => line.startsWith('seek '))).toMatch(
    /^seek +Seek API +\d{4}-\d\d-\d\d +10 +1 +\d+ +sk_live_… revoked, expired, unknown, broke$/,
  )
  expect(lines.find((line) => line.startsWith('seal '))).toMatch(
    /^seal +Seal API +\d{4}-\d\d-\d\d +8 +2 +\d+ +seal_… revoked, expired, unknown$/,
  )
  const listed = JSON.parse((await sparring(['vendors', '--json'])).out) as {
    vendors: Array<{ name: string; credentials: unknown }>
  }
  using mock = createMock({ vendors: ['seek'] })
  expect(listed.vendors.find(({ name }) => name === 'seek')!.credentials).toEqual(mock.credentials('seek'))
})

test('tells all about one vendor', async () => {
  const cwd = project({ 'acme.yaml': acme })
  expect(await sparring(['vendors', './acme.yaml'], { cwd })).toEqual({
    code: 0,
    err: '',
    out: `acme: Acme API
  facts of  2026-11-01
  file      acme.yaml
  servers   https://api.acme.example/v2

Keys
  send     authorization: Bearer KEY
  active   ak_sparring00main
  revoked  ak_sparring00revoked
  expired  ak_sparring00expired
  unknown  ak_sparring00unknown

Operations (2)
  getThing  GET  /v2/things/{thing_id}  200 401 429
  putThing  PUT  /v2/things/{thing_id}  200

Limits (2)
  rate: fixed-window per credential, else TooMany#wait
    small: 2 in 1m
    large: 5 in 1m
  slots: concurrency per credential on getThing, else TooMany#wait
    3 in flight

Plans (2)
  small  most 2
  large  most 5

Assumptions (2)
  acme.yaml:9:12 Keys look like this.
  acme.yaml:16:22 There are three.
`,
  })
})

test("lists the project's own scenarios, and broken ones with what is wrong", async () => {
  const cwd = project({
    'scenarios/acme/good.yaml': good,
    'scenarios/acme/typo.yaml': 'titel: Nothing\nclient: waits\nvendor: acme\n',
    'more/acme/torn.yaml': 'title: "Torn\n',
  })
  expect(await sparring(['scenarios', 'acme', '--scenarios', 'more'], { cwd })).toEqual({
    code: 0,
    err: '',
    out: `acme/good  All is well (your own: scenarios/acme/good.yaml)
           client: goes on
acme/torn  a file without a title (your own: more/acme/torn.yaml)
           more/acme/torn.yaml:2:1 error syntax: Missing closing "quote.
acme/typo  a file without a title (your own: scenarios/acme/typo.yaml)
           client: waits
           scenarios/acme/typo.yaml:1:1 error unknown-keyword: "titel" is not a keyword of a scenario. Did you mean "title"?

3 scenarios, 2 that cannot be played. Play one: sparring serve --scenario NAME
`,
  })
})

test("lists the package's scenarios with what each plays and what a good client does", async () => {
  const { out } = await sparring(['scenarios', 'seek'])
  expect(out).toMatch(
    /^seek\/out-of-credits +The balance runs out on the third job of five credits\n +client: stops submitting after the 402 and tells its user$/m,
  )
  const { scenarios } = JSON.parse((await sparring(['scenarios', '--json'])).out) as {
    scenarios: Array<Record<string, unknown>>
  }
  expect(scenarios.find(({ name }) => name === 'seal/concurrency')).toMatchObject({
    vendors: ['seal'],
    title: 'A third request in flight is refused',
    own: false,
    problems: [],
  })
})

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
scenarios/seek/away.yaml:3:1 warning other-folder: This is a scenario of seal and stands in the folder of seek. Move it, or its name misleads.
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
    out: `acme.yaml:9:12 Keys look like this.
acme.yaml:16:22 There are three.

1 spec, 1 scenario: no errors.
2 assumptions beyond what is documented: acme 2.
`,
  })
  const { out } = await sparring(['check', 'acme.yaml', '--json'], { cwd })
  expect(JSON.parse(out)).toMatchObject({
    specs: ['acme.yaml'],
    scenarios: [],
    problems: [],
    errors: 0,
    warnings: 0,
    assumptions: [{ vendor: 'acme', line: 9 }, { line: 16 }],
  })
})

test('finds no mistake in what the package has', async () => {
  const { code, out, err } = await sparring(['check'])
  expect(err).toBe('')
  expect(out).toMatch(
    /^\d+ specs, \d+ scenarios: no errors\.\n\d+ assumptions beyond what is documented: .*\bseek \d+.*\. --assumptions lists them\.\n$/,
  )
  expect(code).toBe(0)
})

test('does not call it well when there was nothing to check', async () => {
  const cwd = project({ 'scenarios/README.md': 'none yet' })
  expect(await sparring(['check', 'scenarios'], { cwd })).toEqual({
    code: 2,
    out: '',
    err: 'sparring: There is nothing to check in "scenarios": it has no .yaml files.\nRun "sparring help check" to see what it takes.\n',
  })
})

const frozen = `${good}clock: { at: 2026-03-16T10:00:00Z }
`

test('tries an operation and prints request, answers, explanations and a line for a shell', async () => {
  const cwd = project({ 'acme.yaml': acme, 'scenarios/acme/good.yaml': frozen })
  const args = ['try', './acme.yaml', 'getThing', '--scenario', 'acme/good']
  expect(await sparring([...args, '--times', '3'], { cwd })).toEqual({
    code: 0,
    err: '',
    out: `GET https://api.acme.example/v2/things/bolt
authorization: Bearer ak_sparring00main

(thing_id is the first that fits of things; --param thing_id=… takes another)

#1 200 OK
content-type: application/json

{
  "id": "bolt",
  "size": 3
}

=> 200 by handle: getThing

#2 200 OK
content-type: application/json

{
  "id": "bolt",
  "size": 3
}

=> 200 by handle: getThing

#3 429 Too Many Requests
content-type: application/json

{
  "error": "wait"
}

=> 429 by limit (TooMany#wait): limit rate: 2 of 2 used; the next passes in 60000 ms

The same while "sparring serve ./acme.yaml --scenario acme/good" runs:
curl http://127.0.0.1:4010/acme/v2/things/bolt -H 'authorization: Bearer ak_sparring00main'
`,
  })
})

test('takes parameters, bodies and keys from the command line, and variables where an option is absent', async () => {
  const cwd = project({ 'acme.yaml': acme, 'body.json': '{"size":7}', 'scenarios/acme/good.yaml': good })
  const tried = async (args: readonly string[], env = {}): Promise<Tried> =>
    JSON.parse(
      (await sparring(['try', './acme.yaml', ...args], { cwd, env: { SPARRING_JSON: '1', ...env } })).out,
    ) as Tried
  const made = await tried(['putThing', '--param', 'thing_id=nut'])
  expect(made.request).toMatchObject({
    method: 'PUT',
    url: 'https://api.acme.example/v2/things/nut',
    body: '{"size":7}',
  })
  expect(made.answers).toMatchObject([
    { status: 200, body: '{"id":"nut","size":7}', explanation: '200 by handle: putThing' },
  ])
  expect((await tried(['putThing', '--body', '@body.json'])).request.body).toBe('{"size":7}')
  const wrong = await tried(['putThing', '--body', '{"size":1}'], {
    SPARRING_PARAM: 'thing_id=nut',
    SPARRING_TIMES: '2',
  })
  expect(wrong.answers.map(({ explanation }) => explanation)).toEqual(
    Array(2).fill('400 by validate: size must be one of 7'),
  )
  const revoked = await tried(['getThing', '--credential', 'revoked'], { SPARRING_CREDENTIAL: 'active' })
  expect(revoked.request.headers['authorization']).toBe('Bearer ak_sparring00revoked')
  expect(revoked.answers[0]!.status).toBe(401)
  expect((await tried(['getThing', '--credential', 'none'])).request.headers).toEqual({})
})

interface Tried {
  readonly request: { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body?: string }
  readonly answers: ReadonlyArray<{ readonly status: number | null; readonly explanation: string }>
}

/** The outcomes of a try: `202`, `402`. */
async function outcomes(...args: string[]): Promise<string[]> {
  const { code, out, err } = await sparring(['try', ...args, '--json'])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return (JSON.parse(out) as Tried).answers.map(({ explanation }) => explanation)
}

test("meets both of Seal's limits: a request too many in the minute, and one too many in flight", async () => {
  const inMinute = await outcomes('seal', 'getEntity', '--scenario', 'seal/request-rate', '--times', '4')
  expect(inMinute.slice(0, 3)).toEqual(Array(3).fill('200 by handle: getEntity'))
  expect(inMinute[3]).toBe(
    '429 by limit (TooManyRequests#rate): limit request-rate: 3 of 3 used; the next passes in 60000 ms',
  )
  const inFlight = await outcomes('seal', 'getEntity', '--scenario', 'seal/concurrency', '--times', '3', '--parallel')
  expect(inFlight.slice(0, 2)).toEqual(Array(2).fill('200 by handle: getEntity; held for 300ms'))
  expect(inFlight[2]).toMatch(/^429 by limit \(TooManyRequests#concurrency\): limit concurrency: 2 of 2 used/)
})

test("submits jobs with a body that the worker's own schema allows, until the credits are gone", async () => {
  const answers = await outcomes('seek', 'submitJob', '--scenario', 'seek/out-of-credits', '--times', '3')
  expect(answers.slice(0, 2)).toEqual([
    expect.stringMatching(/^202 by handle: job_/),
    expect.stringMatching(/^202 by handle: job_/),
  ])
  expect(answers[2]).toMatch(/^402 by charge \(PaymentRequired#credits\): the job costs 5 credits and 0 are available/)
  expect(await outcomes('seek', 'submitJob', '--param', 'worker_id=text-summarizer')).toEqual([
    expect.stringMatching(/^202 by handle: job_/),
  ])
})

test('starts a job first for an operation that needs one', async () => {
  const { out } = await sparring(['try', 'seek', 'getJob'])
  expect(out).toMatch(/^GET https:\/\/api\.seek-api\.com\/v1\/jobs\/(job_[0-9a-f]{12})\n/)
  expect(out).toContain('(job_uuid: submitJob was sent first and gave 202; --param job_uuid=… takes another)')
  expect(out).toMatch(/=> 200 by handle: job_/)
})

test('prints a fault as what it is', async () => {
  const { code, out } = await sparring(['try', 'seek', 'getMe', '--scenario', 'seek/connection-reset'])
  expect(code).toBe(0)
  expect(out).toContain('\nno answer: connection-reset\n')
})

test('builds a request that passes for every operation of the package', async () => {
  // In this process: a child for each would take long.
  const written: string[] = []
  const plain = (_: string, text: string): string => text
  const print = {
    out: (text: string) => void written.push(text),
    err: (text: string) => void written.push(text),
    paint: plain,
    paintErr: plain,
  }
  for (const vendor of ['seal', 'seek']) {
    expect(await run(['vendors', vendor, '--json'], {}, print)).toBe(0)
    const { operations } = JSON.parse(written.pop()!) as { operations: Array<{ id: string }> }
    for (const { id } of operations) {
      expect(await run(['try', vendor, id, '--json'], {}, print)).toBe(0)
      const { answers } = JSON.parse(written.pop()!) as Tried
      expect({ id, answers }).toEqual({
        id,
        answers: [expect.objectContaining({ explanation: expect.stringMatching(/^20\d by /) })],
      })
    }
  }
})
