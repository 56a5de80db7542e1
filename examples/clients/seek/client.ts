// A client of Seek: submits jobs, polls each to its end, takes webhooks. https://seek-api.com/docs/api-reference
import { createHmac, timingSafeEqual } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

export interface Job {
  readonly job_uuid: string
  readonly status: 'queued' | 'running' | 'completed' | 'failed' | 'timeout' | 'cancelled'
  readonly worker: string
  readonly result?: unknown
  readonly error?: { readonly message: string } | null
}

/** Why the client has given up. `status` is that of the last answer, 0 where none came. */
export class SeekError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** The errors that the vendor calls worth a retry, and a lost connection. */
const MAY_PASS = new Set([0, 429, 500])
const NO_RESULT = new Set(['failed', 'timeout', 'cancelled'])
const TRIES = 5
const CLOCK = { now: Date.now, sleep: (ms: number): Promise<unknown> => delay(ms) }

export function createSeekClient({ key = '', url = 'https://api.seek-api.com', clock = CLOCK, timeout = 30_000 }) {
  let notBefore = 0
  const send = async (method: string, path: string, body?: object) => {
    // A limit is the key's: after a 429 no request of this client goes out before the time that it names.
    while (clock.now() < notBefore) await clock.sleep(notBefore - clock.now() + Math.random() * 250)
    const headers = { 'x-api-key': key, 'content-type': 'application/json' }
    const init = { method, headers, signal: AbortSignal.timeout(timeout), ...(body && { body: JSON.stringify(body) }) }
    try {
      const response = await fetch(url + path, init)
      if (response.status === 429) notBefore = clock.now() + askedWait(response.headers, clock.now())
      return { status: response.status, headers: response.headers, body: (await response.json()) as unknown }
    } catch {
      return { status: 0, headers: new Headers(), body: { message: `no answer to ${method} ${path}` } }
    }
  }

  /** Sends until an answer is final. `findLost` looks for what a try has done although it seems to have failed. */
  const call = async <T>(method: string, path: string, body?: object, findLost?: () => Promise<T | undefined>) => {
    for (let attempt = 1; ; attempt++) {
      const { status, headers, body: answer } = await send(method, path, body)
      if (status >= 200 && status < 300) return answer as T
      const { message } = answer as { message: string }
      if (!MAY_PASS.has(status) || attempt === TRIES) throw new SeekError(status, `${status} ${message}`)
      await clock.sleep(Math.max(askedWait(headers, clock.now()), 250 * 2 ** attempt) + Math.random() * 250)
      const found = status === 429 ? undefined : await findLost?.()
      if (found) return found
    }
  }

  /** Submits a job. Seek has no idempotency keys: after a failure, a job that is new in the list is the one submitted. */
  const submit = async (worker: string, input: object): Promise<Job> => {
    const list = async () => (await call<{ jobs: Job[] }>('GET', '/v1/jobs')).jobs
    const known = new Set((await list()).map((job) => job.job_uuid))
    const findLost = async () => (await list()).find((job) => job.worker === worker && !known.has(job.job_uuid))
    return call('POST', `/v1/workers/${encodeURIComponent(worker)}/jobs`, input, findLost)
  }

  /** Polls a job to its end. Seek names no interval: one second at first, ten at most. */
  const waitFor = async ({ job_uuid: id }: Job, within = 600_000): Promise<Job> => {
    const deadline = clock.now() + within
    let status: Job['status'] = 'queued'
    for (let pause = 1000; clock.now() + pause <= deadline; pause = Math.min(pause * 1.5, 10_000)) {
      await clock.sleep(pause)
      const job = await call<Job>('GET', `/v1/jobs/${id}`)
      status = job.status
      if (status === 'completed') return job
      if (NO_RESULT.has(status))
        throw new SeekError(200, `${id} ended as ${status}: ${job.error?.message ?? 'no reason given'}`)
    }
    // A job that has not begun can be taken back; one that runs is charged when it completes.
    if (status === 'queued') await call('DELETE', `/v1/jobs/${id}`)
    throw new SeekError(200, `${id} has not ended within ${within / 1000} s`)
  }

  return { submit, waitFor }
}

/** ms that `Retry-After` asks for, in seconds or as a date. */
function askedWait(headers: Headers, now: number): number {
  const asked = headers.get('retry-after') ?? '0'
  return Number.isNaN(Number(asked)) ? Date.parse(asked) - now : Number(asked) * 1000
}

/** Takes webhooks. Seek does not say how it signs: HMAC-SHA256 in hex over the body is a guess, to be asked about. */
export function createWebhookHandler(
  secret: string,
  onEnd: (job: Job) => void,
): (request: Request) => Promise<Response> {
  const seen = new Set<string>()
  return async (request) => {
    const bytes = await request.text()
    const wanted = Buffer.from(createHmac('sha256', secret).update(bytes).digest('hex'))
    const given = Buffer.from(request.headers.get('x-seekapi-signature') ?? '')
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return new Response(null, { status: 401 })
    const job = JSON.parse(bytes) as Job
    // Deliveries have no id, and may come again; a job ends once.
    if (!seen.has(job.job_uuid)) onEnd(job)
    seen.add(job.job_uuid)
    return new Response()
  }
}
