import type { Mock } from 'sparring'
import { type Reply, retryAfterOf, type Sent, type Wire, wireTo } from './wire.ts'

/** How a client behaves where things go wrong. */
export interface Manners {
  /** Times that a request is sent at most. */
  readonly attempts: number
  /** ms after which it gives up waiting for an answer. */
  readonly timeout: number
  /** Whether it waits between attempts, and as long as it is told. */
  readonly waits: boolean
  /** Whether it repeats what has been refused for good, and what has been done already. */
  readonly repeats: boolean
  /** ms for which it polls. */
  readonly deadline: number
  /** Whether it reads limits and balances before it sends. */
  readonly looksAhead: boolean
}

/** Retries with growing pauses, obeys, stops at refusals, polls to the end. */
export const GOOD: Manners = {
  attempts: 8,
  timeout: 120_000,
  waits: true,
  repeats: false,
  deadline: 2 * 3_600_000,
  looksAhead: true,
}

/** Sends everything again at once, whatever the answer was, and never loses heart. */
export const STUBBORN: Manners = {
  attempts: 4,
  timeout: 1000,
  waits: false,
  repeats: true,
  deadline: 25 * 3_600_000,
  looksAhead: false,
}

/** Sends everything once, and polls once. */
export const QUITTER: Manners = { ...GOOD, attempts: 1, deadline: 1, looksAhead: false }

export interface CallOptions extends Pick<Sent, 'body' | 'headers'> {
  /** For a request that must not be done twice: finds what the lost answer would have told. */
  readonly look?: () => Promise<Reply | undefined>
  /** Whether even a stubborn client is content with a good answer: what comes with it works only once. */
  readonly isOnce?: boolean
}

export interface JourneyClient extends Pick<Wire, 'sleep'> {
  readonly manners: Manners
  readonly call: (method: string, url: string, options?: CallOptions) => Promise<Reply>
  /** Polls ever more slowly until there is an end; undefined where it gives up. */
  readonly poll: <Found>(once: () => Promise<Found | undefined>) => Promise<Found | undefined>
}

/**
 * A small client of any vendor whose waiting moves the mock's frozen clock.
 *
 * @param keys - headers of every request
 */
export function journeyClient(mock: Mock, manners: Manners, keys: Readonly<Record<string, string>>): JourneyClient {
  const { send, sleep } = wireTo(mock)
  const call: JourneyClient['call'] = async (method, url, options = {}) => {
    for (let attempt = 1; ; attempt++) {
      const { body, headers } = options
      const answer = await send(method, url, { body, headers: { ...keys, ...headers }, timeout: manners.timeout })
      const { status } = answer
      const isPassing = status === 0 || status === 429 || status >= 500
      if (attempt === manners.attempts || (!isPassing && (!manners.repeats || (options.isOnce && status < 300)))) {
        if (manners.looksAhead) await keepBelowLimit(answer)
        return answer
      }
      if (!manners.waits) continue
      await sleep(waitOf(answer, mock.clock.now()) + 500 * 2 ** attempt)
      const found = status === 429 ? undefined : await options.look?.()
      if (found) return found
    }
  }
  const keepBelowLimit = async ({ headers }: Reply): Promise<void> => {
    const reset = Number(headers.get('x-ratelimit-reset')) * 1000
    if (headers.get('x-ratelimit-remaining') === '0' && reset > mock.clock.now()) await sleep(reset - mock.clock.now())
    // Where nobody says how many are left, requests are spread over the window.
    const window = Number(headers.get('x-ratelimit-window-seconds')) * 1000
    if (window > 0) await sleep(window / Number(headers.get('x-ratelimit-limit')))
  }
  const poll: JourneyClient['poll'] = async (read) => {
    const start = mock.clock.now()
    for (let pause = 2000; mock.clock.now() - start < manners.deadline; pause = Math.min(pause * 1.5, 60_000)) {
      const found = await read()
      if (found !== undefined) return found
      await sleep(manners.waits ? pause : Math.max(pause, manners.deadline / 50))
    }
    return undefined
  }
  return { manners, call, sleep, poll }
}

/** ms that a refusal asks for. */
function waitOf({ status, headers }: Reply, now: number): number {
  const reset = Number(headers.get('x-ratelimit-reset')) * 1000
  return retryAfterOf(headers, now) ?? (status === 429 ? Math.max(0, reset - now) : 0)
}
