import { KEY_WORDS } from '../spec/model/issued.ts'
import type { Command } from './arguments.ts'
import { COVERAGE_MIN, DIALECT, FOLDERS, JSON_FLAG, SCENARIO, SEED } from './flags.ts'
import { exec, mcp, serve, wait } from './server-commands.ts'
import { steerCommands } from './steer-commands.ts'

const report: Command = {
  name: 'report',
  words: '[DIR …]',
  takes: { min: 0, max: Infinity },
  about: 'merge the coverage of several processes',
  details: [
    'Reads the files that exec --coverage-dir, and mocks with SPARRING_COVERAGE_DIR, wrote to the folders, merges them, and',
    'prints for each operation which answers the client met, which are missing, and which scenario produces them.',
  ],
  flags: [
    {
      name: 'merge',
      value: 'DIR',
      many: true,
      about: 'a folder with coverage files; may be repeated, or followed by more folders',
    },
    COVERAGE_MIN,
    { name: 'write', value: 'DIR', about: 'also write the merged coverage as one file to this folder' },
    {
      name: 'report',
      value: 'FORMAT=FILE',
      many: true,
      about: 'also write it as html, json, junit, ctrf or text; separate several with commas',
    },
    FOLDERS,
    JSON_FLAG,
  ],
  examples: [
    ['sparring report --merge coverage', 'everything in one folder'],
    ['sparring report --merge coverage/one coverage/two --coverage-min 80', 'from several jobs; fails below 80 %'],
    ['sparring report --merge coverage --report html=coverage.html', 'also as an HTML page'],
  ],
  load: () => import('./report/report-command.ts'),
}

const vendors: Command = {
  name: 'vendors',
  words: '[VENDOR|FILE]',
  takes: { min: 0, max: 1 },
  about: 'list the vendors, or show one in full',
  details: [
    'Lists the emulated vendors; with a name: its servers, keys, operations, limits, plans, and what the mock assumes beyond the documents.',
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
  about: 'list the scenarios, and what a good client does in each',
  details: [
    "Lists the package's scenarios and your own, from ./scenarios and --scenarios; files with mistakes are listed with them.",
  ],
  flags: [FOLDERS, JSON_FLAG],
  examples: [
    ['sparring scenarios', 'the whole catalogue'],
    ['sparring scenarios seek', 'the scenarios of one vendor'],
  ],
  load: () => import('./vendors/scenarios.ts'),
}

const check: Command = {
  name: 'check',
  words: '[FILE …]',
  takes: { min: 0, max: Infinity },
  about: 'find mistakes in specs and scenarios',
  details: [
    'Checks the given files and folders. A file with an "openapi" key is a spec; one with "overlay" is an overlay, checked with',
    'its document; any other file is a scenario, checked against its vendor.',
    'Without names: all specs of the package and all scenarios found. Exits with 1 if there are errors.',
  ],
  flags: [
    {
      name: 'assumptions',
      about: 'list what the mock assumes beyond the documents, with place and reason',
      optionOnly: true,
    },
    FOLDERS,
    JSON_FLAG,
  ],
  examples: [
    ['sparring check', 'all specs and scenarios'],
    ['sparring check ./acme/openapi.yaml scenarios/acme', 'a document of your own, and its scenarios'],
    ['sparring check specs/seek/openapi.yaml --assumptions', 'the assumptions about one vendor'],
  ],
  load: () => import('./check/check.ts'),
}

const tryIt: Command = {
  name: 'try',
  words: 'VENDOR OPERATION',
  takes: { min: 2, max: 2 },
  about: 'send one request and explain the answer',
  details: [
    'Builds a valid request, sends it in this process, and prints each answer with the stage that gave it and the reason.',
    'The clock stands still between the requests; an answer that is held moves it forward.',
  ],
  flags: [
    SCENARIO,
    DIALECT,
    { name: 'times', value: 'NUMBER', about: 'how many times to send it (default: 1)' },
    { name: 'parallel', about: 'send all at once, to exceed a concurrency limit' },
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
      about: `a key, or one of: ${Object.keys(KEY_WORDS).join(', ')}, none (default: active)`,
    },
    SEED,
    FOLDERS,
    JSON_FLAG,
  ],
  examples: [
    ['sparring try seek getMe', 'one request'],
    ['sparring try seek submitJob --scenario seek/out-of-credits --times 3', 'the third gets a 402'],
    ['sparring try seal getEntity --scenario seal/concurrency --times 3 --parallel', 'one over the concurrency limit'],
    ['sparring try seek getMe --credential revoked', 'a revoked key'],
  ],
  load: () => import('./try/try.ts'),
}

const init: Command = {
  name: 'init',
  words: '[FILE]',
  takes: { min: 0, max: 1 },
  about: 'write an overlay with the behaviour of your own document, or a first test',
  details: [
    'Writes an OpenAPI Overlay beside the document, <name>.mock.overlay.yaml, with all that can be guessed from it: keys, limits,',
    'credits, jobs, pages. It is applied whenever the document is served. The document itself is not changed.',
    'Without a document it writes a first test, which passes right away, for the runner of package.json: vitest, Jest, Playwright or',
    'node:test. Existing files are not overwritten.',
  ],
  flags: [
    { name: 'from', value: 'FILE', about: 'the document, instead of its name after the command' },
    { name: 'vendor', value: 'NAME', optionOnly: true, about: 'the vendor of a first test (default: seek)' },
    { name: 'out', short: 'o', value: 'FILE', about: 'where to write (default: next to the document)' },
    {
      name: 'operations',
      value: 'NAME,…',
      about: 'guess about these operations only: operationIds, tags or paths; a * at the end matches anything',
    },
    { name: 'explain', about: 'show for each guess the sentence of the document that supports it, and its location' },
    { name: 'force', about: 'overwrite an existing file' },
  ],
  examples: [
    ['sparring init acme.json', 'writes acme.mock.overlay.yaml'],
    ['sparring init', 'a first test for the runner of the project'],
    ['sparring init acme.json --operations createJob,getJob --explain', 'two operations only, with the reasons'],
    ['sparring init acme.json --out test/acme.overlay.yaml', 'writes it elsewhere'],
  ],
  load: () => import('./init/init.ts'),
}

const build: Command = {
  name: 'build',
  words: 'FILE',
  takes: { min: 1, max: 1 },
  about: 'convert your own document to a module, for createMock in a page',
  details: [
    'Writes the document with its overlay, and the scenarios of its vendor, as a module of JavaScript and its types. A page cannot read',
    'files: it imports the module and passes it to createMock of sparring/browser. Vendors of the package have modules already.',
  ],
  flags: [{ name: 'out', short: 'o', value: 'FILE', about: 'where to write (default: <vendor>.js)' }, FOLDERS],
  examples: [
    ['sparring build ./acme/openapi.yaml', 'writes acme.js and acme.d.ts'],
    ['sparring build acme.json --out src/mocks/acme.js', 'writes them elsewhere'],
  ],
  load: () => import('./build/build.ts'),
}

const bundle: Command = {
  name: 'bundle',
  words: 'FILE',
  takes: { min: 1, max: 1 },
  about: 'combine a document of several files into one',
  details: [
    'Follows each $ref to another file, and writes one document that any tool reads: parts from other files become its',
    'components. Prints it (as JSON for a .json file, else as YAML) or writes it to --out. Nothing is read from the network.',
  ],
  flags: [
    { name: 'out', value: 'FILE', about: 'where to write (default: standard output)' },
    { name: 'force', about: 'overwrite an existing file' },
  ],
  examples: [
    ['sparring bundle ./acme/openapi.yaml', 'prints the whole document'],
    ['sparring bundle acme/openapi.yaml --out acme.json', 'writes it, as JSON'],
  ],
  load: () => import('./bundle/bundle-command.ts'),
}

const fixtures: Command = {
  name: 'fixtures',
  words: '[VENDOR|FILE …]',
  takes: { min: 0, max: Infinity },
  about: 'write every documented answer as a file',
  details: [
    'Plays each documented answer of each operation on a frozen clock, and writes it as a file: status, headers, body, how it',
    'was produced, and its request; webhooks with their signatures too. The same command writes the same bytes every day.',
    'All vendors of the package when none is named. Only files that it has written before are changed or removed.',
  ],
  flags: [
    { name: 'out', short: 'o', value: 'DIR', about: 'the folder to write to' },
    {
      name: 'operation',
      value: 'NAME',
      many: true,
      about: "only these operations, by name or pattern, like getMe or 'list*'; may be repeated",
    },
    { name: 'status', value: 'CODE', many: true, about: 'only these statuses, like 404 or 4xx; may be repeated' },
    {
      name: 'check',
      about: 'write nothing; exit with 1 when a file is missing, has changed or is left over',
    },
    {
      name: 'format',
      value: 'FORMAT',
      about:
        'sparring: one file per answer (default); msw: a module of handlers; wiremock: stub mappings; har: one archive',
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

/** All commands in the order of the help; their code is loaded when one runs. */
export const commands: readonly Command[] = [
  serve,
  exec,
  report,
  wait,
  ...steerCommands,
  mcp,
  vendors,
  scenarios,
  check,
  tryIt,
  fixtures,
  init,
  build,
  bundle,
]
