// A client of Seclai: runs agents, polls each run to its end, takes webhooks. https://docs.seclai.com
import { setTimeout as delay } from 'node:timers/promises'

export interface Run {
  readonly run_id: string
  readonly status: 'pending' | 'queued' | 'processing' | 'waiting_human' | 'waiting_scheduled' | 'completed' | 'failed'
  readonly input: string | null
  readonly output: string | null
  readonly attempts: ReadonlyArray<{ readonly error: string | null }>
}

/** Why the client has given up. `status` is that of the last answer, 0 where none came. */
export class SeclaiError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const TRIES = 5
const CLOCK = { now: Date.now, sleep: (ms: number): Promise<unknown> => delay(ms) }

export function createSeclaiClient({ key = '', url = 'https://api.seclai.com', clock = CLOCK, timeout = 30_000 }) {
  let notBefore = 0
  const send = async (method: string, path: string, body?: object) => {
    // Limits are the account's: where one is used up, no request of this client goes out before it is reset.
    while (clock.now() < notBefore) await clock.sleep(notBefore - clock.now() + Math.random() * 250)
    const headers = { 'x-api-key': key, 'content-type': 'application/json' }
    const init = { method, headers, signal: AbortSignal.timeout(timeout), ...(body && { body: JSON.stringify(body) }) }
    try {
      const response = await fetch(url + path, init)
      if (response.status === 429)
        notBefore = Math.max(notBefore, clock.now() + askedWait(response.headers, clock.now()))
      if (response.headers.get('x-ratelimit-remaining') === '0') notBefore = clock.now() + untilReset(response.headers)
      return { status: response.status, headers: response.headers, body: (await response.json()) as unknown }
    } catch {
      return { status: 0, headers: new Headers(), body: { detail: `no answer to ${method} ${path}` } }
    }
  }

  /** Sends until an answer is final. `findLost` looks for what a try has done although it seems to have failed. */
  const call = async <T>(method: string, path: string, body?: object, findLost?: () => Promise<T | undefined>) => {
    for (let attempt = 1; ; attempt++) {
      const { status, headers, body: answer } = await send(method, path, body)
      if (status >= 200 && status < 300) return answer as T
      // Seclai asks for backoff after what is transient, and does not say what that is: here a 5xx and a lost connection.
      const mayPass = status === 0 || status === 429 || status >= 500
      if (!mayPass || attempt === TRIES) throw new SeclaiError(status, `${status} ${messageOf(answer)}`)
      await clock.sleep(Math.max(askedWait(headers, clock.now()), 500 * 2 ** attempt) + Math.random() * 250)
      const found = status === 429 ? undefined : await findLost?.()
      if (found) return found
    }
  }

  const getRun = async (id: string) => call<Run>('GET', `/agents/runs/${encodeURIComponent(id)}`)

  /** Starts a run. There are no idempotency keys: after a failure, a run of this input that is new in the list is ours. */
  const start = async (agent: string, input: string): Promise<Run> => {
    const path = `/agents/${agent}/runs`
    const list = async () => (await call<{ data: Run[] }>('GET', `${path}?limit=100`)).data
    const known = new Set((await list()).map((run) => run.run_id))
    const findLost = async () => (await list()).find((run) => run.input === input && !known.has(run.run_id))
    return call('POST', path, { input }, findLost)
  }

  /** Polls a run to its end every two seconds, as the vendor's SDKs do, and cancels it at the deadline. */
  const waitFor = async (run: Run, within = 300_000): Promise<Run> => {
    const deadline = clock.now() + within
    let latest = run
    while (latest.status !== 'completed' && latest.status !== 'failed' && clock.now() + 2000 <= deadline) {
      await clock.sleep(2000)
      latest = await getRun(run.run_id)
    }
    if (latest.status === 'completed') return latest
    const reason = latest.attempts.at(-1)?.error ?? 'no reason given'
    if (latest.status === 'failed') throw new SeclaiError(200, `${run.run_id} failed: ${reason}`)
    await call('DELETE', `/agents/runs/${run.run_id}`)
    throw new SeclaiError(200, `${run.run_id} was cancelled: still ${latest.status} after ${within / 1000} s`)
  }

  return { start, waitFor, getRun }
}

/** Takes webhooks. They carry no signature, so that anybody can send one: the run is read before it is believed. */
export function createWebhookHandler({ getRun }: { getRun: (id: string) => Promise<Run> }, onEnd: (run: Run) => void) {
  const seen = new Set<string>()
  return async (request: Request): Promise<Response> => {
    const { data } = (await request.json()) as { data: { run_id: string } }
    const run = seen.has(data.run_id) ? undefined : await getRun(data.run_id).catch(() => undefined)
    const isNews = (run?.status === 'completed' || run?.status === 'failed') && !seen.has(run.run_id)
    if (isNews) onEnd(run)
    if (isNews) seen.add(run.run_id)
    return new Response(null, { status: 204 })
  }
}

/** ms that `Retry-After` asks for, in seconds or as a date. */
function askedWait(headers: Headers, now: number): number {
  const asked = headers.get('retry-after') ?? '0'
  return Number.isNaN(Number(asked)) ? Date.parse(asked) - now : Number(asked) * 1000
}

/** ms until the limit is reset, by the clock of the server, which sends both times in whole seconds. */
function untilReset(headers: Headers): number {
  return Math.max(0, Number(headers.get('x-ratelimit-reset')) * 1000 - Date.parse(headers.get('date') ?? '')) || 0
}

/** Errors stand in `error` or in `detail`: a text, a list, or an object with a message. */
function messageOf(answer: unknown): string {
  const { error, detail = error } = answer as { error?: unknown; detail?: unknown }
  const { message } = Object(detail) as { message?: string }
  return message ?? (typeof detail === 'string' ? detail : JSON.stringify(detail))
}
