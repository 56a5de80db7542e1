// A client of Seamless.AI: searches contacts, has them researched in batches, takes webhooks. https://docs.seamless.ai
import { timingSafeEqual } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

export interface Result {
  readonly requestId: string
  readonly status: string
  readonly contact?: { readonly fullName: string; readonly email: string }
}

export type Poll = (ids: readonly string[]) => Promise<readonly Result[]>

/** Why the client has given up. `status` is that of the last answer, 0 where none came; both kinds of 422 differ in `code`. */
export class SeamlessError extends Error {
  readonly status: number
  readonly code: string | undefined
  constructor(status: number, message: string, code?: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** The ends that the vendor names. Others may appear: what is not here is polled on. */
const FINAL = new Set([
  'done',
  'error',
  'missing',
  'duplicate',
  'not found',
  'contact-already-researched',
  'No license or credits available',
])
const TRIES = 6
const URL_V1 = 'https://api.seamless.ai/api/client/v1'
const CLOCK = { now: Date.now, sleep: (ms: number): Promise<unknown> => delay(ms) }

export function createSeamlessClient({ key = '', url = URL_V1, clock = CLOCK, timeout = 30_000 }) {
  const notBefore = new Map<string, number>()
  let credits = Number.POSITIVE_INFINITY

  const send = async (method: string, path: string, body?: object) => {
    // Each endpoint has a window of its own, which all keys of the organisation share.
    const endpoint = path.split('?')[0]!
    const full = () => (notBefore.get(endpoint) ?? 0) - clock.now()
    while (full() > 0) await clock.sleep(full() + Math.random() * 250)
    const headers = { token: key, ...(body && { 'content-type': 'application/json' }) }
    const init = { method, headers, signal: AbortSignal.timeout(timeout), ...(body && { body: JSON.stringify(body) }) }
    try {
      const response = await fetch(url + path, init)
      if (response.status === 429 || response.headers.get('x-ratelimit-remaining') === '0')
        notBefore.set(endpoint, clock.now() + untilReset(response.headers))
      credits = Number(response.headers.get('x-publicapi-credits') ?? credits)
      return { status: response.status, body: (await response.json()) as unknown }
    } catch {
      return { status: 0, body: { message: `no answer to ${method} ${path}` } }
    }
  }

  /** Sends until an answer is final: a 429 is waited out, a 500 or a lost connection is tried again with backoff. */
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      const { status, body: answer } = await send(method, path, body)
      if (status >= 200 && status < 300) return answer as T
      const { code, message, msg = message } = answer as { code?: string; msg?: string; message?: string }
      const mayPass = status === 0 || status === 429 || status >= 500
      if (!mayPass || attempt === TRIES) throw new SeamlessError(status, `${status} ${msg}`, code)
      if (status !== 429) await clock.sleep(500 * 2 ** attempt + Math.random() * 250)
    }
  }

  const poll: Poll = async (ids) =>
    (await call<{ data: Result[] }>('GET', `/contacts/research/poll?requestIds=${ids.join(',')}`)).data

  /** Finds contacts; searching starts no research. */
  const search = async (filter: object, limit = 50) => {
    const { data } = await call<{ data: Array<{ searchResultId: string }> }>('POST', '/search/contacts', {
      ...filter,
      limit,
    })
    return data.map((row) => row.searchResultId)
  }

  /**
   * Has up to a hundred contacts researched, and no more than the credits pay for: those that were not are `left`. A submission
   * whose answer was lost is sent again: the vendor knows what it has researched, and takes no credit for a duplicate.
   */
  const research = async (ids: readonly string[], within = 600_000) => {
    const searchResultIds = ids.slice(0, Math.min(100, credits))
    if (searchResultIds.length === 0) throw new SeamlessError(422, 'no credits are left', 'insufficientCredits')
    const { requestIds } = await call<{ requestIds: string[] }>('POST', '/contacts/research', { searchResultIds })
    return { results: await waitFor(requestIds, within), left: ids.slice(searchResultIds.length) }
  }

  /** Polls all at once until each has ended: every two seconds at first, every five later, as the vendor advises. */
  const waitFor = async (ids: readonly string[], within: number): Promise<readonly Result[]> => {
    const deadline = clock.now() + within
    for (let pause = 2000; clock.now() + pause <= deadline; pause = Math.min(pause + 500, 5000)) {
      await clock.sleep(pause)
      const results = await poll(ids)
      if (results.every(({ status }) => FINAL.has(status))) return results
    }
    throw new SeamlessError(200, `research has not ended within ${within / 1000} s: ${ids.join(', ')}`)
  }

  return { search, research, poll }
}

/** Takes webhooks. The secret shows who sends one, and not what is in it: the record is polled before it is believed. */
export function createWebhookHandler(secret: string, poll: Poll, onEnd: (result: Result) => void) {
  const seen = new Set<string>()
  return async (request: Request): Promise<Response> => {
    const [given, wanted] = [request.headers.get('x-seamless-webhook-secret') ?? '', secret].map((text) =>
      Buffer.from(text),
    )
    if (given!.length !== wanted!.length || !timingSafeEqual(given!, wanted!))
      return new Response(null, { status: 401 })
    const { apiResearchId: id } = (await request.json()) as { apiResearchId: string }
    const [result] = seen.has(id) ? [] : await poll([id])
    if (result && !seen.has(id)) onEnd(result)
    seen.add(id)
    return new Response()
  }
}

/** ms until the window ends, by the clock of the server, which sends both times in whole seconds. */
function untilReset(headers: Headers): number {
  const reset = Number(headers.get('x-ratelimit-reset')) * 1000
  return Math.max(0, reset - Date.parse(headers.get('date') ?? '')) || 1000
}
