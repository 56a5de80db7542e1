import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { Random } from '../../mocks/state/hash.ts'
import { hostileJson, hostileText, hostileValue, mutate, NAMES } from './hostile.ts'
import type { Subject } from './operations.ts'
import type { Shot } from './wire.ts'

/** A request to send, with a description. */
export interface Plan extends Shot {
  readonly about: string
}

/** The parts of a request before they are encoded as bytes. */
interface Draft {
  method: string
  path: string
  headers: Array<[string, string]>
  body: Buffer | undefined
}

type Change = (draft: Draft, random: Random) => void

/** A request to an operation: valid, or with one to three errors. */
export function requestTo({ vendor, operation, good }: Subject, random: Random, sessions: readonly string[]): Plan {
  const draft: Draft = {
    method: good.method,
    path: `/${vendor}${good.path}`,
    headers: good.headers.map(([name, value]) => [name, value]),
    body: good.body === undefined ? undefined : Buffer.from(good.body),
  }
  const changes = random.next() < 0.15 ? 0 : random.int(1, 3)
  for (let count = 0; count < changes; count++) random.pick(CHANGES)(draft, random)
  if (sessions.length > 0 && random.next() < 0.2) draft.headers.push(['x-sparring-session', random.pick(sessions)])
  return {
    about: `${vendor} ${operation.id}: ${draft.method} ${draft.path.slice(0, 200)}`,
    bytes: write(draft, random.next() < 0.1),
    isHead: draft.method === 'HEAD',
    abortAfter: random.next() < 0.02 ? random.int(0, 20) : undefined,
    isBroken: false,
  }
}

const changePath: Change = (draft, random) => {
  const [path = '', query] = split(draft.path)
  const segments = path.split('/')
  const at = random.int(Math.min(2, segments.length - 1), segments.length - 1)
  segments[at] = encode(hostileText(random), random)
  draft.path = join(segments.join('/'), query)
}

const changeQuery: Change = (draft, random) => {
  const [path = '', query = ''] = split(draft.path)
  const pairs = query.split('&').filter((pair) => pair !== '')
  const name = random.pick([
    ...pairs.map((pair) => pair.split('=')[0]!),
    ...NAMES.map(encodeURIComponent),
    ...QUERY_NAMES,
  ])
  const pair = `${name}=${encode(hostileText(random), random)}`
  draft.path = join(path, [...pairs, pair, ...(random.next() < 0.2 ? [pair, name] : [])].join('&'))
}

const QUERY_NAMES = [
  'limit',
  'page',
  'offset',
  'cursor',
  'pageIndex',
  'filter[a]',
  'sort',
  'ids',
  'since',
  'wait',
] as const

const changeJson: Change = (draft, random) => {
  if (draft.body === undefined) draft.headers.push(['content-type', 'application/json'])
  if (random.next() < 0.15) {
    draft.body = Buffer.from(hostileJson(random))
    return
  }
  try {
    draft.body = Buffer.from(JSON.stringify(mutate(JSON.parse(String(draft.body ?? '{}')), random)) ?? 'null')
  } catch {
    // Not JSON, or nested too deep to be serialized again: already hostile.
  }
}

const changeBytes: Change = (draft, random) => {
  const body = draft.body ?? Buffer.from('{}')
  const kind = random.int(0, 4)
  if (kind === 0) draft.body = Buffer.alloc(random.int(0, 200_000), random.int(0, 255))
  else if (kind === 1) draft.body = body.subarray(0, random.int(0, body.length))
  else if (kind === 2) draft.body = Buffer.concat([body, Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28])])
  else if (kind === 3) draft.body = Buffer.from(body.toString('utf8'), 'utf16le')
  else draft.body = Buffer.from(FORMS[random.int(0, FORMS.length - 1)]!)
}

const FORMS = [
  'a=1&a=2&__proto__[x]=1&b[c][d]=%ff',
  '%E0%A4%A=1&=&&&=x',
  '--x\r\nContent-Disposition: form-data; name="file"; filename="../../a"\r\n\r\nx\r\n--x--\r\n',
  '--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x',
  `--x\r\n${'a: b\r\n'.repeat(3000)}\r\n--x--`,
  'grant_type=authorization_code&code=x&client_id[]=1',
] as const

const changeType: Change = (draft, random) => {
  set(draft, 'content-type', random.pick(TYPES))
}

const TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'Application/JSON;charset="x',
  'text/json',
  'application/problem+json',
  'text/plain',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/form-data; boundary=x',
  'multipart/form-data; boundary=""',
  'application/octet-stream',
  '/',
  ';;;',
] as const

const changeEncoding: Change = (draft, random) => {
  const body = draft.body ?? Buffer.from('{}')
  const name = random.pick(['gzip', 'deflate', 'br', 'zstd', 'identity', 'gzip, gzip', 'x', ''])
  draft.headers.push(['content-encoding', name])
  if (random.next() < 0.3) return
  if (name.startsWith('gzip')) draft.body = gzipSync(random.next() < 0.2 ? Buffer.alloc(20_000_000) : body)
  else if (name === 'deflate') draft.body = deflateSync(body)
  else if (name === 'br') draft.body = brotliCompressSync(body, { params: { 0: 1 } })
}

const changeHeader: Change = (draft, random) => {
  const [name, value] = random.pick(HEADERS)
  set(draft, name, typeof value === 'string' ? value : value(random))
}

const HEADERS: ReadonlyArray<readonly [string, string | ((random: Random) => string)]> = [
  ['authorization', hostileText],
  ['authorization', 'Bearer '],
  ['authorization', 'Basic ====='],
  ['authorization', (random) => `Basic ${Buffer.from(hostileText(random)).toString('base64')}`],
  ['x-api-key', hostileText],
  ['token', hostileText],
  ['cookie', (random) => `a=${hostileText(random)}; __proto__=1; =; ;;`],
  ['accept', (random) => random.pick(['text/csv', '*/*;q=0', 'application/*;q=1e9', ',,,', 'text/event-stream', 'x'])],
  [
    'prefer',
    (random) =>
      random.pick([
        'code=500',
        'code=404',
        'code=abc',
        'code=429, example=x',
        'example=constructor',
        'code=99999',
        '=,;',
      ]),
  ],
  ['x-sparring-session', hostileText],
  ['x-sparring-explain', 'yes'],
  ['baggage', (random) => `sparring-session=${hostileText(random)},=,%`],
  ['idempotency-key', hostileText],
  ['origin', (random) => random.pick(['http://evil.example', 'null', '', 'http://127.0.0.1:3000'])],
  ['access-control-request-method', 'PUT'],
  ['if-match', hostileText],
  ['if-modified-since', 'x'],
  ['range', 'bytes=0-,-1,9999999999-'],
  ['expect', '100-continue'],
  ['host', (random) => random.pick(['api.seek-api.com', '', 'x:y:z', '[::1', 'a'.repeat(2000)])],
  ['last-event-id', hostileText],
  ['x-account-id', hostileText],
  ['x-forwarded-for', hostileText],
  ['seclai-version', (random) => random.pick(['2026-07-27', '9999-99-99', 'constructor', ''])],
  ['x-long', 'y'.repeat(8000)],
  ['constructor', '1'],
  ['__proto__', '1'],
]

const dropHeader: Change = (draft, random) => {
  if (draft.headers.length > 0) draft.headers.splice(random.int(0, draft.headers.length - 1), 1)
}

const changeMethod: Change = (draft, random) => {
  draft.method = random.pick(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'QUERY', 'PROPFIND'])
}

const addHook: Change = (draft, random) => {
  try {
    const value = JSON.parse(String(draft.body)) as Record<string, unknown>
    for (const name of ['webhook', 'webhook_url', 'callback', 'url', 'hook']) value[name] = hostileValue(random)
    draft.body = Buffer.from(JSON.stringify(value))
  } catch {
    // There is no object to add to.
  }
}

const CHANGES: readonly Change[] = [
  changePath,
  changeQuery,
  changeQuery,
  changeJson,
  changeJson,
  changeJson,
  changeBytes,
  changeType,
  changeEncoding,
  changeHeader,
  changeHeader,
  dropHeader,
  changeMethod,
  addHook,
]

/** The session whose clock is moved: at the end of time, held answers of other sessions would wait forever. */
export const CLOCK_SESSION = 'fuzz-clock'

/** A call of the control API with an error. */
export function controlCall(
  routes: ReadonlyArray<{ readonly method: string; readonly path: string }>,
  random: Random,
  sessions: readonly string[],
): Plan {
  const route = random.pick(routes)
  const path = route.path.replaceAll(/\{[^}]+\}/g, () =>
    encode(random.next() < 0.5 ? random.pick(sessions) : hostileText(random), random),
  )
  const value = random.next() < 0.7 ? mutate(random.pick(CONTROL_BODIES), random) : random.pick(CONTROL_BODIES)
  const query =
    route.path === '/clock'
      ? `?session=${CLOCK_SESSION}`
      : random.next() < 0.3
        ? `?${random.pick(['session', 'after', 'limit', 'vendor', 'status', 'outcome'])}=${encode(hostileText(random), random)}`
        : ''
  const draft: Draft = {
    method: random.next() < 0.05 ? 'PATCH' : route.method,
    path: `/__sparring${path}${query}`,
    headers: [['content-type', random.next() < 0.9 ? 'application/json' : 'text/plain']],
    body:
      route.method === 'GET'
        ? undefined
        : Buffer.from(random.next() < 0.1 ? hostileJson(random) : (JSON.stringify(value) ?? '')),
  }
  return {
    about: `control: ${draft.method} ${draft.path.slice(0, 200)} ${String(draft.body ?? '').slice(0, 200)}`,
    bytes: write(draft, false),
    isHead: false,
    // A stream of events does not end by itself.
    abortAfter: route.path === '/events' ? random.int(1, 50) : undefined,
    isBroken: false,
  }
}

const CONTROL_BODIES: readonly object[] = [
  { id: 'fuzz-1', scenario: ['seek/happy-path'] },
  { scenario: 'seal/concurrency' },
  { advance: '1s' },
  { set: '2026-03-16T10:00:00Z' },
  { advance: 1e300 },
  { set: -8.65e15 },
  { flow: true },
  { names: 'seek/happy-path', changes: { limits: {} } },
  { names: ['./'], changes: { rules: [] } },
  { names: '/etc/hostname' },
  { names: 'seek/out-of-credits', changes: { accounts: { default: { credits: 1e308 } } } },
  { vendor: 'seek', operation: 'getMe', error: 500, times: 1 },
  { vendor: 'seek', id: 'job_x', verb: 'cancel' },
  { to: 'http://127.0.0.1:9/', patience: 1 },
  {},
]

/** Bytes that are not a request, or an incomplete one. */
export function brokenMessage(subject: Subject, random: Random): Plan {
  const path = `/${subject.vendor}${subject.good.path}`
  const kinds: ReadonlyArray<() => Buffer> = [
    () => Buffer.from(Array.from({ length: random.int(1, 400) }, () => random.int(0, 255))),
    () => Buffer.from(`GET ${path} HTTP/9.9\r\n\r\n`),
    () => Buffer.from(`GET ${path} HTTP/1.1\r\nHost x\r\n\r\n`),
    () => Buffer.from(`POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`),
    () => Buffer.from(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"a":`),
    () => Buffer.from(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n12345`),
    () =>
      Buffer.from(
        `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      ),
    () => Buffer.from(`GET ${path} HTTP/1.1\r\nHost: x\r\n${'x-a: b\r\n'.repeat(3000)}\r\n`),
    () => Buffer.from(`GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`),
    () => Buffer.from(`CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n`),
    () => Buffer.from(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`),
    () => Buffer.from(`GET * HTTP/1.1\r\nHost: x\r\n\r\n`),
    () => Buffer.from(`GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n`),
    () => Buffer.from(`GET ${path} HTTP/1.1\r\n\r\n`),
    () => Buffer.from(`GET ${path}`),
    () => Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    () => Buffer.from(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(30)),
  ]
  const at = random.int(0, kinds.length - 1)
  return {
    about: `broken message ${at} for ${path.slice(0, 100)}`,
    bytes: kinds[at]!(),
    isHead: false,
    abortAfter: undefined,
    isBroken: true,
  }
}

function set(draft: Draft, name: string, value: string): void {
  draft.headers = [...draft.headers.filter(([other]) => other.toLowerCase() !== name), [name, value]]
}

function split(path: string): [string, string?] {
  const at = path.indexOf('?')
  return at < 0 ? [path] : [path.slice(0, at), path.slice(at + 1)]
}

function join(path: string, query: string | undefined): string {
  return query === undefined || query === '' ? path : `${path}?${query}`
}

/** Mostly percent-encoded; some bytes are not UTF-8. */
function encode(text: string, random: Random): string {
  if (random.next() < 0.05) return `%ff%${random.pick(['00', 'zz', 'c3%28', '2e%2e%2f'])}`
  return encodeURIComponent(text.slice(0, 4000).toWellFormed())
}

function write({ method, path, headers, body }: Draft, isChunked: boolean): Buffer {
  const hasHost = headers.some(([name]) => name === 'host')
  const fields = headers.map(
    ([name, value]) =>
      `${name}: ${value
        .replaceAll(/[\r\n]/g, ' ')
        .replaceAll('\0', ' ')
        .slice(0, 8000)}`,
  )
  if (!hasHost) fields.unshift('host: 127.0.0.1')
  if (body !== undefined) fields.push(isChunked ? 'transfer-encoding: chunked' : `content-length: ${body.length}`)
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`)
  if (body === undefined) return head
  if (!isChunked) return Buffer.concat([head, body])
  const chunk = body.length === 0 ? [] : [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]
  return Buffer.concat([head, ...chunk, Buffer.from('0\r\n\r\n')])
}
