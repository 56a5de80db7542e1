import type { Finding, Mock, MockOptions } from 'sparring'
import { readdirSync } from 'node:fs'
import { setImmediate as tick } from 'node:timers/promises'
import { frozenMock } from '../mock/mock.ts'
import { root } from '../processes/cli.ts'

/** What a client makes of one request. */
export interface Reply {
  /** 0 where no whole answer came. */
  readonly status: number
  readonly headers: Headers
  /** Undefined where it is no JSON. */
  readonly body: unknown
}

export interface Sent {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** ms on the mock's clock after which the client gives up. */
  readonly timeout?: number
}

/** Sends requests to a mock whose clock stands still, and moves it while it waits. */
export interface Wire {
  readonly mock: Mock
  readonly send: (method: string, url: string, sent?: Sent) => Promise<Reply>
  readonly sleep: (ms: number) => Promise<void>
}

const NO_REPLY: Reply = { status: 0, headers: new Headers(), body: undefined }
const STEP_MS = 500

export function wireTo(options: MockOptions): Wire {
  const mock = frozenMock(options)
  const send: Wire['send'] = async (method, url, { body, headers = {}, timeout = 60_000 } = {}) => {
    const controller = new AbortController()
    let isDone = false
    const isForm = body instanceof FormData
    const reply = mock
      .fetch(url, {
        method,
        signal: controller.signal,
        headers: { ...(body !== undefined && !isForm && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
      })
      .then(readReply)
      .catch(() => NO_REPLY)
      .finally(() => (isDone = true))
    const until = mock.clock.now() + timeout
    while (!isDone) {
      for (let count = 0; count < 20 && !isDone && mock.held().length === 0; count++) await tick()
      if (isDone) break
      await mock.clock.advance(STEP_MS)
      if (mock.clock.now() >= until) controller.abort()
    }
    return reply
  }
  return { mock, send, sleep: (ms) => mock.clock.advance(ms) }
}

async function readReply(response: Response): Promise<Reply> {
  const text = await response.text()
  const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, body: isJson ? parse(text) : text }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Thrown by a client that cannot go on: its key is refused. */
export class Stopped extends Error {
  override name = 'Stopped' as const
}

/** How a good client sends: it retries what may pass, as late as it is told or later each time, and stops at a 401. */
export interface PatientSender {
  /** Reads, and reads again where the answer may pass or is broken. */
  readonly read: (path: string, sent?: Sent) => Promise<Reply>
  /** Starts work; after a failure without a clear answer it looks first whether the work was started. */
  readonly start: (path: string, body: unknown, look: () => Promise<unknown>, sent?: Sent) => Promise<Reply>
  /** Sends once more only after a refusal that says so. */
  readonly write: (method: string, path: string, sent?: Sent) => Promise<Reply>
}

const MOST_TRIES = 7

export function patientSender(
  { mock, send, sleep }: Wire,
  base: string,
  headers: Readonly<Record<string, string>>,
): PatientSender {
  const wait = (reply: Reply, attempt: number): Promise<void> => sleep(told(reply, mock) ?? 500 * 2 ** attempt)
  const once = async (method: string, path: string, sent: Sent): Promise<Reply> => {
    const reply = await send(method, `${base}${path}`, {
      timeout: 10_000,
      ...sent,
      headers: { ...headers, ...sent.headers },
    })
    if (reply.status === 401) throw new Stopped(`${method} ${path} gave 401`)
    return reply
  }
  return {
    read: async (path, sent = {}) => {
      for (let attempt = 1; ; attempt++) {
        const reply = await once('GET', path, sent)
        const isBroken = reply.status === 200 && (reply.body === undefined || reply.body === '')
        if (!mayPass(reply) && !isBroken) return reply
        if (attempt === MOST_TRIES) return reply
        await wait(reply, attempt)
      }
    },
    start: async (path, body, look, sent = {}) => {
      for (let attempt = 1; ; attempt++) {
        const reply = await once('POST', path, { ...sent, body })
        const isUnclear = reply.status === 0 || reply.status >= 500 || (reply.status < 300 && reply.body === undefined)
        if (!isUnclear && reply.status !== 429) return reply
        if (attempt === MOST_TRIES) return reply
        await wait(reply, attempt)
        const found = isUnclear ? await look() : undefined
        if (found !== undefined) return { ...reply, status: 200, body: found }
      }
    },
    write: async (method, path, sent = {}) => {
      for (let attempt = 1; ; attempt++) {
        const reply = await once(method, path, sent)
        if (reply.status !== 429 || attempt === MOST_TRIES) return reply
        await wait(reply, attempt)
      }
    },
  }
}

function mayPass({ status }: Reply): boolean {
  return status === 0 || status === 429 || status >= 500
}

/** ms that a refusal asks for; a date is read by the client's own clock. */
function told({ headers }: Reply, mock: Mock): number | undefined {
  const header = headers.get('retry-after')
  if (header === null) return undefined
  const seconds = Number(header)
  return Number.isNaN(seconds) ? Math.max(0, Date.parse(header) - mock.clock.now()) : seconds * 1000
}

/** Names of all scenarios of a vendor, without the vendor's. */
export function scenariosOf(vendor: string): readonly string[] {
  return readdirSync(`${root}scenarios/${vendor}`)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
}

/** What a good client may not earn: errors, and expectations that are not met; with what it did for those who read it. */
export function accusations(mock: Mock): readonly string[] {
  return mock
    .findings({ final: true })
    .filter(({ severity, source }) => severity === 'error' || source === 'expect')
    .map(lineOf)
}

export function unmet(mock: Mock): readonly string[] {
  return mock.findings({ final: true }).flatMap(({ source, code }) => (source === 'expect' ? [code] : []))
}

function lineOf({ severity, code, message }: Finding): string {
  return `${severity} ${code}: ${message}`
}
