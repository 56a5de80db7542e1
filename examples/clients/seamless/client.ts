// A client of Seamless.AI: searches contacts, has them researched in batches, takes webhooks. https://docs.seamless.ai
import { timingSafeEqual } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

export interface Result {
  readonly requestId: string
  readonly status: string
  readonly contact?: { readonly fullName: string; readonly email: string }
}

export type Poll = (ids: readonly string[]) => Promise<readonly Result[]>

/** Why the client has given up; its `cause` has the status of the last answer, 0 where none came, and the vendor's code. */
export class SeamlessError extends Error {}

/** How the vendor says that research has ended. Other words may appear: what is not here is polled on. */
const ENDS = ['done', 'error', 'missing', 'duplicate', 'not found', 'contact-already-researched']
const FINAL = new Set([...ENDS, 'No license or credits available'])
const TRIES = 6
const BASE = 'https://api.seamless.ai/api/client/v1'
const CLOCK = { now: Date.now, sleep: (ms: number): Promise<unknown> => delay(ms) }

export function createSeamlessClient({ key = '', url = BASE, clock = CLOCK, timeout = 30_000 }) {
  /** When each endpoint takes requests again: each has a window of its own, which all keys of the organisation share. */
  const notBefore = new Map<string, number>()
  let credits = Number.POSITIVE_INFINITY

  /** Sends until an answer is final: a 429 is waited out, a 5xx or a lost connection is tried again with backoff. */
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const endpoint = path.split('?')[0]!
    const untilFree = () => (notBefore.get(endpoint) ?? 0) - clock.now()
    for (let attempt = 1; ; attempt++) {
      while (untilFree() > 0) await clock.sleep(untilFree() + Math.random() * 250)
      const headers = { token: key, 'content-type': 'application/json' }
      const sent = { method, headers, signal: AbortSignal.timeout(timeout), body: body ? JSON.stringify(body) : null }
      const response = await fetch(url + path, sent).catch(() => undefined)
      const answer: unknown = await response?.json().catch(() => undefined)
      credits = Number(response?.headers.get('x-publicapi-credits') ?? credits)
      const status = answer && response ? response.status : 0
      const isFull = status === 429 || response?.headers.get('x-ratelimit-remaining') === '0'
      if (isFull) notBefore.set(endpoint, clock.now() + untilReset(response))
      if (response?.ok && answer) return answer as T
      const { code, message = 'no answer', msg = message } = (answer ?? {}) as Partial<Record<string, string>>
      const mayPass = status === 0 || status === 429 || status >= 500
      if (!mayPass || attempt === TRIES) throw new SeamlessError(`${status} ${msg}`, { cause: { status, code } })
      if (status !== 429) await clock.sleep(500 * 2 ** attempt + Math.random() * 250)
    }
  }

  const poll: Poll = async (ids) =>
    (await call<{ data: Result[] }>('GET', `/contacts/research/poll?requestIds=${ids.join(',')}`)).data

  /** Finds contacts; searching starts no research. */
  const search = async (filter: object, limit = 50): Promise<readonly string[]> => {
    const body = { ...filter, limit }
    const { data } = await call<{ data: Array<{ searchResultId: string }> }>('POST', '/search/contacts', body)
    return data.map((row) => row.searchResultId)
  }

  // Has up to a hundred contacts researched, and no more than the credits pay for: those that were not are `left`. A submission
  // whose answer was lost is sent again: the vendor knows what it has researched, and takes no credit for a duplicate.
  const research = async (ids: readonly string[], within = 600_000) => {
    const searchResultIds = ids.slice(0, Math.min(100, credits))
    const code = 'insufficientCredits'
    if (searchResultIds.length === 0) throw new SeamlessError('no credits are left', { cause: { status: 422, code } })
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
    throw new SeamlessError(`research has not ended within ${within / 1000} s: ${ids.join(', ')}`)
  }

  return { search, research, poll }
}

/** Takes webhooks. The secret shows who sends one, and not what is in it: the record is polled before it is believed. */
export function createWebhookHandler(secret: string, poll: Poll, onEnd: (result: Result) => void) {
  const seen = new Set<string>()
  return async (request: Request): Promise<Response> => {
    const [wanted, given] = [Buffer.from(secret), Buffer.from(request.headers.get('x-seamless-webhook-secret') ?? '')]
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return new Response(null, { status: 401 })
    const { apiResearchId: id } = (await request.json()) as { apiResearchId: string }
    const [result] = seen.has(id) ? [] : await poll([id])
    if (result && !seen.has(id)) onEnd(result)
    seen.add(id)
    return new Response()
  }
}

/** ms until the window ends, by the clock of the server, which sends both times in whole seconds. */
function untilReset(response: Response | undefined): number {
  const [reset, date] = ['x-ratelimit-reset', 'date'].map((name) => response?.headers.get(name) ?? '')
  return Math.max(0, Number(reset) * 1000 - Date.parse(date!)) || 1000
}
