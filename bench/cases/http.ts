import { startJobs } from '../load/fill.ts'
import { getJob, getMe, JSON_BODY, listJobs, submitJob, wire, wrongJob } from '../load/requests.ts'
import { openSession, type Started } from '../load/server.ts'
import { JOB, LIVE, ME, peers, startBare, startSparring, UNLIMITED } from '../peers/peers.ts'
import type { Case } from './case.ts'
import { compareThroughput, contestant, type Contestant, type Work } from './throughput.ts'

/** Requests to a warm server. */

const how = 'everything on: key, limit, credits, jobs, journal'

const sparring: Contestant = { name: 'sparring', how, start: () => startSparring(...UNLIMITED), isReset: true }

export function bare(answers: Parameters<typeof startBare>[0]): Contestant {
  return {
    name: 'bare',
    how: 'node:http; parses what is posted; constant answers',
    start: () => startBare(answers),
  }
}

/** A case that compares how many requests a second its sides answer. */
export function throughput(
  about: Pick<Case, 'name' | 'title'> & Partial<Pick<Case, 'run' | 'targets'>>,
  sides: readonly Contestant[],
  work: Work & {
    /** Whether other tools do the same work; not in the quick form. */
    readonly withPeers?: boolean
  },
): Case {
  return {
    unit: 'req/s',
    run: 'usual',
    targets: [],
    ...about,
    measure: (bench) => {
      const others = work.withPeers && !bench.isQuick ? peers.map(contestant) : []
      return compareThroughput(bench, [...sides, ...others], work)
    },
  }
}

const get = throughput(
  { name: 'get', title: 'GET with a key and a limit', run: 'quick', targets: [{ against: 'bare', least: 0.9 }] },
  [bare({ GET: [200, ME] }), sparring],
  { requests: [getMe], status: 200, withPeers: true },
)

const post = throughput(
  {
    name: 'post',
    title: 'POST that is judged, charged, and starts a job',
    run: 'quick',
    targets: [
      { against: 'bare', least: 0.6 },
      { against: 'wiremock', least: 1.2 },
    ],
  },
  [bare({ POST: [202, JOB] }), sparring],
  { requests: [submitJob], status: 202, withPeers: true },
)

/** A server that is prepared before it is asked. */
function prepared(
  args: readonly string[],
  requests: (server: Started) => Promise<readonly string[]>,
  more: Partial<Contestant> = {},
): Contestant {
  return { name: 'sparring', how, start: () => startSparring(...args), requests, ...more }
}

/** As many of its ids are asked for in turn. */
const POLLED = 5000
/** What bare is asked for in place of a job of its own. */
export const ANY_JOB = getJob('job_a1b2c3d4e5f6')

/** A server with so many jobs that stay as they are. */
export function withJobs(name: string, count: number): Contestant {
  const poll = async ({ port }: Started): Promise<readonly string[]> => {
    const ids = await startJobs(port, count)
    const step = Math.max(1, Math.floor(count / POLLED))
    return ids.filter((_, index) => index % step === 0).map(getJob)
  }
  return prepared(LIVE, poll, { name, how: `${count.toLocaleString('en')} live jobs` })
}

const poll = throughput(
  {
    name: 'poll',
    title: 'Poll of one of 100,000 live jobs',
    targets: [
      { against: 'bare', least: 0.8 },
      { against: 'ten jobs', least: 0.95 },
    ],
  },
  [bare({ GET: [200, JOB] }), withJobs('sparring', 100_000), withJobs('ten jobs', 10)],
  { requests: [ANY_JOB], status: 200 },
)

const list = throughput(
  { name: 'list', title: 'The newest 100 of 1,000 jobs' },
  [
    bare({ GET: [200, `{"jobs":[${Array.from({ length: 100 }, () => JOB).join(',')}]}`] }),
    prepared(LIVE, async ({ port }) => {
      await startJobs(port, 1000)
      return [listJobs]
    }),
  ],
  { requests: [listJobs], status: 200 },
)

const limited = throughput(
  { name: 'limited', title: 'GET that a limit refuses (429)', targets: [{ against: 'bare', least: 0.85 }] },
  [
    bare({ GET: [429, '{"error":{"code":"rate_limited","message":"Too many requests.","retry_after":1}}'] }),
    prepared(['seek', '--scenario', 'bench/documents/limited.yaml'], async ({ port }) => {
      // The one request that passes.
      await fetch(`http://127.0.0.1:${port}/v1/me`, { headers: { 'x-api-key': 'sk_live_bench' } })
      return [getMe]
    }),
  ],
  { requests: [getMe], status: 429 },
)

const invalid = throughput(
  { name: 'invalid', title: 'POST whose body breaks its schema (422)' },
  [bare({ POST: [422, '{"error":{"code":"validation_failed","message":"The input is not valid."}}'] }), sparring],
  { requests: [wrongJob], status: 422 },
)

/** Divides the pauses between events until nothing is left of them. */
const AT_ONCE = '10000'
const work = (...more: readonly string[]): Contestant => ({
  ...sparring,
  start: () => startSparring('bench/documents/work.yaml', ...more),
})

const stream = throughput(
  { name: 'stream', title: 'Stream of 100 events (SSE)', targets: [{ against: 'bare', least: 0.7 }] },
  [{ ...bare({ events: 100 }), how: 'node:http; a write for each event' }, work('--pace', AT_ONCE)],
  { requests: [wire('POST', '/stream')], status: 200 },
)

const MEGABYTE = 'a'.repeat(1_000_000)

const upload = throughput(
  { name: 'upload', title: 'Upload of 1 MB' },
  [bare({ POST: [201, '{"id":"file_1"}'] }), work()],
  { requests: [wire('POST', '/files', ['content-type: application/octet-stream'], MEGABYTE)], status: 201 },
)

const vendors = throughput(
  { name: 'vendors', title: 'GET where five vendors are served, against one' },
  [
    { ...sparring, name: 'one vendor', how: 'seek alone' },
    {
      ...sparring,
      how: 'all five of the package',
      start: () => startSparring('seek', 'seal', 'seamless', 'seclai', 'sequentum', ...UNLIMITED.slice(1)),
      requests: () => Promise.resolve([getMe.replace('/v1/me', '/seek/v1/me')]),
    },
  ],
  { requests: [getMe], status: 200 },
)

const SESSIONS = 1000
const KEY_HEADERS = JSON_BODY.slice(0, 1)

function inSessions(name: string, count: number): Contestant {
  const ask = async ({ port }: Started): Promise<readonly string[]> => {
    const ids = Array.from({ length: count }, (_, index) => `bench-${index}`)
    for (const id of ids) await openSession(port, id)
    return ids.map((id) => wire('GET', '/v1/me', [...KEY_HEADERS, `x-sparring-session: ${id}`]))
  }
  return prepared(UNLIMITED, ask, { name, how: `${count.toLocaleString('en')} open, chosen by a header` })
}

const sessions = throughput(
  {
    name: 'sessions',
    title: 'GET in 1,000 sessions in turn, against one session',
    targets: [{ against: 'one session', least: 0.9 }],
  },
  [inSessions('one session', 1), inSessions('sparring', SESSIONS)],
  { requests: [getMe], status: 200 },
)

export const httpCases: readonly Case[] = [get, post, poll, list, limited, invalid, stream, upload, vendors, sessions]
