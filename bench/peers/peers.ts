import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { freePort } from '../../scripts/target/free-port.ts'
import { start, type Started, type StartOptions } from '../load/server.ts'

/** The servers that do the same work, each in a process of its own. */
export interface Peer {
  readonly name: string
  /** The npm package whose version is shown; undefined for what Node alone runs. */
  readonly package: string | undefined
  /** How it comes to its answers. */
  readonly how: string
  /** ms after which its optimiser has seen enough, at most. */
  readonly warmUp: number
  readonly start: () => Promise<Started>
}

const bench = resolve(import.meta.dirname, '..')
const cache = join(bench, 'node_modules/.cache/peers')
export const NODE_WARM_UP = 6000

/** What Seek's document gives as its examples. */
export const ME =
  '{"id":"acc_7f3b21c4","email":"ops@harbourline.example","workspace":"Harbourline Research","plan":"enterprise","rate_limit":{"sustained":10,"burst":20},"created_at":"2025-09-01T08:00:00Z"}'
export const JOB =
  '{"job_uuid":"job_a1b2c3d4e5f6","status":"queued","worker":"linkedin-profile","cost_estimate_credits":5,"created_at":"2026-03-16T10:00:00Z"}'

/** Bare `node:http` with constant answers; `events` is how many a stream has. */
export function startBare(answers: {
  readonly GET?: readonly [number, string]
  readonly POST?: readonly [number, string]
  readonly events?: number
}): Promise<Started> {
  return start([join(bench, 'peers/bare.ts'), JSON.stringify(answers)])
}

/** What this package serves: without a limit that is met, and with jobs that stay as they are. */
export const UNLIMITED = ['seek', '--scenario', 'bench/documents/unlimited.yaml']
export const LIVE = ['seek', '--scenario', 'bench/documents/live.yaml']

/** This package, with everything on, from its sources. */
export function startSparring(...args: readonly string[]): Promise<Started> {
  return start(['mocks/cli/main.ts', 'serve', ...args, '--port', '0', '--json'])
}

export const peers: readonly Peer[] = [
  {
    name: 'hono',
    package: 'hono',
    how: 'handlers by hand: key, bucket, judging, credits, jobs in a Map',
    warmUp: NODE_WARM_UP,
    start: () => byScript('hono.mjs', ME),
  },
  {
    name: 'msw',
    package: 'msw',
    how: 'node:http and `getResponse`, with the same handlers by hand',
    warmUp: NODE_WARM_UP,
    start: () => byScript('msw.mjs', ME),
  },
  {
    name: 'wiremock',
    package: 'wiremock',
    how: 'mappings by hand: header, JSON path; constant answers; without its request journal',
    // The virtual machine of Java compiles in steps, and takes longest.
    warmUp: 20_000,
    start: startWireMock,
  },
  {
    name: 'scalar',
    package: '@scalar/mock-server',
    how: "Seek's document; constant answers",
    warmUp: NODE_WARM_UP,
    start: () => byScript('scalar.mjs', documentAsJson()),
  },
  {
    name: 'prism',
    package: '@stoplight/prism-cli',
    how: "Seek's document; judges requests; constant answers; without its log",
    warmUp: NODE_WARM_UP,
    start: async () => {
      const port = await freePort()
      const cli = installed('@stoplight/prism-cli/dist/index.js')
      return start([cli, 'mock', '-p', String(port), '-v', 'silent', '-m', 'false', documentAsJson()], {
        port,
        ...PATIENT,
      })
    },
  },
  {
    name: 'mockoon',
    package: '@mockoon/cli',
    how: 'an environment by hand; constant answers; without its log',
    warmUp: NODE_WARM_UP,
    start: startMockoon,
  },
  {
    name: 'mockttp',
    package: 'mockttp',
    how: 'rules by hand: header, JSON body; constant answers; without recording',
    warmUp: NODE_WARM_UP,
    start: () => byScript('mockttp.mjs', ME, JOB),
  },
]

const PATIENT: StartOptions = { patience: 90_000 }

function byScript(name: string, ...args: readonly string[]): Promise<Started> {
  requireInstall()
  return start([join(bench, 'peers', name), ...args], PATIENT)
}

async function startWireMock(): Promise<Started> {
  requireInstall()
  const [jar] = globSync('node_modules/wiremock/build/*.jar', { cwd: bench })
  if (jar === undefined) throw new Error('Its jar is not in node_modules/wiremock/build.')
  const mappings = folder('wiremock/mappings')
  const key = { 'x-api-key': { matches: '.+' } }
  const reply = (status: number, body: string): object => ({
    response: { status, body, headers: { 'Content-Type': 'application/json' } },
  })
  const judged = [{ matchesJsonPath: '$.profile_url' }]
  const post = { method: 'POST', urlPathPattern: '/v1/workers/[^/]+/jobs', headers: key, bodyPatterns: judged }
  write(join(mappings, 'me.json'), { request: { method: 'GET', urlPath: '/v1/me', headers: key }, ...reply(200, ME) })
  write(join(mappings, 'job.json'), { request: post, ...reply(202, JOB) })
  const port = await freePort()
  const options = ['--port', String(port), '--bind-address', '127.0.0.1', '--root-dir', resolve(mappings, '..')]
  return start(['-jar', join(bench, jar), ...options, '--no-request-journal', '--disable-banner'], {
    command: 'java',
    port,
    ...PATIENT,
  })
}

async function startMockoon(): Promise<Started> {
  const port = await freePort()
  const route = (
    uuid: string,
    method: string,
    endpoint: string,
    [statusCode, body]: readonly [number, string],
  ): object => ({
    uuid,
    type: 'http',
    documentation: '',
    method,
    endpoint,
    responseMode: null,
    responses: [
      {
        uuid: `${uuid}-answer`,
        body,
        latency: 0,
        statusCode,
        label: '',
        headers: JSON_HEAD,
        bodyType: 'INLINE',
        default: true,
      },
    ],
  })
  const environment = {
    uuid: 'bench',
    lastMigration: 33,
    name: 'bench',
    port,
    hostname: '127.0.0.1',
    endpointPrefix: 'v1',
    latency: 0,
    folders: [],
    routes: [route('me', 'get', 'me', [200, ME]), route('job', 'post', 'workers/:worker/jobs', [202, JOB])],
    rootChildren: [
      { type: 'route', uuid: 'me' },
      { type: 'route', uuid: 'job' },
    ],
    headers: [],
    cors: false,
    data: [],
    callbacks: [],
  }
  const file = join(folder('mockoon'), 'bench.json')
  write(file, environment)
  const options = ['start', '--data', file, '--disable-log-to-file', '--disable-admin-api', '--repair']
  return start([installed('@mockoon/cli/bin/run.js'), ...options], { port, ...PATIENT })
}

const JSON_HEAD = [{ key: 'Content-Type', value: 'application/json' }]

/** Seek's document, for tools that take JSON. */
function documentAsJson(): string {
  const file = join(folder('documents'), 'seek.json')
  write(file, parse(readFileSync(resolve(bench, '../specs/seek/openapi.yaml'), 'utf8')))
  return file
}

/** @throws Error where the peers are not installed */
function requireInstall(): void {
  if (!existsSync(join(bench, 'node_modules/hono')))
    throw new Error('It is not installed: npm ci --ignore-scripts --prefix bench.')
}

function installed(path: string): string {
  requireInstall()
  return join(bench, 'node_modules', path)
}

function folder(name: string): string {
  const path = join(cache, name)
  mkdirSync(path, { recursive: true })
  return path
}

function write(file: string, data: unknown): void {
  writeFileSync(file, JSON.stringify(data))
}
