// A client of Seamless.AI that has contacts researched: it stays below limits, spends what there is, and polls to the end.
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'

const RUNNING = new Set(['queued', 'researching', 'verifying'])

/** What the client makes of an answer. */
export interface Reply {
  /** 0 where no whole answer came, or one that could not be read. */
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** A request; its body is sent as JSON. */
export interface Sent {
  readonly method: string
  readonly path: string
  readonly body?: unknown
}

/** What the client does in each situation, one small decision each. */
export const habits = {
  /** A key belongs in its header, never into the URL. */
  headers: (key: string): Record<string, string> => ({ token: key }),
  search: (nextToken: string | undefined): Sent => ({
    method: 'POST',
    path: '/search/contacts',
    body: { department: ['Sales'], limit: 3, nextToken: nextToken ?? null },
  }),
  /** What the vendor knows already it neither does nor charges twice, so this may be sent again. */
  research: (ids: readonly string[]): Sent => ({
    method: 'POST',
    path: '/contacts/research',
    body: { searchResultIds: ids },
  }),
  /** One request for all that are under way. */
  poll: (ids: readonly string[]): Sent => ({
    method: 'GET',
    path: `/contacts/research/poll?requestIds=${ids.map(encodeURIComponent).join(',')}`,
  }),
  /** Pages of a search that are read at most. */
  pages: 2,
  /** ms after which an answer is given up. */
  timeout: 10_000,
  mayPass: (status: number): boolean => status === 0 || status === 429 || status >= 500,
  tries: 7,
  /** ms before the next try: until the limit resets, else longer each time. */
  pause: (reset: number | undefined, attempt: number): number => reset ?? 500 * 2 ** attempt,
  /** Where a limit leaves no request, the next one waits for its reset. */
  staysBelowLimits: true,
  /** No more is ordered than the credits pay for. */
  affordable: (ids: readonly string[], credits: number): readonly string[] => ids.slice(0, credits),
  /** What is refused stays refused: a dead key, a missing licence, no credits. */
  stops: (status: number): boolean => status >= 400 && status < 500 && status !== 429,
  isFinal: (status: string): boolean => !RUNNING.has(status),
  /** ms between polls: two seconds at first, and ever more. */
  pollPause: (poll: number): number => Math.min(2000 * 1.5 ** poll, 60_000),
  /** Polls before research is given up. */
  polls: 60,
  /** The status that answers a webhook: it is taken only with the secret. */
  acknowledge: (secret: string | null, expected: string): number => (secret === expected ? 200 : 401),
}

export type Habits = typeof habits

/** What a client needs of the world. */
export interface World {
  readonly url: string
  readonly key: string
  readonly send: (
    method: string,
    url: string,
    more: { readonly body?: unknown; readonly headers: Readonly<Record<string, string>>; readonly timeout: number },
  ) => Promise<Reply>
  readonly sleep: (ms: number) => Promise<unknown>
}

/**
 * Searches, has what it finds researched in batches, and polls each batch to its end.
 *
 * @returns how the research of each contact has ended
 */
export async function research(world: World, habit: Habits = habits): Promise<string[]> {
  const send = senderOf(world, habit)
  const found: string[] = []
  let credits = Number.POSITIVE_INFINITY
  let token: string | undefined
  for (let page = 0; page < habit.pages; page++) {
    const reply = await send(habit.search(token))
    if (habit.stops(reply.status)) break
    const { data = [], supplementalData } = readSearch(reply)
    found.push(...data.map(({ searchResultId }) => searchResultId))
    credits = creditsOf(reply) ?? credits
    token = supplementalData?.nextToken ?? undefined
    if (token === undefined) break
  }

  const outcomes: string[] = []
  for (let first = 0; first < found.length; first += BATCH) {
    const batch = habit.affordable(found.slice(first, first + BATCH), credits)
    if (batch.length === 0) break
    const reply = await send(habit.research(batch))
    if (habit.stops(reply.status)) break
    credits = creditsOf(reply) ?? credits
    const { requestIds = [] } = (reply.body ?? {}) as { requestIds?: string[] }
    if (requestIds.length > 0) outcomes.push(...(await endOf(requestIds)))
  }
  return outcomes

  async function endOf(ids: readonly string[]): Promise<readonly string[]> {
    for (let poll = 0; poll < habit.polls; poll++) {
      await world.sleep(habit.pollPause(poll))
      const reply = await send(habit.poll(ids))
      if (habit.stops(reply.status)) return ids.map((id) => `${id} not known (${reply.status})`)
      const { data } = (reply.body ?? {}) as { data?: ReadonlyArray<{ requestId: string; status: string }> }
      if (data?.every(({ status }) => habit.isFinal(status))) {
        return data.map(({ requestId, status }) => `${requestId} ${status}`)
      }
    }
    return ids.map((id) => `${id} given up`)
  }
}

/** Contacts that are researched at once. */
const BATCH = 2

/** Sends with retries, and no sooner than the limit of the endpoint allows. */
function senderOf({ url, key, send, sleep }: World, habit: Habits): (sent: Sent) => Promise<Reply> {
  const full = new Map<string, number>()
  return async ({ method, path, body }) => {
    const endpoint = `${method} ${path.split('?')[0]!}`
    for (let attempt = 1; ; attempt++) {
      const wait = full.get(endpoint)
      if (wait !== undefined) await sleep(wait)
      full.delete(endpoint)
      const headers = habit.headers(key)
      const reply = await send(method, url + path, { body, headers, timeout: habit.timeout })
      const reset = resetIn(reply)
      if (!habit.mayPass(reply.status) || attempt === habit.tries) {
        const isEmpty = reply.headers.get('x-ratelimit-remaining') === '0'
        if (habit.staysBelowLimits && isEmpty && reset !== undefined) full.set(endpoint, reset)
        return reply
      }
      await sleep(habit.pause(reply.status === 429 ? reset : undefined, attempt))
    }
  }
}

/** ms until the limit resets, by the clock of the server that says so. */
function resetIn({ headers }: Reply): number | undefined {
  const reset = headers.get('x-ratelimit-reset')
  const now = Date.parse(headers.get('date') ?? '')
  return reset === null ? undefined : Math.max(0, Number(reset) * 1000 - (Number.isNaN(now) ? Date.now() : now))
}

function creditsOf({ headers }: Reply): number | undefined {
  const credits = headers.get('x-publicapi-credits')
  return credits === null ? undefined : Number(credits)
}

function readSearch({ body }: Reply): {
  readonly data?: ReadonlyArray<{ readonly searchResultId: string }>
  readonly supplementalData?: { readonly nextToken: string | null }
} {
  return (body ?? {}) as never
}

/** Sends by `fetch`; what is not whole or no JSON counts as no answer. */
const sendByFetch: World['send'] = async (method, url, { body, headers, timeout }) => {
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeout),
    })
    const text = await response.text()
    if (!response.ok) return { status: response.status, headers: response.headers, body: text }
    return { status: response.status, headers: response.headers, body: JSON.parse(text) as unknown }
  } catch {
    return { status: 0, headers: new Headers(), body: undefined }
  }
}

if (process.argv[1] === import.meta.filename) {
  const [url, key] = [process.env['SPARRING_SEAMLESS_URL']!, process.env['SPARRING_SEAMLESS_KEY']!]
  const outcomes = await research({ url, key, send: sendByFetch, sleep: delay })
  for (const outcome of outcomes) console.log(outcome)
}
