// A client of Sequentum Cloud: starts agents, polls their runs, stops those that take too long. https://docs.sequentum.com
import { setTimeout as delay } from 'node:timers/promises'

export interface Run {
  readonly id: number
  readonly status: number
  readonly message: string | null
  readonly dataCount: number
}

/** Why the client has given up; its `cause` has the status of the vendor's last answer, 0 where none came. */
export class SequentumError extends Error {}

/** The states in which a run has ended, from 6 on. Two of them have data. */
const ENDS = ['Failure', 'Failed', 'Stopped', 'Completed', 'Success', 'Skipped']
const HAS_DATA = ['Completed', 'Success']
const endOf = ({ status }: Run) => ENDS[status - 6]
/** A lost connection, and the answers that the vendor calls safe to retry. */
const MAY_PASS = [0, 429, 500, 502, 503]
const TRIES = 6
const CLOCK = { now: Date.now, sleep: (ms: number): Promise<unknown> => delay(ms) }
const BASE = 'https://dashboard.sequentum.com'

/** `timeout` is longer than a minute: a request above the limit may be held until the window turns. */
export function createSequentumClient({ key = '', url = BASE, clock = CLOCK, timeout = 90_000 }) {
  let notBefore = 0
  /** Sends until an answer is final. `findLost` looks for what a try has done although it seems to have failed. */
  const call = async <T>(method: string, path: string, body?: object, findLost?: () => Promise<T | undefined>) => {
    const headers = { authorization: `ApiKey ${key}`, 'content-type': 'application/json' }
    for (let attempt = 1; ; attempt++) {
      // The limit is the key's: no request of this client goes out before the time that a 429 has named.
      while (clock.now() < notBefore) await clock.sleep(notBefore - clock.now() + Math.random() * 250)
      const sent = { method, headers, signal: AbortSignal.timeout(timeout), body: body ? JSON.stringify(body) : null }
      const response = await fetch(`${url}/api/v1${path}`, sent).catch(() => undefined)
      const isEmpty = response?.headers.get('content-length') === '0'
      const answer: unknown = isEmpty ? {} : await response?.json().catch(() => undefined)
      if (response?.ok && answer) return answer as T
      const status = answer && response ? response.status : 0
      const { title = 'no answer', detail = title } = (answer ?? {}) as { title?: string; detail?: string }
      if (!MAY_PASS.includes(status) || attempt === TRIES)
        throw new SequentumError(`${status} ${detail}`, { cause: { status } })
      notBefore = clock.now() + Math.max(retryAfter(response, clock.now()), 500 * 2 ** attempt)
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
  const poll = async (path: string, run: Run, within: number): Promise<Run> => {
    const deadline = clock.now() + within
    let [latest, pause] = [run, 1000]
    while (!endOf(latest) && clock.now() + pause <= deadline) {
      await clock.sleep(pause)
      latest = await call('GET', `${path}/status`)
      pause = Math.min(pause * 1.5, 15_000)
    }
    return latest
  }

  /** Gives a run that has data. One that takes too long is stopped, and killed where it does not stop within a minute. */
  const waitFor = async (agent: number, run: Run, within = 3_600_000): Promise<Run> => {
    const path = `/agent/${agent}/run/${run.id}`
    let latest = await poll(path, run, within)
    for (const verb of ['stop', 'kill']) {
      if (endOf(latest)) break
      // A 409 says that the run has ended meanwhile: the next poll shows how.
      await call('POST', `${path}/${verb}`).catch((error: Error) => {
        if (!error.message.startsWith('409')) throw error
      })
      latest = await poll(path, latest, 60_000)
    }
    const end = endOf(latest) ?? `not ended (${latest.status})`
    if (HAS_DATA.includes(end)) return latest
    throw new SequentumError(`run ${run.id}: ${end}: ${latest.message ?? 'no reason given'}`)
  }

  return { start, waitFor }
}

/** ms that `Retry-After` asks for, in seconds or as a date. */
function retryAfter(response: Response | undefined, now: number): number {
  const asked = response?.headers.get('retry-after') ?? '0'
  return Number.isNaN(Number(asked)) ? Date.parse(asked) - now : Number(asked) * 1000
}
