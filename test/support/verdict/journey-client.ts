import type { Finding, Mock } from 'sparring'
import { loadScenario } from '../../../mocks/load/files/scenario-chain.ts'
import { createLibrary } from '../../../mocks/load/library.ts'
import { listScenarioNames } from '../../../mocks/load/situations.ts'

/** An answer read to its end; without a status where there was none, or one that could not be read. */
export interface Answered {
  readonly status: number | undefined
  readonly headers: Headers
  readonly body: unknown
}

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

export interface CallOptions {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** For a request that must not be done twice: finds what the lost answer would have told. */
  readonly look?: () => Promise<Answered | undefined>
  /** Whether even a stubborn client is content with a good answer: what comes with it works only once. */
  readonly isOnce?: boolean
}

export interface JourneyClient {
  readonly manners: Manners
  readonly call: (method: string, url: string, options?: CallOptions) => Promise<Answered>
  /** Lets time pass on the mock's clock. */
  readonly sleep: (ms: number) => Promise<void>
  /** Polls ever more slowly until there is an end; undefined where it gives up. */
  readonly poll: <Found>(once: () => Promise<Found | undefined>) => Promise<Found | undefined>
}

/**
 * A small client of any vendor whose waiting moves the mock's frozen clock.
 *
 * @param keys - headers of every request
 */
export function journeyClient(mock: Mock, manners: Manners, keys: Readonly<Record<string, string>>): JourneyClient {
  const sleep = async (ms: number): Promise<void> => {
    await mock.clock.advance(Math.ceil(ms))
  }
  const once = async (method: string, url: string, { body, headers }: CallOptions): Promise<Answered> => {
    const abort = new AbortController()
    const answer = readAnswer(
      mock.fetch(url, {
        method,
        redirect: 'manual',
        signal: abort.signal,
        headers: { ...keys, ...(body !== undefined && { 'content-type': mediaType(body) }), ...headers },
        ...(body !== undefined && { body: encoded(body) }),
      }),
    )
    let isDone = false
    const done = answer.then(() => (isDone = true))
    for (let waited = 0; ; waited += STEP_MS) {
      for (let turn = 0; turn < TURNS && !isDone; turn++) await Promise.race([done, turnOfTheLoop()])
      if (isDone) return answer
      if (waited >= manners.timeout) abort.abort()
      else await sleep(STEP_MS)
    }
  }
  const call: JourneyClient['call'] = async (method, url, options = {}) => {
    for (let attempt = 1; ; attempt++) {
      const answer = await once(method, url, options)
      const { status } = answer
      const isPassing = status === undefined || status === 429 || status >= 500
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
  const keepBelowLimit = async ({ headers }: Answered): Promise<void> => {
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

/** ms by which a clock goes on while an answer is held. */
const STEP_MS = 1000
/** Turns of the event loop in which an answer that is not held is there. */
const TURNS = 40

function mediaType(body: unknown): string {
  if (body instanceof Uint8Array) return 'application/octet-stream'
  return body instanceof URLSearchParams ? 'application/x-www-form-urlencoded' : 'application/json'
}

function encoded(body: unknown): BodyInit {
  if (body instanceof Uint8Array) return new Blob([new Uint8Array(body)])
  return body instanceof URLSearchParams ? body : JSON.stringify(body)
}

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

async function readAnswer(answer: Promise<Response>): Promise<Answered> {
  try {
    const response = await answer
    const text = await response.text()
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, headers: response.headers, body: isJson ? (JSON.parse(text) as unknown) : text }
  } catch {
    return { status: undefined, headers: new Headers(), body: undefined }
  }
}

/** ms that a refusal asks for. */
function waitOf({ status, headers }: Answered, now: number): number {
  const after = headers.get('retry-after')
  if (after !== null) return Number.isNaN(Number(after)) ? Math.max(0, Date.parse(after) - now) : Number(after) * 1000
  const reset = Number(headers.get('x-ratelimit-reset')) * 1000
  return status === 429 ? Math.max(0, reset - now) : 0
}

/** What a verdict holds against a client: errors, and expectations that it has not met. */
export function heldAgainst(mock: Mock): readonly Finding[] {
  return mock
    .findings({ final: true })
    .filter(({ severity, code }) => severity === 'error' || code.startsWith('expect-'))
}

/** Names of a vendor's scenarios, and of those that expect something. */
export function scenariosOf(vendor: string): {
  readonly all: readonly string[]
  readonly expecting: readonly string[]
} {
  const library = createLibrary()
  const all = listScenarioNames(library, vendor)
  const expects = (name: string): boolean => {
    const { expect } = loadScenario(library, name).parts.get(vendor) ?? {}
    return Array.isArray(expect) && expect.length > 0
  }
  return { all, expecting: all.filter(expects) }
}

/** Codes of expectations that a client has not met. */
export function unmet(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.map(({ code }) => code).filter((code) => code.startsWith('expect-')))]
}

/**
 * Scenarios whose expectations none of these clients breaks.
 *
 * @param play - plays one scenario with a client of such manners, and gives what is held against it
 */
export async function unbrokenBy(
  clients: readonly Manners[],
  scenarios: readonly string[],
  play: (scenario: string, manners: Manners) => Promise<readonly Finding[]>,
): Promise<readonly string[]> {
  const unbroken: string[] = []
  for (const scenario of scenarios) {
    const found: Finding[] = []
    for (const manners of clients) found.push(...(await play(scenario, manners)))
    if (unmet(found).length === 0) unbroken.push(scenario)
  }
  return unbroken
}
