import type { Command, Flag } from './arguments.ts'
import { COVERAGE_MIN, DIALECT, FOLDERS, SCENARIO, SEED } from './flags.ts'

/** Commands that start or await a server: serve, exec, wait and mcp. */

const FROZEN: Flag = { name: 'frozen', about: 'freeze the clock; only the control API moves it' }
const PACE: Flag = {
  name: 'pace',
  value: 'NUMBER',
  about: "divide the vendors' own durations, for clients that really sleep: 30 makes a minute two seconds",
}
const STRICT: Flag = {
  name: 'strict',
  about: 'reject your own document if it has any flaw, instead of leaving out the affected parts',
}
const CHECK_REPLIES: Flag = {
  name: 'check-replies',
  about: 'check every answer against its spec; report violations on stderr',
}
const DELIVER: Flag = {
  name: 'deliver',
  value: 'URL',
  about: 'send all webhooks to this URL, each to its own path (default: to their own URLs on this machine)',
}

const SIZES: readonly Flag[] = [
  {
    name: 'max-body',
    value: 'SIZE',
    about: 'the largest request body, like 500kB or 1GiB (default: 100MiB); a larger one gets a 413',
  },
  {
    name: 'max-json',
    value: 'SIZE',
    about: 'the largest body that is parsed, like JSON or a form (default: 10MiB)',
  },
]

const KEEP_JOBS: Flag = {
  name: 'keep-jobs',
  value: 'NUMBER',
  about: 'how many finished jobs of each kind a session keeps (default: 100000); those that ended first are removed',
}

const SESSION_TTL: Flag = {
  name: 'session-ttl',
  value: 'DURATION',
  about: 'close sessions opened over HTTP after this idle time, like 30m or never (default: 1h)',
}

const SHARING: readonly Flag[] = [
  {
    name: 'sessions-by',
    value: 'WHAT',
    about: 'give each client its own session: key identifies clients by their keys, header:NAME by a header',
  },
  {
    name: 'store',
    value: 'URL',
    about:
      'share sessions with other servers through Redis or Valkey, as redis://127.0.0.1:6379; needs the package redis',
  },
  {
    name: 'replica-url',
    value: 'URL',
    about: 'the URL at which other servers reach this one (default: its own address and port)',
  },
  {
    name: 'lease',
    value: 'DURATION',
    about: 'how long a server that does not respond keeps its sessions (default: 3s)',
  },
]

export const serve: Command = {
  name: 'serve',
  words: '[VENDOR|FILE …]',
  takes: { min: 0, max: Infinity },
  about: 'serve emulated vendors on a port',
  details: [
    'Serves the given vendors, or your own OpenAPI documents; by default all vendors of the package. Prints the URL of each,',
    'with a valid key and a request to try, and then one line per exchange on stderr.',
  ],
  flags: [
    SCENARIO,
    DIALECT,
    {
      name: 'port',
      short: 'p',
      value: 'PORT',
      many: true,
      about: 'port of all vendors (default: 4010); seek=4011 adds one for seek alone; 0 takes a free one',
    },
    {
      name: 'host',
      value: 'ADDRESS',
      about: 'address to listen on (default: 127.0.0.1); addresses other than loopback need SPARRING_TOKEN',
    },
    FROZEN,
    PACE,
    SEED,
    STRICT,
    CHECK_REPLIES,
    FOLDERS,
    { name: 'json', short: 'j', about: 'print one line of JSON when ready, and no log' },
    {
      name: 'log',
      value: 'WHAT',
      about: 'what the log shows of an exchange: lines, headers of both messages, or bodies too (default: lines)',
    },
    { name: 'quiet', short: 'q', about: 'print no log' },
    DELIVER,
    {
      name: 'handlers',
      value: 'FILE',
      about: 'a module that exports MSW handlers: they answer the requests that they match, before the vendors do',
    },
    ...SIZES,
    KEEP_JOBS,
    SESSION_TTL,
    ...SHARING,
    {
      name: 'stop-with-parent',
      about: 'stop when its parent process ends (default: on below npx and npm exec)',
    },
    {
      name: 'watch',
      short: 'w',
      about: 'reload documents, overlays, code, handlers and scenarios when one of their files changes',
    },
  ],
  examples: [
    ['sparring serve', 'every vendor, on port 4010'],
    ['sparring serve seek --scenario seek/rate-limited', 'one vendor on a bad day'],
    ['sparring serve ./acme/openapi.yaml --port 0 --json', 'your own document on a free port'],
    ['SPARRING_PORT=4010,seek=4011 sparring serve', 'the same options as variables'],
  ],
  load: () => import('./serve/serve.ts'),
}

export const exec: Command = {
  name: 'exec',
  words: '[VENDOR|FILE …] -- CMD',
  takes: { min: 0, max: Infinity },
  takesCommand: true,
  about: 'run a command with a server, and stop the server when it ends',
  details: [
    'Serves on a free port, runs the command with the addresses and keys of the vendors in its environment, and ends with its exit',
    'code. SPARRING_URL is the server; SPARRING_SEEK_URL, SPARRING_SEEK_KEY and SPARRING_SEEK_WEBHOOK_SECRET are those of Seek.',
    'Prints a summary of the requests on stderr, with findings: what the client did wrong. Findings fail a run whose command',
    'passed, with exit code 1. Exit code 125: sparring itself failed, not the command. Exit code 122: the command passed, but',
    'nothing was intercepted.',
  ],
  flags: [
    SCENARIO,
    DIALECT,
    {
      name: 'env',
      value: 'NAME=VENDOR.FACT',
      many: true,
      about: 'an additional variable with seek.url, seek.key or seek.webhookSecret; may be repeated',
    },
    {
      name: 'intercept',
      about: "answer for the vendors' own hosts, over HTTPS too, so that the client keeps its URLs; needs node-forge",
    },
    { name: 'pass-through', about: 'let requests of --intercept to other hosts pass (default: refuse them with 502)' },
    {
      name: 'port',
      short: 'p',
      value: 'PORT',
      many: true,
      about: 'port of all vendors (default: a free one); seek=4011 adds one',
    },
    FROZEN,
    PACE,
    SEED,
    STRICT,
    CHECK_REPLIES,
    FOLDERS,
    DELIVER,
    ...SIZES,
    KEEP_JOBS,
    SESSION_TTL,
    {
      name: 'stop-with-parent',
      about: 'stop the command when the parent process of exec ends (default: on; only the variable turns it off)',
    },
    {
      name: 'fail-on',
      value: 'SEVERITY',
      about: 'fail on findings of this severity or worse: error, warning, info or never (default: error)',
    },
    {
      name: 'report',
      value: 'FORMAT[=FILE]',
      many: true,
      about: 'write a report: github, or html, json, junit, ctrf, har or text with =FILE; separate several with commas',
    },
    {
      name: 'coverage',
      about: "print which of the vendors' answers the client met, which are missing, and how to produce them",
    },
    {
      name: 'coverage-dir',
      value: 'DIR',
      about: 'write the coverage to a file in this folder; mocks in the process of the command write theirs too',
    },
    COVERAGE_MIN,
    {
      name: 'coverage-include',
      value: 'VENDOR[.OPERATION]',
      many: true,
      about: 'also count operations that were not called: seek.cancelJob, or all of seek; may be repeated',
    },
    {
      name: 'baseline',
      value: 'FILE',
      about: 'fail only on findings that are not in this file, which lists those of an earlier run',
    },
    { name: 'update-baseline', about: 'write the findings of this run to the file of --baseline, and fail on none' },
    { name: 'allow-empty', about: 'accept a run without any request' },
    { name: 'quiet', short: 'q', about: 'print no summary' },
  ],
  examples: [
    ['sparring exec seek -- npm test', 'your tests beside a server'],
    ['sparring exec seek --scenario seek/rate-limited -- npm test', 'which meet a rate limit'],
    ['sparring exec seek --report junit=findings.xml -- npm test', 'with the findings for CI'],
    ['sparring exec seek --coverage --coverage-min 80 -- npm test', 'with the coverage of their answers'],
    ['sparring exec seek --intercept -- npm test', 'with a client that keeps the URL of the vendor'],
    ['sparring exec seek --env API_BASE=seek.url -- pytest', 'under the name that the client reads'],
  ],
  load: () => import('./exec/exec.ts'),
}

export const wait: Command = {
  name: 'wait',
  words: 'URL',
  takes: { min: 1, max: 1 },
  about: 'wait until a server is ready',
  details: ['Polls the health of a server until it is ready. Exit code 1: it was not ready in time.'],
  flags: [{ name: 'timeout', value: 'DURATION', about: 'how long to wait (default: 30s)' }],
  examples: [['sparring wait http://127.0.0.1:4010', 'for scripts that start one in the background']],
  load: () => import('./serve/wait.ts'),
}

export const mcp: Command = {
  name: 'mcp',
  words: '[VENDOR|FILE …]',
  takes: { min: 0, max: Infinity },
  about: 'give a coding agent tools to play scenarios and read what happened',
  details: [
    'Speaks the Model Context Protocol over stdin and stdout. Serves on a free port, or uses the server of --url; the tools list',
    'vendors, operations and scenarios, play, send requests, and read journal and findings. Needs the package',
    '@modelcontextprotocol/server.',
  ],
  flags: [
    { name: 'url', value: 'URL', about: 'a running server (default: mcp starts one on a free port)' },
    SCENARIO,
    DIALECT,
    {
      name: 'port',
      short: 'p',
      value: 'PORT',
      many: true,
      about: 'port of the server that mcp starts (default: a free one)',
    },
    FROZEN,
    PACE,
    SEED,
    CHECK_REPLIES,
    FOLDERS,
  ],
  examples: [['sparring mcp seek', 'as the command of a server in the settings of an agent']],
  load: () => import('./mcp/mcp.ts'),
}
