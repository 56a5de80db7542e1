import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMock } from 'sparring'
import { expect, test } from 'vitest'
import { createPrint } from '../../mocks/cli/print.ts'
import { acme, good } from '../fixtures/cli/acme.ts'
import { project, root, sparring, spawned } from '../support/processes/cli.ts'

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }

test('prints its help without a command and with --help', async () => {
  const help = [
    `sparring ${version} - stands in for vendors' HTTP APIs in tests, and plays their bad days on demand`,
    '',
    'Usage: sparring COMMAND [options]',
    '',
    'Commands:',
    '  serve      serve emulated vendors on a port',
    '  exec       run a command with a server, and stop the server when it ends',
    '  report     merge the coverage of several processes',
    '  wait       wait until a server is ready',
    '  play       play a scenario on a running server',
    '  clock      read or move the clock of a running server',
    '  journal    show the requests to a running server, with the reason for each answer',
    '  sessions   open, list and close sessions of a running server',
    '  listen     forward the webhooks of a running server to your receiver',
    '  trigger    make a running server send a webhook now',
    '  stop       stop a running server',
    '  mcp        give a coding agent tools to play scenarios and read what happened',
    '  vendors    list the vendors, or show one in full',
    '  scenarios  list the scenarios, and what a good client does in each',
    '  check      find mistakes in specs and scenarios',
    '  try        send one request and explain the answer',
    '  fixtures   write every documented answer as a file',
    '  init       write an overlay with the behaviour of your own document, or a first test',
    '  build      convert your own document to a module, for createMock in a page',
    '  bundle     combine a document of several files into one',
    '  help       show the help of a command',
    '',
    'Options:',
    '  --help, -h     show help',
    '  --version, -v  show the version',
    '',
    'Examples:',
    '  sparring serve                                      every vendor, on port 4010',
    '  sparring exec seek -- npm test                      your tests beside a server',
    '  sparring report --merge coverage                    everything in one folder',
    '  sparring wait http://127.0.0.1:4010                 for scripts that start one in the background',
    '  sparring play seek/out-of-credits                   from the next request on',
    '  sparring clock advance 45s                          runs everything due by then',
    '  sparring journal --status 429                       what was refused',
    '  sparring sessions open retries                      one for a test',
    '  sparring listen --forward-to http://127.0.0.1:8000  to a receiver on port 8000',
    '  sparring trigger seek jobFinished                   to the configured receiver',
    '  sparring stop                                       the one on port 4010',
    '  sparring mcp seek                                   as the command of a server in the settings of an agent',
    '  sparring vendors                                    a line a vendor',
    '  sparring scenarios                                  the whole catalogue',
    '  sparring check                                      all specs and scenarios',
    '  sparring try seek getMe                             one request',
    '  sparring fixtures seek --out fixtures               every answer of one vendor',
    '  sparring init acme.json                             writes acme.mock.overlay.yaml',
    '  sparring build ./acme/openapi.yaml                  writes acme.js and acme.d.ts',
    '  sparring bundle ./acme/openapi.yaml                 prints the whole document',
    '',
    'Every option of a command has an environment variable: SPARRING_PORT for --port. Options take precedence.',
    'Exit codes: 0 success, 1 problems found, 2 invalid command line.',
    '',
  ].join('\n')
  for (const args of [[], ['--help'], ['-h'], ['help']])
    expect(await sparring(args)).toEqual({ code: 0, out: help, err: '' })
})

test('shows the help of a command by either way of asking', async () => {
  const help = [
    'sparring scenarios - list the scenarios, and what a good client does in each',
    '',
    'Usage: sparring scenarios [VENDOR] [options]',
    '',
    "Lists the package's scenarios and your own, from ./scenarios and --scenarios; files with mistakes are listed with them.",
    '',
    'Options:',
    '  --scenarios DIR  a folder with <vendor>/<name>.yaml, searched before ./scenarios; may be repeated',
    '  --json, -j       print JSON, for programs',
    '',
    'Examples:',
    '  sparring scenarios       the whole catalogue',
    '  sparring scenarios seek  the scenarios of one vendor',
    '',
    'Variables: SPARRING_SCENARIOS, SPARRING_JSON. Options win.',
    '',
  ].join('\n')
  expect(await sparring(['help', 'scenarios'])).toEqual({ code: 0, out: help, err: '' })
  expect(await sparring(['scenarios', '--help'])).toEqual({ code: 0, out: help, err: '' })
  const serve = (await sparring(['help', 'serve'])).out
  for (const flag of 'scenario port host frozen pace seed check-replies scenarios json quiet'.split(' ')) {
    expect(serve).toMatch(new RegExp(`^  --${flag}[ ,]`, 'm'))
    expect(serve).toContain(`SPARRING_${flag.toUpperCase().replaceAll('-', '_')}`)
  }
})

test('prints its version', async () => {
  expect(await sparring(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
})
test.concurrent.for<[line: string, message: string, topic?: string]>([
  ['srve', '"srve" is not a command of sparring. Did you mean "serve"?', ''],
  ['--versoin', '"--versoin" is not an option of sparring. Did you mean "--version"?', ''],
  ['help scenario', '"scenario" is not a command of sparring. Did you mean "scenarios"?', ''],
  ['seek', '"seek" is not a command of sparring. Did you mean "sparring serve seek"?', ''],
  ['acme.yaml', '"acme.yaml" is not a command of sparring. Did you mean "sparring serve acme.yaml"?', ''],
  ['--port 1', '"--port" is not an option of sparring. Options go after a command: sparring serve --port.', ''],
  ['serve -f', '"-f" is not an option of serve. Write the option in full: --frozen.', 'serve'],
  ['serve --log all', '"all" is not what --log takes. Known: lines, headers, bodies.', 'serve'],
  ['serve -p', '--port needs a value: --port PORT.', 'serve'],
  ['try seek getMe -t 2', '"-t" is not an option of try. Write the option in full: --times.', 'try'],
  ['serve -x', '"-x" is not an option of serve.', 'serve'],
  ['build --from a.yaml', '"--from" is not an option of build. Write it as a word: sparring build FILE.', 'build'],
  [
    'serve https://acme.example/openapi.json',
    'Failed to load the vendor "https://acme.example/openapi.json": a document is read from a file: save it first (curl -o openapi.json https://acme.example/openapi.json), and give its path.',
  ],
  [
    'vendors https://acme.example/docs',
    'Failed to load the vendor "https://acme.example/docs": a document is read from a file: save it first (curl -o openapi.yaml https://acme.example/docs), and give its path.',
  ],
  [
    'build https://acme.example/docs',
    'Failed to load the vendor "https://acme.example/docs": a document is read from a file: save it first (curl -o openapi.yaml https://acme.example/docs), and give its path.',
  ],
  [
    'check file:///tmp/acme.yaml',
    '"file:///tmp/acme.yaml" cannot be checked: what is checked is read from a file: give its path.',
    'check',
  ],
  [
    'serve seek --scenario https://acme.example/bad-day.yaml',
    'Failed to play "https://acme.example/bad-day.yaml": a scenario is read from a file: save it first (curl -o bad-day.yaml https://acme.example/bad-day.yaml), and give its path.',
  ],
  [
    'scenarios ./acme.yaml',
    '"./acme.yaml" is not a vendor. Give its name: scenarios are listed by vendor.',
    'scenarios',
  ],
  [
    'serve seek --port 0 -- npm test',
    'serve runs no command; exec does: sparring exec seek --port 0 -- npm test.',
    'serve',
  ],
  ['serve --prot 1', '"--prot" is not an option of serve. Did you mean "--port"?', 'serve'],
  ['serve --port', '--port needs a value: --port PORT.', 'serve'],
  ['serve --port --json', '--port needs a value: --port PORT.', 'serve'],
  ['serve --port x', '--port is "x" and must be a number from 0 to 65535, or VENDOR=NUMBER.', 'serve'],
  [
    'SPARRING_PORT=70000 serve',
    'SPARRING_PORT is "70000" and must be a number from 0 to 65535, or VENDOR=NUMBER.',
    'serve',
  ],
  ['serve --port 1 --port 2', '--port is given twice: 1 and 2.', 'serve'],
  ['serve --port a=1 --port a=2', '--port is given twice for a: 1 and 2.', 'serve'],
  ['serve --seed 1 --seed 2', '--seed is given twice, as "1" and as "2".', 'serve'],
  ['serve --pace 0', '--pace is "0" and must be a number of at least 0.001.', 'serve'],
  ['serve --deliver', '--deliver needs a value: --deliver URL.', 'serve'],
  ['serve --json=1', '--json takes no value, and was given "1".', 'serve'],
  ['SPARRING_FROZEN=maybe serve', 'SPARRING_FROZEN is "maybe" and must be 1 or 0.', 'serve'],
  [
    'serve sek',
    'Failed to load the vendor "sek": no such vendor. Did you mean "seek"? For a vendor of your own give the path of its OpenAPI document, as "./acme/openapi.yaml".',
  ],
  [
    'serve seal --scenario seek/happy-path',
    '"seek/happy-path" is a scenario of seek, and serve was asked for seal.',
    'serve',
  ],
  ['vendors a b', 'vendors takes at most one name, and was given 2: a b.', 'vendors'],
  ['scenarios sel', '"sel" is not a vendor. Did you mean "seal"?', 'scenarios'],
  ['scenarios --scenarios nowhere', '--scenarios is "nowhere", and there is no such folder.', ''],
  ['check nope.yaml', 'There is no file "nope.yaml" to check.', 'check'],
  ['check seekk', 'There is no file "seekk" to check. Did you mean "seek"?', 'check'],
  ['try seek', 'try needs OPERATION: sparring try VENDOR OPERATION.', 'try'],
  ['try seek getJbo', '"getJbo" is not an operation of seek. Did you mean "getJob"?', 'try'],
  ['try seek getJob --param job=1', '"job" is not a parameter of getJob. Did you mean "job_uuid"?', 'try'],
  ['try seek getMe --param x', '--param is "x" and must be NAME=VALUE.', 'try'],
  ['try seek getMe --times 0', '--times is "0" and must be a whole number from 1 to 1000.', 'try'],
  [
    'try seek getMe --scenario seek/out-of-credit',
    'Failed to play "seek/out-of-credit": no such scenario. Did you mean "seek/out-of-credits"?',
  ],
])('refuses "%s" with 2, a reason and no stack', async ([line, message, topic], { expect }) => {
  const words = line.split(' ')
  const env = Object.fromEntries(words.filter((word) => word.startsWith('SPARRING_')).map((word) => word.split('=')))
  const args = words.filter((word) => !word.startsWith('SPARRING_'))
  const hint = topic === undefined ? '' : `Run "sparring help${topic && ` ${topic}`}" to see the usage.\n`
  expect(await sparring(args, { env })).toEqual({ code: 2, out: '', err: `sparring: ${message}\n${hint}` })
})

test('shows the stack when SPARRING_DEBUG asks for it', async () => {
  const { code, err } = await sparring(['vendors', 'sek'], { env: { SPARRING_DEBUG: '1' } })
  expect(code).toBe(2)
  expect(err).toMatch(/^sparring: UnknownNameError: Failed to load the vendor "sek".*\n {4}at /)
})

test('lists the vendors of the package', async () => {
  const { code, out } = await spawned(['vendors'])
  expect(code).toBe(0)
  const lines = out.split('\n')
  expect(lines[0]).toMatch(/^NAME +TITLE +FACTS OF +OPERATIONS +LIMITS +ASSUMPTIONS +DIALECTS +KEYS MAY END IN$/)
  expect(lines.find((line) => line.startsWith('seek '))).toMatch(
    /^seek +Seek API +\d{4}-\d\d-\d\d +10 +1 +\d+ +credits, usd +sk_live_… revoked, expired, unknown, broke, limited, down, slow$/,
  )
  expect(lines.find((line) => line.startsWith('seal '))).toMatch(
    /^seal +Seal API +\d{4}-\d\d-\d\d +24 +2 +\d+ +- +seal_… revoked, expired, unknown, unscoped, limited, down, slow$/,
  )
  const listed = JSON.parse((await sparring(['vendors', '--json'])).out) as {
    vendors: Array<{ name: string; credentials: unknown }>
  }
  using mock = createMock({ vendors: ['seek'] })
  expect(listed.vendors.find(({ name }) => name === 'seek')!.credentials).toEqual(mock.credentials('seek'))
})

test('shows all about one vendor', async () => {
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
  limited  ak_sparring00limited
  down     ak_sparring00down
  slow     ak_sparring00slow

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
  acme.yaml:9:12 authenticate key: Keys look like this.
  acme.yaml:16:22 limits slots: There are three.
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

test('paints on a terminal alone, and never with NO_COLOR', () => {
  const paintOn = (isTTY: boolean, env: NodeJS.ProcessEnv): string => {
    const stream = { isTTY, write: () => true }
    return createPrint({ stdout: stream, stderr: stream, env }).paint('red', 'no')
  }
  expect(paintOn(true, {})).toBe('\u001b[31mno\u001b[39m')
  expect(paintOn(true, { NO_COLOR: '1' })).toBe('no')
  expect(paintOn(true, { TERM: 'dumb' })).toBe('no')
  expect(paintOn(false, {})).toBe('no')
})

test('shows a common limit in words, and a plan or an answer without details', async () => {
  const cwd = project({
    'shared.yaml': `openapi: 3.1.0
info: { title: Shared, version: '1' }
x-mock:
  plans: { free: {} }
  limits: [{ name: requests, algorithm: fixed-window, limit: 1, window: 1m, per: [], refuse: Slow }]
paths:
  /a: { get: { operationId: a } }
components: { responses: { Slow: { description: Slow. } } }
`,
  })
  const { out } = await sparring(['vendors', 'shared.yaml'], { cwd })
  expect(out).toContain('requests: fixed-window for all together, else Slow\n')
  expect(out).toContain('free  no numbers of its own\n')
  expect(out).toContain('a  GET  /a  no answer is documented\n')
})
