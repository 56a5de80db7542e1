// A client of Seek: submits jobs, polls each to its end, takes webhooks. https://seek-api.com/docs/api-reference
import { createHmac, timingSafeEqual } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

export interface Job {
  readonly job_uuid: string
  readonly status: 'queued' | 'running' | 'completed' | 'failed' | 'timeout' | 'cancelled'
  readonly worker: string
  readonly error?: { readonly message: string } | null
}

/** Why the client has given up; its `cause` is the vendor's last answer, where one has come. */
export class SeekError extends Error {}

/** A lost connection, and the errors that the vendor calls worth a retry. */
const MAY_PASS = new Set([0, 429, 500])
const TRIES = 5
const CLOCK = { now: Date.now, sleep: (ms: number): Promise<unknown> => delay(ms) }

export function createSeekClient({ key = '', url = 'https://api.seek-api.com', clock = CLOCK, timeout = 30_000 }) {
  let notBefore = 0
  /** Sends until an answer is final. `findLost` looks for what a try has done although it seems to have failed. */
  const call = async <T>(method: string, path: string, body?: object, findLost?: () => Promise<T | undefined>) => {
    const headers = { 'x-api-key': key, 'content-type': 'application/json' }
    for (let attempt = 1; ; attempt++) {
      // A limit is the key's: no request of this client goes out before the time that a 429 has named.
      while (clock.now() < notBefore) await clock.sleep(notBefore - clock.now() + Math.random() * 250)
      const sent = { method, headers, signal: AbortSignal.timeout(timeout), body: body ? JSON.stringify(body) : null }
      const response = await fetch(url + path, sent).catch(() => undefined)
      const answer: unknown = await response?.json().catch(() => undefined)
      if (response?.ok && answer) return answer as T
      const { status = 0, message = 'no answer' } = (answer ?? {}) as { status?: number; message?: string }
      if (!MAY_PASS.has(status) || attempt === TRIES) throw new SeekError(`${status} ${message}`, { cause: answer })
      notBefore = clock.now() + Math.max(retryAfter(response, clock.now()), 250 * 2 ** attempt)
      const found = status === 429 ? undefined : await findLost?.()
      if (found) return found
    }
  }

  /** Submits a job. Seek has no idempotency keys: after a failure, a job that is new in the list is the one submitted. */
  const submit = async (worker: string, input: object): Promise<Job> => {
    const list = async () => (await call<{ jobs: Job[] }>('GET', '/v1/jobs')).jobs
    const known = new Set((await list()).map((job) => job.job_uuid))
    const findLost = async () => (await list()).find((job) => job.worker === worker && !known.has(job.job_uuid))
    return call('POST', `/v1/workers/${worker}/jobs`, input, findLost)
  }

  /** Polls a job until it completes. Seek names no interval: one second at first, ten at most. */
  const waitFor = async ({ job_uuid: id }: Job, within = 600_000): Promise<Job> => {
    const deadline = clock.now() + within
    for (let pause = 1000; ; pause = Math.min(pause * 1.5, 10_000)) {
      await clock.sleep(pause)
      const job = await call<Job>('GET', `/v1/jobs/${id}`)
      if (job.status === 'completed') return job
      const isOver = job.status !== 'queued' && job.status !== 'running'
      if (isOver) throw new SeekError(`${id} ended as ${job.status}: ${job.error?.message ?? 'no reason given'}`)
      if (clock.now() + pause < deadline) continue
      // A job that has not begun can be taken back; one that runs is charged when it completes.
      if (job.status === 'queued') await call('DELETE', `/v1/jobs/${id}`)
      throw new SeekError(`${id} has not ended within ${within / 1000} s`)
    }
  }

  return { submit, waitFor }
}

/** ms that `Retry-After` asks for, in seconds or as a date. */
function retryAfter(response: Response | undefined, now: number): number {
  const asked = response?.headers.get('retry-after') ?? '0'
  return Number.isNaN(Number(asked)) ? Date.parse(asked) - now : Number(asked) * 1000
}

/** Takes webhooks. Seek does not say how it signs: HMAC-SHA256 in hex over the body is a guess, to be asked about. */
export function createWebhookHandler(secret: string, onEnd: (job: Job) => void) {
  const seen = new Set<string>()
  return async (request: Request): Promise<Response> => {
    const bytes = await request.text()
    const wanted = createHmac('sha256', secret).update(bytes).digest()
    const given = Buffer.from(request.headers.get('x-seekapi-signature') ?? '', 'hex')
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return new Response(null, { status: 401 })
    const job = JSON.parse(bytes) as Job
    // Deliveries have no id, and may come again; a job ends once.
    if (!seen.has(job.job_uuid)) onEnd(job)
    seen.add(job.job_uuid)
    return new Response()
  }
}
