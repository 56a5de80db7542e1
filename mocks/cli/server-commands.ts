import type { Command, Flag } from './arguments.ts'
import { COVERAGE_MIN, DIALECT, FOLDERS, SCENARIO, SEED } from './flags.ts'

/** Commands that start or await a server: serve, exec, wait and mcp. */

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

const KEEP_JOBS: Flag = {
  name: 'keep-jobs',
  value: 'NUMBER',
  about: 'how many finished jobs of each kind a session keeps (default: 100000); those that ended first are removed',
}

const SESSION_TTL: Flag = {
  name: 'session-ttl',
  value: 'DURATION',
  about: 'close sessions opened over HTTP that are idle for so long, as 30m or never (default: 1h)',
}

const SHARING: readonly Flag[] = [
  {
    name: 'sessions-by',
    value: 'WHAT',
    about: 'give each client a session of its own: key tells them apart by their keys, header:NAME by a header',
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
    about: 'where the others reach this server (default: its own address and port)',
  },
  {
    name: 'lease',
    value: 'DURATION',
    about: 'how long the sessions of a server that says nothing stay its own (default: 3s)',
  },
]

export const serve: Command = {
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
      short: 'p',
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
    { name: 'json', short: 'j', about: 'print one line of JSON when ready, and no log' },
    {
      name: 'log',
      value: 'WHAT',
      about: 'what the log has of a request: lines, headers with both heads, bodies with all of it (default: lines)',
    },
    { name: 'quiet', short: 'q', about: 'print no log' },
    DELIVER,
    {
      name: 'handlers',
      value: 'FILE',
      about: 'a module that exports handlers of MSW: they answer what they match, before the vendors are asked',
    },
    ...SIZES,
    KEEP_JOBS,
    SESSION_TTL,
    ...SHARING,
    {
      name: 'stop-with-parent',
      about: 'stop when the process that has started it ends (default: on below npx and npm exec)',
    },
    {
      name: 'watch',
      short: 'w',
      about: 'go on with documents, overlays, code, handlers and scenarios as they are when one of their files changes',
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
  about: 'run a command beside a server, and stop with it',
  details: [
    'Serves on a free port, runs the command with the addresses and keys of the vendors in its environment, and ends with its exit',
    'code. SPARRING_URL is the server; SPARRING_SEEK_URL, SPARRING_SEEK_KEY and SPARRING_SEEK_WEBHOOK_SECRET are those of Seek.',
    'A summary of what was sent is printed on stderr, with findings: what the client did wrong. They fail a run whose command has',
    'passed, with exit code 1. Exit code 125: sparring itself has failed, and not the command. Exit code 122: nothing was intercepted',
    'of a command that has passed.',
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
    { name: 'quiet', short: 'q', about: 'print no summary' },
  ],
  examples: [
    ['sparring exec seek -- npm test', 'your tests beside a server'],
    ['sparring exec seek --scenario seek/rate-limited -- npm test', 'which meet a rate limit'],
    ['sparring exec seek --report junit=findings.xml -- npm test', 'with the findings for CI'],
    ['sparring exec seek --coverage --coverage-min 80 -- npm test', 'with the answers that they have met'],
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
  details: ['Asks a server for its health until it is ready. Exit code 1: it was not within the time.'],
  flags: [{ name: 'timeout', value: 'DURATION', about: 'how long to wait (default: 30s)' }],
  examples: [['sparring wait http://127.0.0.1:4010', 'for scripts that have started one in the background']],
  load: () => import('./serve/wait.ts'),
}

export const mcp: Command = {
  name: 'mcp',
  words: '[VENDOR|FILE …]',
  takes: { min: 0, max: Infinity },
  about: 'give a coding agent tools to play scenarios and read what happened',
  details: [
    'Speaks the Model Context Protocol over stdin and stdout. Serves on a free port, or takes the server of --url; the tools list',
    'vendors, operations and scenarios, play, send requests, and read journal and findings. Needs the package',
    '@modelcontextprotocol/server.',
  ],
  flags: [
    { name: 'url', value: 'URL', about: 'a server that runs already (default: one of its own, on a free port)' },
    SCENARIO,
    DIALECT,
    { name: 'port', short: 'p', value: 'PORT', many: true, about: 'port of its own server (default: a free one)' },
    FROZEN,
    PACE,
    SEED,
    CHECK_REPLIES,
    FOLDERS,
  ],
  examples: [['sparring mcp seek', 'as the command of a server in the settings of an agent']],
  load: () => import('./mcp/mcp.ts'),
}
