// A client of Seclai: runs agents, polls each run to its end, takes webhooks. https://docs.seclai.com
import { setTimeout as delay } from 'node:timers/promises'

export interface Run {
  readonly run_id: string
  readonly status: string
  readonly input: string | null
  readonly output: string | null
  readonly attempts: ReadonlyArray<{ readonly error: string | null }>
}

/** Why the client has given up; its `cause` has the status of the vendor's last answer, 0 where none came. */
export class SeclaiError extends Error {}

const TRIES = 5
const CLOCK = { now: Date.now, sleep: (ms: number): Promise<unknown> => delay(ms) }

export function createSeclaiClient({ key = '', url = 'https://api.seclai.com', clock = CLOCK, timeout = 30_000 }) {
  let notBefore = 0
  /** Sends until an answer is final. `findLost` looks for what a try has done although it seems to have failed. */
  const call = async <T>(method: string, path: string, body?: object, findLost?: () => Promise<T | undefined>) => {
    const headers = { 'x-api-key': key, 'content-type': 'application/json' }
    for (let attempt = 1; ; attempt++) {
      // Limits are the account's: where one is used up, no request of this client goes out before it is reset.
      while (clock.now() < notBefore) await clock.sleep(notBefore - clock.now() + Math.random() * 250)
      const sent = { method, headers, signal: AbortSignal.timeout(timeout), body: body ? JSON.stringify(body) : null }
      const response = await fetch(url + path, sent).catch(() => undefined)
      const answer: unknown = await response?.json().catch(() => undefined)
      if (response?.headers.get('x-ratelimit-remaining') === '0') notBefore = clock.now() + untilReset(response)
      if (response?.ok && answer) return answer as T
      // Seclai asks for backoff after what is transient, and does not say what that is: here a 5xx and a lost connection.
      const status = answer && response ? response.status : 0
      const mayPass = status === 0 || status === 429 || status >= 500
      if (!mayPass || attempt === TRIES)
        throw new SeclaiError(`${status} ${JSON.stringify(answer)}`, { cause: { status } })
      notBefore = Math.max(notBefore, clock.now() + retryAfter(response, clock.now()), clock.now() + 500 * 2 ** attempt)
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

  /** Polls a run until it completes, every two seconds as the vendor's SDKs do, and cancels it at the deadline. */
  const waitFor = async ({ run_id: id }: Run, within = 300_000): Promise<Run> => {
    for (const deadline = clock.now() + within; clock.now() + 2000 <= deadline;) {
      await clock.sleep(2000)
      const run = await getRun(id)
      if (run.status === 'completed') return run
      if (run.status === 'failed') throw new SeclaiError(`${id} failed: ${run.attempts.at(-1)?.error ?? 'unknown'}`)
    }
    await call('DELETE', `/agents/runs/${id}`)
    throw new SeclaiError(`${id} was cancelled: it has not ended within ${within / 1000} s`)
  }

  return { start, waitFor, getRun }
}

/** Takes webhooks. They carry no signature, so that anybody can send one: the run is read before it is believed. */
export function createWebhookHandler({ getRun }: { getRun: (id: string) => Promise<Run> }, onEnd: (run: Run) => void) {
  const seen = new Set<string>()
  return async (request: Request): Promise<Response> => {
    const { data } = (await request.json()) as { data: { run_id: string } }
    const run = seen.has(data.run_id) ? undefined : await getRun(data.run_id).catch(() => undefined)
    if (run && (run.status === 'completed' || run.status === 'failed')) {
      if (!seen.has(run.run_id)) onEnd(run)
      seen.add(run.run_id)
    }
    return new Response(null, { status: 204 })
  }
}

/** ms that `Retry-After` asks for, in seconds or as a date. */
function retryAfter(response: Response | undefined, now: number): number {
  const asked = response?.headers.get('retry-after') ?? '0'
  return Number.isNaN(Number(asked)) ? Date.parse(asked) - now : Number(asked) * 1000
}

/** ms until the limit is reset, by the clock of the server, which sends both times in whole seconds. */
function untilReset({ headers }: Response): number {
  return Math.max(0, Number(headers.get('x-ratelimit-reset')) * 1000 - Date.parse(headers.get('date') ?? '')) || 0
}
