import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { random } from '../../mocks/state/hash.ts'
import { startRedis } from '../../test/support/server/redis.ts'
import { type Asked, checkHistory, type FinalState, type Terms } from './history.ts'

export interface ChaosOptions {
  readonly seconds: number
  readonly seed: number
  readonly replicas: number
  readonly clients: number
  readonly sessions: number
  /** The first port; as many as there are replicas are used, and one more. */
  readonly port: number
  readonly progress: (line: string) => void
}

export interface ChaosReport {
  readonly requests: number
  /** Number of answers by status; `none` for requests without an answer. */
  readonly statuses: Readonly<Record<string, number>>
  readonly kills: number
  readonly stops: number
  readonly pauses: number
  readonly storeKills: number
  readonly jobs: number
  readonly webhooks: number
  readonly repeats: number
  readonly faults: readonly string[]
}

/** The guarantees of the vendor "seek" on its free plan, and the slots of {@link SCENARIO}. */
const TERMS: Terms = { credits: 100, price: 5, burst: 20, perSecond: 10, inFlight: 2 }
const SCENARIO = 'seal/concurrency'
const SEEK_KEY = 'sk_live_chaos'
const SEAL_KEY = 'seal_chaos'
const ROLE = '/seal/api/roles/50000000-0000-4000-8000-000000000002'
/** Header with the id of a request. */
const ID = 'x-chaos-id'
/** Longer than any job takes, and than a session takes to move. */
const CALM_MS = 20_000
/** Time in ms for a replica to answer after its start. */
const READY_MS = 60_000

/** Kills replicas and the store while clients work, and then checks whether anything was lost or duplicated. */
export async function chaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seconds, seed, port, progress } = options
  const redis = await startRedis(port)
  const hook = await startReceiver()
  const ports = Array.from({ length: options.replicas }, (_, index) => port + 1 + index)
  const running = new Map<number, ChildProcess>()
  let isClosing = false
  const start = (own: number): void => {
    const child = startReplica(own, redis.url)
    running.set(own, child)
    // A replica that finds no store at its start exits, and its supervisor restarts it.
    child.once('exit', (code) => {
      if (code !== null && code !== 0 && code !== 143 && !isClosing) setTimeout(() => start(own), 500)
    })
  }
  const asked: Asked[] = []
  const done = { kills: 0, stops: 0, pauses: 0, storeKills: 0 }
  let isOver = false
  const stopAll = async (): Promise<void> => {
    isClosing = true
    for (const child of running.values()) child.kill('SIGKILL')
    await redis.remove()
    hook.close()
  }
  try {
    for (const own of ports) start(own)
    await Promise.all(ports.map((own) => untilReady(own)))
    const until = performance.now() + seconds * 1000
    const clients = Array.from({ length: options.clients }, (_, index) =>
      client(index, { ...options, ports, webhook: hook.url, asked, isOver: () => isOver }),
    )
    const dice = random(seed, 'chaos')
    while (performance.now() < until) {
      await sleep(dice.int(2500, 7000))
      const what = dice.int(0, 9)
      const own = ports[dice.int(0, ports.length - 1)]!
      if (what < 3) {
        done.storeKills++
        progress('kill -9 of the store')
        await redis.kill()
        await sleep(dice.int(0, 2500))
        await redis.start()
      } else if (what < 5) {
        // The others take it for dead although it is alive.
        done.pauses++
        progress(`pause of the replica at ${own}`)
        const child = running.get(own)!
        child.kill('SIGSTOP')
        await sleep(dice.int(500, 7000))
        child.kill('SIGCONT')
      } else {
        const signal = what < 9 ? 'SIGKILL' : 'SIGTERM'
        done[signal === 'SIGKILL' ? 'kills' : 'stops']++
        progress(`${signal} of the replica at ${own}`)
        if (!(await end(running.get(own)!, signal))) continue
        await sleep(dice.int(0, 2000))
        start(own)
      }
    }
    isOver = true
    await Promise.all(clients)
    await Promise.all(ports.map((own) => untilReady(own)))
    progress('looking at what is there')
    await sleep(CALM_MS)
    const states: FinalState[] = []
    for (let index = 0; index < options.sessions; index++) {
      const session = nameOf(index)
      if (
        asked.some((request) => request.session === session && request.status !== undefined && request.status !== 503)
      )
        states.push(await finalState(ports[index % ports.length]!, session))
    }
    const faults = checkHistory(asked, states, hook.received, TERMS)
    return {
      requests: asked.length,
      statuses: countBy(
        asked.map(({ status, code }) => (status === undefined ? 'none' : code ? `${status} ${code}` : String(status))),
      ),
      ...done,
      jobs: states.reduce((sum, { jobs }) => sum + jobs.length, 0),
      webhooks: hook.received.length,
      repeats: hook.received.length - new Set(hook.received).size,
      faults,
    }
  } finally {
    isOver = true
    await stopAll()
  }
}

function headersOf(session: string): Record<string, string> {
  return { 'x-api-key': SEEK_KEY, authorization: `Bearer ${SEAL_KEY}`, 'x-client': session }
}

function nameOf(index: number): string {
  return `s${index}`
}

function startReplica(port: number, store: string): ChildProcess {
  const args = [
    'serve',
    'seek',
    'seal',
    '--scenario',
    SCENARIO,
    '--port',
    String(port),
    '--store',
    store,
    '--sessions-by',
    'header:x-client',
    '--quiet',
  ]
  const child = spawn(process.execPath, ['mocks/cli/main.ts', ...args], {
    stdio: ['ignore', 'ignore', process.env['CHAOS_LOG'] === undefined ? 'ignore' : 'inherit'],
    env: { ...process.env, SPARRING_ASSUMPTIONS: 'silent' },
  })
  return child
}

/** @returns false for a process that has ended by itself */
function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(false)
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code === null || code === 0 || code === 143))
    child.kill(signal)
  })
}

/** @throws Error where the replica does not answer in time, so that a run ends that cannot begin */
async function untilReady(port: number): Promise<void> {
  const until = performance.now() + READY_MS
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/__sparring/health`).catch(() => undefined)
    if (response?.ok) return
    if (performance.now() > until)
      throw new Error(`The replica at port ${port} is not ready after ${READY_MS / 1000} s.`)
    await sleep(100)
  }
}

/** State shared by all clients. */
interface World extends Pick<ChaosOptions, 'seed' | 'sessions'> {
  readonly ports: readonly number[]
  readonly webhook: string
  readonly asked: Asked[]
  readonly isOver: () => boolean
}

interface Question {
  readonly id: string
  readonly kind: Asked['kind']
  readonly path: string
  readonly webhook?: string
}

async function client(index: number, { seed, sessions, ports, webhook, asked, isOver }: World): Promise<void> {
  const dice = random(seed, 'client', index)
  const jobs: Array<readonly [session: string, job: string]> = []
  let count = 0
  while (!isOver()) {
    const session = nameOf(dice.int(0, 9) === 0 ? 0 : dice.int(0, sessions - 1))
    const port = ports[dice.int(0, ports.length - 1)]!
    const what = dice.int(0, 11)
    const [lookedAt, job] = jobs.length === 0 ? [] : jobs[dice.int(0, jobs.length - 1)]!
    const id = `${index}-${++count}`
    let request: Asked
    if (what < 3) {
      const path = '/seek/v1/workers/linkedin-profile/jobs'
      request = await ask(port, session, { id, kind: 'job', path, webhook: `${webhook}/${session}` })
    } else if (what < 5 && job !== undefined && lookedAt !== undefined)
      request = await ask(port, lookedAt, { id, kind: 'look', path: `/seek/v1/jobs/${job}` })
    else if (what < 7) request = await ask(port, session, { id, kind: 'list', path: '/seek/v1/jobs' })
    else if (what < 9) request = await ask(port, session, { id, kind: 'credits', path: '/seek/v1/me/credits' })
    // One session gets all of the kinds that only limits are about, so that these are reached.
    else if (what < 11) request = await ask(port, nameOf(0), { id, kind: 'me', path: '/seek/v1/me' })
    else request = await ask(port, nameOf(0), { id, kind: 'role', path: ROLE })
    asked.push(request)
    if (request.kind === 'job' && request.status === 202) jobs.push([request.session, request.job!])
    await sleep(dice.int(10, 60))
  }
}

interface Body {
  readonly job_uuid?: string
  readonly code?: string
  readonly balance?: number
  readonly jobs?: readonly object[]
}

async function ask(port: number, session: string, { id, kind, path, webhook }: Question): Promise<Asked> {
  const began = performance.now()
  const asked = { id, session, kind, began }
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { ...headersOf(session), [ID]: id, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(30_000),
      ...(webhook !== undefined && {
        method: 'POST',
        body: JSON.stringify({ profile_url: 'https://linkedin.com/in/example', webhook }),
      }),
    })
    const { code, job_uuid: job, balance, jobs } = (await response.json()) as Body
    const value = kind === 'list' ? jobs?.length : balance
    return { ...asked, ended: performance.now(), status: response.status, code, job, value }
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: string }
    // A refused connection has transferred nothing.
    const status = code === 'ECONNREFUSED' ? 503 : undefined
    return { ...asked, ended: performance.now(), status, code, job: undefined, value: undefined }
  }
}

async function finalState(port: number, session: string): Promise<FinalState> {
  const read = async <Answer>(path: string): Promise<Answer> => {
    for (;;) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: headersOf(session) })
      if (response.ok) return (await response.json()) as Answer
      await response.arrayBuffer()
      await sleep(200)
    }
  }
  const { exchanges: found } = await read<{ exchanges: readonly Exchange[] }>(`/__sparring/journal?session=${session}`)
  const journal = found.map(({ number, request, response }) => {
    const [, id = ''] = request.headers.find(([name]) => name === ID) ?? []
    return { number, id, status: response?.status }
  })
  const { exchanges } = (await read<Array<{ id: string; exchanges: number }>>('/__sparring/sessions')).find(
    ({ id }) => id === session,
  )!
  const { balance } = await read<{ balance: number }>('/seek/v1/me/credits')
  const { jobs } = await read<{ jobs: FinalState['jobs'] }>('/seek/v1/jobs')
  const deliveries = await read<FinalState['deliveries']>(`/__sparring/deliveries?session=${session}`)
  return { session, exchanges, journal, balance, jobs, deliveries }
}

/** The form that the control API returns. */
interface Exchange {
  readonly number: number
  readonly request: { readonly headers: ReadonlyArray<readonly [name: string, value: string]> }
  readonly response?: { readonly status: number }
}

function startReceiver(): Promise<{ url: string; received: string[]; close: () => void }> {
  const received: string[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => (text += chunk))
    request.on('end', () => {
      received.push(`${request.url!.slice('/hook/'.length)} ${(JSON.parse(text) as { job_uuid: string }).job_uuid}`)
      response.end()
    })
  })
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
      resolve({
        url,
        received,
        close: () => {
          server.close()
          server.closeAllConnections()
        },
      })
    }),
  )
}

function countBy(texts: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const text of texts.toSorted()) counts[text] = (counts[text] ?? 0) + 1
  return counts
}
