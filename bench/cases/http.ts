import { startJobs } from '../load/fill.ts'
import { getJob, getMe, JSON_BODY, listJobs, submitJob, wire, wrongJob } from '../load/requests.ts'
import { JOB, ME, peers, startBare, startSparring } from '../peers/peers.ts'
import type { Case } from './case.ts'
import { compareThroughput, contestant, type Contestant } from './throughput.ts'

/** Requests to a warm server. */

const UNLIMITED = ['seek', '--scenario', 'bench/documents/unlimited.yaml']
const LIVE = ['seek', '--scenario', 'bench/documents/live.yaml']
const how = 'everything on: key, limit, credits, jobs, journal'

const sparring: Contestant = { name: 'sparring', how, start: () => startSparring(...UNLIMITED), isReset: true }
const bare = (answers: Parameters<typeof startBare>[0]): Contestant => ({
  name: 'bare',
  how: 'node:http; parses what is posted; constant answers',
  start: () => startBare(answers),
})

const get: Case = {
  name: 'get',
  title: 'GET with a key and a limit',
  unit: 'req/s',
  run: 'quick',
  targets: [{ against: 'bare', least: 0.9 }],
  measure: (bench) =>
    compareThroughput(bench, [bare({ GET: [200, ME] }), sparring, ...(bench.isQuick ? [] : peers.map(contestant))], {
      requests: [getMe],
      status: 200,
    }),
}

const post: Case = {
  name: 'post',
  title: 'POST that is judged, charged, and starts a job',
  unit: 'req/s',
  run: 'quick',
  targets: [
    { against: 'bare', least: 0.6 },
    { against: 'wiremock', least: 1.2 },
  ],
  measure: (bench) =>
    compareThroughput(bench, [bare({ POST: [202, JOB] }), sparring, ...(bench.isQuick ? [] : peers.map(contestant))], {
      requests: [submitJob],
      status: 202,
    }),
}

/** As many of its ids are asked for in turn. */
const POLLED = 5000

/** A server with so many jobs that stay as they are. */
export function withJobs(name: string, count: number): Contestant {
  return {
    name,
    how: `${count.toLocaleString('en')} live jobs`,
    start: () => startSparring(...LIVE),
    requests: async ({ port }) => {
      const ids = await startJobs(port, count)
      const step = Math.max(1, Math.floor(count / POLLED))
      return ids.filter((_, index) => index % step === 0).map(getJob)
    },
  }
}

const poll: Case = {
  name: 'poll',
  title: 'Poll of one of 100,000 live jobs',
  unit: 'req/s',
  run: 'usual',
  targets: [
    { against: 'bare', least: 0.8 },
    { against: 'ten jobs', least: 0.95 },
  ],
  measure: (bench) =>
    compareThroughput(bench, [bare({ GET: [200, JOB] }), withJobs('sparring', 100_000), withJobs('ten jobs', 10)], {
      requests: [getJob('job_a1b2c3d4e5f6')],
      status: 200,
    }),
}

const list: Case = {
  name: 'list',
  title: 'The newest 100 of 1,000 jobs',
  unit: 'req/s',
  run: 'usual',
  targets: [],
  measure: (bench) =>
    compareThroughput(
      bench,
      [
        bare({ GET: [200, `{"jobs":[${Array.from({ length: 100 }, () => JOB).join(',')}]}`] }),
        {
          name: 'sparring',
          how,
          start: () => startSparring(...LIVE),
          requests: async ({ port }) => {
            await startJobs(port, 1000)
            return [listJobs]
          },
        },
      ],
      { requests: [listJobs], status: 200 },
    ),
}

const limited: Case = {
  name: 'limited',
  title: 'GET that a limit refuses (429)',
  unit: 'req/s',
  run: 'usual',
  targets: [{ against: 'bare', least: 0.85 }],
  measure: (bench) =>
    compareThroughput(
      bench,
      [
        bare({ GET: [429, '{"error":{"code":"rate_limited","message":"Too many requests.","retry_after":1}}'] }),
        {
          name: 'sparring',
          how,
          start: () => startSparring('seek', '--scenario', 'bench/documents/limited.yaml'),
          // The one request that passes.
          requests: async ({ port }) => {
            await fetch(`http://127.0.0.1:${port}/v1/me`, { headers: { 'x-api-key': 'sk_live_bench' } })
            return [getMe]
          },
        },
      ],
      { requests: [getMe], status: 429 },
    ),
}

const invalid: Case = {
  name: 'invalid',
  title: 'POST whose body breaks its schema (422)',
  unit: 'req/s',
  run: 'usual',
  targets: [],
  measure: (bench) =>
    compareThroughput(
      bench,
      [bare({ POST: [422, '{"error":{"code":"validation_failed","message":"The input is not valid."}}'] }), sparring],
      { requests: [wrongJob], status: 422 },
    ),
}

/** Divides the pauses between events until nothing is left of them. */
const AT_ONCE = '10000'
const work = (...more: readonly string[]): Contestant => ({
  name: 'sparring',
  how,
  start: () => startSparring('bench/documents/work.yaml', ...more),
  isReset: true,
})

const stream: Case = {
  name: 'stream',
  title: 'Stream of 100 events (SSE)',
  unit: 'req/s',
  run: 'usual',
  targets: [{ against: 'bare', least: 0.7 }],
  measure: (bench) =>
    compareThroughput(
      bench,
      [{ ...bare({ events: 100 }), how: 'node:http; a write for each event' }, work('--pace', AT_ONCE)],
      { requests: [wire('POST', '/stream')], status: 200 },
    ),
}

const MEGABYTE = 'a'.repeat(1_000_000)

const upload: Case = {
  name: 'upload',
  title: 'Upload of 1 MB',
  unit: 'req/s',
  run: 'usual',
  targets: [],
  measure: (bench) =>
    compareThroughput(bench, [bare({ POST: [201, '{"id":"file_1"}'] }), work()], {
      requests: [wire('POST', '/files', ['content-type: application/octet-stream'], MEGABYTE)],
      status: 201,
    }),
}

const vendors: Case = {
  name: 'vendors',
  title: 'GET where five vendors are served, against one',
  unit: 'req/s',
  run: 'usual',
  targets: [],
  measure: (bench) =>
    compareThroughput(
      bench,
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
    ),
}

const SESSIONS = 1000

const sessions: Case = {
  name: 'sessions',
  title: 'GET in 1,000 sessions in turn, against one session',
  unit: 'req/s',
  run: 'usual',
  targets: [{ against: 'one session', least: 0.9 }],
  measure: (bench) => {
    const inSessions = (name: string, count: number): Contestant => ({
      name,
      how: `${count.toLocaleString('en')} open, chosen by a header`,
      start: () => startSparring(...UNLIMITED),
      requests: async ({ port }) => {
        const ids = Array.from({ length: count }, (_, index) => `bench-${index}`)
        for (const id of ids) await openSession(port, id)
        return ids.map((id) => wire('GET', '/v1/me', [...KEY_HEADERS, `x-sparring-session: ${id}`]))
      },
    })
    return compareThroughput(bench, [inSessions('one session', 1), inSessions('sparring', SESSIONS)], {
      requests: [getMe],
      status: 200,
    })
  },
}

const KEY_HEADERS = JSON_BODY.slice(0, 1)

async function openSession(port: number, id: string): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/__sparring/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id }),
  })
  if (!answer.ok) throw new Error(`A session could not be opened: ${answer.status} ${await answer.text()}`)
}

export const httpCases: readonly Case[] = [get, post, poll, list, limited, invalid, stream, upload, vendors, sessions]
