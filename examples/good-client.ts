// A client of Seek that stops when credits are missing, waits as it is told, and polls each job to its end.
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'

const FINAL = new Set(['completed', 'failed', 'cancelled', 'timeout'])

/** What the client does in each situation, one small decision each. */
export const habits = {
  /** A key belongs in its header, never into the URL. */
  headers: (key: string): Record<string, string> => ({ 'x-api-key': key, 'content-type': 'application/json' }),
  /** Where the account is read, which shows at once whether the key works. */
  account: (_key: string) => ({ method: 'GET', path: '/v1/me' }),
  job: (id: string) => ({ method: 'GET', path: `/v1/jobs/${id}` }),
  work: (profile: string) => ({
    method: 'POST',
    path: '/v1/workers/linkedin-profile/jobs',
    body: JSON.stringify({ profile_url: profile }) as string | undefined,
  }),
  /** Only what may pass is sent again, and nothing that may have started work. */
  mayPass: (status: number, method: string): boolean => status === 429 || (status >= 500 && method !== 'POST'),
  tries: 5,
  /** ms before the next try: as long as the vendor asks, else longer each time. */
  pause: (retryAfter: string | null, attempt: number): number =>
    retryAfter === null ? 250 * 2 ** attempt : Number(retryAfter) * 1000,
  /** A key that is refused stays refused. */
  stopsWithoutAccess: true,
  /** Without credits no more work is sent. */
  stopsWork: (status: number): boolean => status === 402 || status === 401,
  isFinal: (state: string): boolean => FINAL.has(state.toLowerCase()),
  /** A job that the vendor does not know is given up. */
  isGone: (status: number): boolean => status === 404,
  /** ms between polls. */
  pollPause: 2000,
  polls: 300,
}

export type Habits = typeof habits

/** What a client needs of the world. */
export interface World {
  readonly url: string
  readonly key: string
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly sleep: (ms: number) => Promise<unknown>
}

/** Has profiles looked up, one after the other; gives what came of each that was submitted. */
export async function lookUp(profiles: readonly string[], world: World, habit: Habits = habits): Promise<string[]> {
  const { url, key, fetch, sleep } = world
  const send = async ({ method, path, body }: { method: string; path: string; body?: string | undefined }) => {
    for (let attempt = 1; ; attempt++) {
      const init = { method, headers: habit.headers(key), ...(body !== undefined && { body }) }
      const response = await fetch(url + path, init)
      if (!habit.mayPass(response.status, method) || attempt === habit.tries) return response
      await sleep(habit.pause(response.headers.get('retry-after'), attempt))
    }
  }
  const waitFor = async (job: string): Promise<string> => {
    for (let poll = 0; poll < habit.polls; poll++) {
      await sleep(habit.pollPause)
      const response = await send(habit.job(job))
      if (!response.ok) {
        if (habit.isGone(response.status)) return `not known (${response.status})`
        continue
      }
      const { status } = (await response.json()) as { status: string }
      if (habit.isFinal(status)) return status
    }
    return 'given up'
  }

  const account = await send(habit.account(key))
  if (!account.ok && habit.stopsWithoutAccess) return []
  const outcomes: string[] = []
  for (const profile of profiles) {
    const response = await send(habit.work(profile))
    if (habit.stopsWork(response.status)) break
    if (!response.ok) continue
    const { job_uuid } = (await response.json()) as { job_uuid: string }
    outcomes.push(`${job_uuid} ${await waitFor(job_uuid)}`)
  }
  return outcomes
}

if (process.argv[1] === import.meta.filename) {
  const profiles = ['ada', 'bea', 'cyd', 'dan', 'eve', 'fay'].map((name) => `https://www.linkedin.com/in/${name}`)
  const [url, key] = [process.env['SPARRING_SEEK_URL']!, process.env['SPARRING_SEEK_KEY']!]
  const outcomes = await lookUp(profiles, { url, key, fetch, sleep: delay })
  for (const outcome of outcomes) console.log(outcome)
  if (outcomes.length < profiles.length) console.log('no more jobs: the balance is empty')
}
