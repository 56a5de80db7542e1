import type { Mock } from 'sparring'
import { setImmediate as tick } from 'node:timers/promises'

/** What a client makes of one request. */
export interface Reply {
  /** 0 where no whole answer came, or one that could not be read. */
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

export interface Sent {
  /** Bytes and forms are sent as they are, and all else as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** ms on the mock's clock after which the client gives up. */
  readonly timeout?: number
}

/** Sends requests to a mock whose clock stands still, and moves it while it waits. */
export interface Wire {
  readonly mock: Mock
  readonly send: (method: string, url: string, sent?: Sent) => Promise<Reply>
  /** Lets time pass on the mock's clock. */
  readonly sleep: (ms: number) => Promise<void>
}

const NO_REPLY: Reply = { status: 0, headers: new Headers(), body: undefined }
/** ms by which the clock goes on while an answer is held. */
const STEP_MS = 500
/** Turns of the event loop in which an answer that is not held is there. */
const TURNS = 40

export function wireTo(mock: Mock): Wire {
  const send: Wire['send'] = async (method, url, { body, headers = {}, timeout = 60_000 } = {}) => {
    const controller = new AbortController()
    let isDone = false
    const reply = mock
      .fetch(url, {
        method,
        redirect: 'manual',
        signal: controller.signal,
        headers: { ...(body !== undefined && mediaType(body)), ...headers },
        ...(body !== undefined && { body: encoded(body) }),
      })
      .then(readReply)
      .catch(() => NO_REPLY)
      .finally(() => (isDone = true))
    const until = mock.clock.now() + timeout
    while (!isDone) {
      for (let turn = 0; turn < TURNS && !isDone && mock.held().length === 0; turn++) await tick()
      if (isDone) break
      await mock.clock.advance(STEP_MS)
      if (mock.clock.now() >= until) controller.abort()
    }
    return reply
  }
  return { mock, send, sleep: (ms) => mock.clock.advance(Math.ceil(ms)) }
}

function mediaType(body: unknown): Readonly<Record<string, string>> {
  // Its boundary is named by `fetch`.
  if (body instanceof FormData) return {}
  if (body instanceof Uint8Array) return { 'content-type': 'application/octet-stream' }
  return { 'content-type': body instanceof URLSearchParams ? 'application/x-www-form-urlencoded' : 'application/json' }
}

function encoded(body: unknown): BodyInit {
  if (body instanceof Uint8Array) return new Uint8Array(body)
  return body instanceof FormData || body instanceof URLSearchParams ? body : JSON.stringify(body)
}

async function readReply(response: Response): Promise<Reply> {
  const text = await response.text()
  const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, body: isJson ? (JSON.parse(text) as unknown) : text }
}

/** ms that `Retry-After` asks for; a date is read by the client's own clock. */
export function retryAfterOf(headers: Headers, now: number): number | undefined {
  const header = headers.get('retry-after')
  if (header === null) return undefined
  const seconds = Number(header)
  return Number.isNaN(seconds) ? Math.max(0, Date.parse(header) - now) : seconds * 1000
}
