import { SILENT } from '../connect/mock/switch.ts'
import type { Command, Flag } from './arguments.ts'

const JSON_FLAG: Flag = { name: 'json', about: 'print JSON, for programs' }
const FOLDERS: Flag = {
  name: 'scenarios',
  value: 'DIR',
  many: true,
  about: 'a folder with <vendor>/<name>.yaml, looked in before ./scenarios; may be repeated',
}
const SCENARIO: Flag = {
  name: 'scenario',
  value: 'NAME',
  many: true,
  about: 'what to play, as seek/out-of-credits or the path of a file; may be repeated (default: happy-path)',
}
const DIALECT: Flag = {
  name: 'dialect',
  value: 'NAME',
  many: true,
  about: 'the dialect spoken where a request chooses none, as usd or seek=usd; wins over the scenario',
}
const SEED: Flag = { name: 'seed', value: 'NUMBER', about: 'seeds all generated values and choices' }

const FROZEN: Flag = { name: 'frozen', about: 'stop the clock; it moves by the control API alone' }
const PACE: Flag = {
  name: 'pace',
  value: 'NUMBER',
  about: "divide the vendors' own durations, for clients that really sleep: 30 makes a minute two seconds",
}
const STRICT: Flag = {
  name: 'strict',
  about: 'refuse a document of your own with any flaw, in place of leaving out what it costs',
}
const CHECK_REPLIES: Flag = {
  name: 'check-replies',
  about: 'check every answer against its spec; say on stderr which break it',
}
const DELIVER: Flag = {
  name: 'deliver',
  value: 'URL',
  about: 'send all webhooks there, each to its own path (default: to their own URLs on this machine)',
}

const SIZES: readonly Flag[] = [
  {
    name: 'max-body',
    value: 'SIZE',
    about: "how much of a request's body is read, as 500kB or 1GiB (default: 100MiB); more is a 413",
  },
  {
    name: 'max-json',
    value: 'SIZE',
    about: 'the same for bodies that are parsed, as JSON or a form (default: 10MiB)',
  },
]

const COVERAGE_MIN: Flag = {
  name: 'coverage-min',
  value: 'PERCENT',
  about: 'fail when less of the answers that count was met, as 80',
}

const SESSION_TTL: Flag = {
  name: 'session-ttl',
  value: 'DURATION',
  about: 'close sessions opened over HTTP that are idle for so long, as 30m or never (default: 1h)',
}

const serve: Command = {
  name: 'serve',
  words: '[VENDOR|FILE …]',
  takes: { min: 0, max: Infinity },
  about: 'answer on a port in the place of vendors',
  details: [
    'Serves the vendors named, or OpenAPI documents of your own; all of the package when none is named. Prints where each is',
    'met, with a key that passes and a request to try, and then a line an exchange on stderr.',
  ],
  flags: [
    SCENARIO,
    DIALECT,
    {
      name: 'port',
      value: 'PORT',
      many: true,
      about: 'port of all vendors (default: 4010); seek=4011 adds one for seek alone; 0 takes a free one',
    },
    {
      name: 'host',
      value: 'ADDRESS',
      about: 'address to listen on (default: 127.0.0.1); any but loopback needs SPARRING_TOKEN',
    },
    FROZEN,
    PACE,
    SEED,
    STRICT,
    CHECK_REPLIES,
    FOLDERS,
    { name: 'json', about: 'print one line of JSON when ready, and no log' },
    { name: 'quiet', about: 'print no log' },
    DELIVER,
    ...SIZES,
    SESSION_TTL,
    {
      name: 'stop-with-parent',
      about: 'stop when the process that has started it ends (default: on below npx and npm exec)',
    },
    { name: 'watch', about: 'not supported yet: serve anew when a file changes', notYet: true },
  ],
  examples: [
    ['sparring serve', 'every vendor, on port 4010'],
    ['sparring serve seek --scenario seek/rate-limited', 'one vendor on a bad day'],
    ['sparring serve ./acme/openapi.yaml --port 0 --json', 'your own document on a free port'],
    ['SPARRING_PORT=4010,seek=4011 sparring serve', 'the same options as variables'],
  ],
  load: () => import('./serve/serve.ts'),
}

const exec: Command = {
  name: 'exec',
  words: '[VENDOR|FILE …] -- CMD',
  takes: { min: 0, max: Infinity },
  takesCommand: true,
  about: 'run a command beside a server, and stop with it',
  details: [
    'Serves on a free port, runs the command with the addresses and keys of the vendors in its environment, and ends with its exit',
    'code. SPARRING_URL is the server; SPARRING_SEEK_URL, SPARRING_SEEK_KEY and SPARRING_SEEK_WEBHOOK_SECRET are those of Seek.',
    'A summary of what was sent is printed on stderr, with findings: what the client did wrong. They fail a run whose command has',
    'passed, with exit code 1. Exit code 125: sparring itself has failed, and not the command.',
  ],
  flags: [
    SCENARIO,
    DIALECT,
    {
      name: 'env',
      value: 'NAME=VENDOR.FACT',
      many: true,
      about: 'one more variable: seek.url, seek.key or seek.webhookSecret under a name of your own; may be repeated',
    },
    { name: 'port', value: 'PORT', many: true, about: 'port of all vendors (default: a free one); seek=4011 adds one' },
    FROZEN,
    PACE,
    SEED,
    STRICT,
    CHECK_REPLIES,
    FOLDERS,
    DELIVER,
    ...SIZES,
    SESSION_TTL,
    {
      name: 'stop-with-parent',
      about: 'stop the command when the process that has started exec ends (default: on; the variable turns it off)',
    },
    {
      name: 'fail-on',
      value: 'SEVERITY',
      about: 'fail on findings about the client that are as bad: error, warning, info or never (default: error)',
    },
    {
      name: 'report',
      value: 'FORMAT[=FILE]',
      many: true,
      about: 'write a report: github, or html, json, junit, ctrf, har or text with =FILE; several with commas between',
    },
    {
      name: 'coverage',
      about: "print which of the vendors' answers were met, which are missing, and what would meet them",
    },
    {
      name: 'coverage-dir',
      value: 'DIR',
      about: 'write what was met to a file there; mocks in the process of the command write theirs too',
    },
    COVERAGE_MIN,
    {
      name: 'coverage-include',
      value: 'VENDOR[.OPERATION]',
      many: true,
      about: 'count what nobody has called too: seek.cancelJob, or all of seek; may be repeated',
    },
    {
      name: 'baseline',
      value: 'FILE',
      about: 'fail on findings that are not in this file, which knows those of an earlier run',
    },
    { name: 'update-baseline', about: 'write the findings of this run to the file of --baseline, and fail on none' },
    { name: 'allow-empty', about: 'take a run without a single request for a success' },
    { name: 'quiet', about: 'print no summary' },
  ],
  examples: [
    ['sparring exec seek -- npm test', 'your tests beside a server'],
    ['sparring exec seek --scenario seek/rate-limited -- npm test', 'which meet a rate limit'],
    ['sparring exec seek --report junit=findings.xml -- npm test', 'with the findings for CI'],
    ['sparring exec seek --coverage --coverage-min 80 -- npm test', 'with the answers that they have met'],
    ['sparring exec seek --env API_BASE=seek.url -- pytest', 'under the name that the client reads'],
  ],
  load: () => import('./exec/exec.ts'),
}

const report: Command = {
  name: 'report',
  words: '[DIR …]',
  takes: { min: 0, max: Infinity },
  about: "add up which of the vendors' answers several processes have met",
  details: [
    'Reads the files that exec --coverage-dir and mocks under SPARRING_COVERAGE_DIR have written to the folders, adds them up, and',
    'prints of each operation which answers were met, which are missing, and which scenario would meet them.',
  ],
  flags: [
    {
      name: 'merge',
      value: 'DIR',
      many: true,
      about: 'a folder with files to add up; may be repeated, or more may follow',
    },
    COVERAGE_MIN,
    { name: 'write', value: 'DIR', about: 'write the sum as one file there too' },
    FOLDERS,
    JSON_FLAG,
  ],
  examples: [
    ['sparring report --merge coverage', 'all that was written there'],
    ['sparring report --merge coverage/one coverage/two --coverage-min 80', 'of several jobs; fails below 80 %'],
  ],
  load: () => import('./report/report-command.ts'),
}

const wait: Command = {
  name: 'wait',
  words: 'URL',
  takes: { min: 1, max: 1 },
  about: 'wait until a server is ready',
  details: ['Asks a server for its health until it is ready. Exit code 1: it was not within the time.'],
  flags: [{ name: 'timeout', value: 'DURATION', about: 'how long to wait (default: 30s)' }],
  examples: [['sparring wait http://127.0.0.1:4010', 'for scripts that have started one in the background']],
  load: () => import('./serve/wait.ts'),
}

const vendors: Command = {
  name: 'vendors',
  words: '[VENDOR|FILE]',
  takes: { min: 0, max: 1 },
  about: 'list the vendors, or tell all about one',
  details: [
    'Lists what is emulated; with a name: its servers, keys, operations, limits, plans, and what the mock assumes beyond the documents.',
  ],
  flags: [JSON_FLAG],
  examples: [
    ['sparring vendors', 'a line a vendor'],
    ['sparring vendors seek', 'all about one'],
  ],
  load: () => import('./vendors/vendors.ts'),
}

const scenarios: Command = {
  name: 'scenarios',
  words: '[VENDOR]',
  takes: { min: 0, max: 1 },
  about: 'list what can be played, and what a good client does',
  details: [
    "Lists the package's scenarios and your own, from ./scenarios and --scenarios; files with mistakes are listed with them.",
  ],
  flags: [FOLDERS, JSON_FLAG],
  examples: [
    ['sparring scenarios', 'the whole catalogue'],
    ['sparring scenarios seek', 'those of one vendor'],
  ],
  load: () => import('./vendors/scenarios.ts'),
}

const check: Command = {
  name: 'check',
  words: '[FILE …]',
  takes: { min: 0, max: Infinity },
  about: 'find mistakes in specs and scenarios',
  details: [
    'Checks the files named, or those in the folders named: a file with an "openapi" key is a spec, one with "overlay" an overlay,',
    'checked with its document, any other a scenario, which is checked against its vendor too.',
    'Without names: all specs of the package and all scenarios found. Exits with 1 when there are errors.',
  ],
  flags: [
    {
      name: 'assumptions',
      about: 'list what the mock assumes beyond the documents, with place and reason',
      quiet: SILENT,
    },
    FOLDERS,
    JSON_FLAG,
  ],
  examples: [
    ['sparring check', 'everything there is'],
    ['sparring check ./acme/openapi.yaml scenarios/acme', 'a document of your own, and its scenarios'],
    ['sparring check specs/seek/openapi.yaml --assumptions', 'what is assumed of one vendor'],
  ],
  load: () => import('./check/check.ts'),
}

const tryIt: Command = {
  name: 'try',
  words: 'VENDOR OPERATION',
  takes: { min: 2, max: 2 },
  about: 'send one request and explain the answer',
  details: [
    'Builds a request that should pass, sends it in this process, and prints each answer with who gave it and why.',
    'Time stands still between the requests; an answer that is held back moves it on.',
  ],
  flags: [
    SCENARIO,
    DIALECT,
    { name: 'times', value: 'NUMBER', about: 'how often to send it (default: 1)' },
    { name: 'parallel', about: 'send all at once, to meet a limit of requests in flight' },
    {
      name: 'param',
      value: 'NAME=VALUE',
      many: true,
      about: 'a parameter of the path, query or headers; may be repeated',
    },
    { name: 'body', value: 'JSON|@FILE', about: 'the body to send' },
    {
      name: 'credential',
      value: 'KEY',
      about: 'a key, or one of: active, revoked, expired, unknown, broke, unscoped, none (default: active)',
    },
    SEED,
    FOLDERS,
    JSON_FLAG,
  ],
  examples: [
    ['sparring try seek getMe', 'one request'],
    ['sparring try seek submitJob --scenario seek/out-of-credits --times 3', 'the third meets a 402'],
    ['sparring try seal getEntity --scenario seal/concurrency --times 3 --parallel', 'one too many in flight'],
    ['sparring try seek getMe --credential revoked', 'a key that is no good'],
  ],
  load: () => import('./try/try.ts'),
}

const init: Command = {
  name: 'init',
  words: 'FILE',
  takes: { min: 0, max: 1 },
  about: 'write how a document of your own behaves, beside it',
  details: [
    'Writes an OpenAPI Overlay beside the document, <name>.mock.overlay.yaml, with all that the document lets guess: keys, limits,',
    'credits, jobs, pages. It is laid over the document whenever that is served. The document itself is not touched.',
  ],
  flags: [
    { name: 'from', value: 'FILE', about: 'the document, in place of its name behind the command' },
    { name: 'out', value: 'FILE', about: 'where to write (default: beside the document)' },
    { name: 'force', about: 'write over a file that is there' },
  ],
  examples: [
    ['sparring init acme.json', 'writes acme.mock.overlay.yaml'],
    ['sparring init acme.json --out test/acme.overlay.yaml', 'writes it elsewhere'],
  ],
  load: () => import('./init/init.ts'),
}

const build: Command = {
  name: 'build',
  words: 'FILE',
  takes: { min: 1, max: 1 },
  about: 'write a document of your own as a module, for createMock in a page',
  details: [
    'Writes the document with its overlay, and the scenarios of its vendor, as a module of JavaScript and its types. A page reads no',
    'files: it imports the module and gives it to createMock of sparring/browser. Vendors of the package have theirs already.',
  ],
  flags: [{ name: 'out', value: 'FILE', about: 'where to write (default: <vendor>.js)' }, FOLDERS],
  examples: [
    ['sparring build ./acme/openapi.yaml', 'writes acme.js and acme.d.ts'],
    ['sparring build acme.json --out src/mocks/acme.js', 'writes them elsewhere'],
  ],
  load: () => import('./build/build.ts'),
}

const fixtures: Command = {
  name: 'fixtures',
  words: '[VENDOR|FILE …]',
  takes: { min: 0, max: Infinity },
  about: 'write every documented answer as a file',
  details: [
    'Plays each documented answer of each operation on a clock that stands still, and writes it as a file: status, headers, body, how it',
    'was had, and the request that got it; webhooks with their signatures too. The same command writes the same bytes on any day.',
    'All vendors of the package when none is named. Only files that it has written before are changed or removed.',
  ],
  flags: [
    { name: 'out', value: 'DIR', about: 'the folder to write to' },
    {
      name: 'operation',
      value: 'NAME',
      many: true,
      about: "only these operations, by name or pattern, as getMe or 'list*'; may be repeated",
    },
    { name: 'status', value: 'CODE', many: true, about: 'only these statuses, as 404 or 4xx; may be repeated' },
    {
      name: 'check',
      about: 'write nothing; exit with 1 when a file is missing, has changed or is left over',
    },
    {
      name: 'format',
      value: 'FORMAT',
      about:
        'sparring: a file an answer (default); msw: a module of handlers; wiremock: stub mappings; har: one archive',
    },
    DIALECT,
    FOLDERS,
    JSON_FLAG,
  ],
  examples: [
    ['sparring fixtures seek --out fixtures', 'every answer of one vendor'],
    ["sparring fixtures seek --out fixtures --operation 'get*' --status 4xx", 'some of them'],
    ['sparring fixtures seek --out fixtures --check', 'in CI: are they up to date?'],
    ['sparring fixtures ./acme/openapi.yaml --out mocks --format msw', 'your own document, as MSW handlers'],
  ],
  load: () => import('./fixtures/fixtures.ts'),
}

/** All commands, as the help lists them; their code is loaded when one runs. */
export const commands: readonly Command[] = [
  serve,
  exec,
  report,
  wait,
  vendors,
  scenarios,
  check,
  tryIt,
  fixtures,
  init,
  build,
]
