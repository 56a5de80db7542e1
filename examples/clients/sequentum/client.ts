// A client of Sequentum Cloud: starts agents, polls their runs to the end, stops those that take too long. https://docs.sequentum.com
import { setTimeout as delay } from 'node:timers/promises'

export interface Run {
  readonly id: number
  readonly status: number
  readonly message: string | null
  readonly dataCount: number
}

/** Why the client has given up. `status` is that of the last answer, 0 where none came. */
export class SequentumError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** The states in which a run has ended, and those of them in which it has data. */
const ENDS = new Map([
  [6, 'Failure'],
  [7, 'Failed'],
  [8, 'Stopped'],
  [9, 'Completed'],
  [10, 'Success'],
  [11, 'Skipped'],
])
const HAS_DATA = new Set([9, 10])
/** A lost connection, and the answers that the vendor calls safe to retry. */
const MAY_PASS = new Set([0, 429, 500, 502, 503])
const TRIES = 6
const CLOCK = { now: Date.now, sleep: (ms: number): Promise<unknown> => delay(ms) }

/** `timeout` is longer than a minute: a request above the limit may be held until the window turns. */
export function createSequentumClient({
  key = '',
  url = 'https://dashboard.sequentum.com',
  clock = CLOCK,
  timeout = 90_000,
}) {
  let notBefore = 0
  const send = async (method: string, path: string, body?: object) => {
    // The limit is the key's: after a 429 no request of this client goes out before the time that it names.
    while (clock.now() < notBefore) await clock.sleep(notBefore - clock.now() + Math.random() * 250)
    const headers = { authorization: `ApiKey ${key}`, ...(body && { 'content-type': 'application/json' }) }
    const init = { method, headers, signal: AbortSignal.timeout(timeout), ...(body && { body: JSON.stringify(body) }) }
    try {
      const response = await fetch(`${url}/api/v1${path}`, init)
      if (response.status === 429) notBefore = clock.now() + askedWait(response.headers, clock.now())
      const text = await response.text()
      const answer = (text === '' ? {} : JSON.parse(text)) as unknown
      return { status: response.status, headers: response.headers, body: answer }
    } catch {
      return { status: 0, headers: new Headers(), body: { title: `no answer to ${method} ${path}` } }
    }
  }

  /** Sends until an answer is final. `findLost` looks for what a try has done although it seems to have failed. */
  const call = async <T>(method: string, path: string, body?: object, findLost?: () => Promise<T | undefined>) => {
    for (let attempt = 1; ; attempt++) {
      const { status, headers, body: answer } = await send(method, path, body)
      if (status >= 200 && status < 300) return answer as T
      const { title, detail = title } = answer as { title?: string; detail?: string }
      if (!MAY_PASS.has(status) || attempt === TRIES) throw new SequentumError(status, `${status} ${detail}`)
      await clock.sleep(Math.max(askedWait(headers, clock.now()), 500 * 2 ** attempt) + Math.random() * 250)
      const found = status === 429 ? undefined : await findLost?.()
      if (found) return found
    }
  }

  /** Starts an agent. A second start is a second run: after a failure, a run that is new in the list is the one started. */
  const start = async (agent: number, inputs: Record<string, string> = {}): Promise<Run> => {
    const list = async () => call<Run[]>('GET', `/agent/${agent}/runs?maxRecords=50`)
    const known = new Set((await list()).map((run) => run.id))
    const findLost = async () => (await list()).find((run) => !known.has(run.id))
    return call('POST', `/agent/${agent}/start`, { inputParameters: JSON.stringify(inputs) }, findLost)
  }

  /** Polls until a run has ended, or time is up: every second at first, every fifteen later. */
  const pollUntil = async (agent: number, run: Run, deadline: number): Promise<Run> => {
    let latest = run
    for (
      let pause = 1000;
      !ENDS.has(latest.status) && clock.now() + pause <= deadline;
      pause = Math.min(pause * 1.5, 15_000)
    ) {
      await clock.sleep(pause)
      latest = await call('GET', `/agent/${agent}/run/${run.id}/status`)
    }
    return latest
  }

  /** Gives a run that has data. One that takes too long is stopped, and killed where it does not stop within a minute. */
  const waitFor = async (agent: number, run: Run, within = 3_600_000): Promise<Run> => {
    let latest = await pollUntil(agent, run, clock.now() + within)
    const verbs = ['stop', 'kill']
    for (const verb of verbs) {
      if (ENDS.has(latest.status)) break
      // A 409 says that the run has ended meanwhile: the next poll shows how.
      await call('POST', `/agent/${agent}/run/${run.id}/${verb}`).catch((error: SequentumError) => {
        if (error.status !== 409) throw error
      })
      latest = await pollUntil(agent, latest, clock.now() + 60_000)
    }
    if (HAS_DATA.has(latest.status)) return latest
    const end = ENDS.get(latest.status) ?? `not ended (${latest.status})`
    throw new SequentumError(200, `run ${run.id}: ${end}${latest.message === null ? '' : `: ${latest.message}`}`)
  }

  return { start, waitFor }
}

/** ms that `Retry-After` asks for, in seconds or as a date. */
function askedWait(headers: Headers, now: number): number {
  const asked = headers.get('retry-after') ?? '0'
  return Number.isNaN(Number(asked)) ? Date.parse(asked) - now : Number(asked) * 1000
}
