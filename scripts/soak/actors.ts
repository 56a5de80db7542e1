import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../mocks/state/hash.ts'

export interface Stage {
  readonly url: string
  readonly port: number
  readonly count: (name: string) => void
}

/**
 * Runs one actor once.
 *
 * @param name - unique among actors, since it is part of its keys
 * @throws Error for an answer that such a client must not get
 */
export type Actor = (stage: Stage, random: Random, name: string) => Promise<void>

const JSON_TYPE = { 'content-type': 'application/json' }
const FILE = Buffer.alloc(300_000, 'sparring ')

/** Submits a job with a webhook, and polls it to its end. */
const jobs: Actor = async ({ url, count }, random, name) => {
  // An unused key creates an account with its own credits.
  const headers = { 'x-api-key': `sk_live_${name.replaceAll('-', '')}${random.hex(12)}`, ...JSON_TYPE }
  const body = { profile_url: 'https://linkedin.com/in/example', webhook: 'https://client.example/hook' }
  const submitted = await call(`${url}/seek/v1/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  if (submitted.status === 402 || submitted.status === 429) {
    count(`jobs refused with ${submitted.status}`)
    await sleep(random.int(50, 200))
    return
  }
  expectStatus(submitted, 202)
  const { job_uuid: id } = JSON.parse(submitted.text) as { readonly job_uuid: string }
  for (let polls = 0; polls < 100; polls++) {
    const polled = await call(`${url}/seek/v1/jobs/${id}`, { headers })
    if (polled.status === 429) await sleep(100)
    else {
      expectStatus(polled, 200)
      const { status } = JSON.parse(polled.text) as { readonly status: string }
      if (!['queued', 'running'].includes(status)) return count(`jobs ${status}`)
    }
    await sleep(25)
  }
  throw new Error(`the job ${id} has not ended`)
}

/** Opens a session, plays something in it, calls it with its own key, and closes it. */
const sessions: Actor = async ({ url }, random) => {
  const scenario = random.pick(['seek/happy-path', 'seek/out-of-credits', 'seek/rate-limited'])
  const opened = await call(`${url}/__sparring/sessions`, {
    method: 'POST',
    headers: JSON_TYPE,
    body: JSON.stringify({ scenario }),
  })
  expectStatus(opened, 201)
  const { id, credentials } = JSON.parse(opened.text) as {
    readonly id: string
    readonly credentials: Readonly<Record<string, { readonly active: string }>>
  }
  const headers = { 'x-api-key': credentials['seek']!.active }
  for (let calls = random.int(1, 8); calls > 0; calls--)
    expectStatus(await call(`${url}/seek/v1/me`, { headers }), 200, 429)
  await call(`${url}/__sparring/scenario?session=${id}`, {
    method: 'PUT',
    headers: JSON_TYPE,
    body: JSON.stringify({ names: 'seek/outage', changes: {} }),
  })
  expectStatus(await call(`${url}/__sparring/sessions/${id}`, { method: 'DELETE', headers: JSON_TYPE }), 200)
}

/** Reads a stream of events to its end, or disconnects in the middle. */
const streams: Actor = async ({ url, count }, random, name) => {
  const patience = new AbortController()
  const leaves = random.next() < 0.4
  if (leaves) setTimeout(() => patience.abort(), random.int(1, 300))
  try {
    const answer = await call(`${url}/seclai/agents/a0000000-0000-4000-8000-000000000001/runs/stream`, {
      method: 'POST',
      headers: { 'x-api-key': `sk_${name}`, ...JSON_TYPE },
      body: JSON.stringify({ input: 'A question.' }),
      signal: patience.signal,
    })
    expectStatus(answer, 200, 401, 402, 404, 422, 429)
    count(`streams with ${answer.status}`)
  } catch (error) {
    if (!patience.signal.aborted) throw error
    count('streams left')
  }
}

/** Uploads bytes. */
const uploads: Actor = async ({ url }, _, name) => {
  const headers = {
    authorization: `Bearer seal_${name.replaceAll('-', '')}`,
    'content-type': 'application/octet-stream',
  }
  const answer = await call(`${url}/seal/api/files?filename=a.bin&typeTitle=Certificate`, {
    method: 'POST',
    headers,
    body: FILE,
  })
  expectStatus(answer, 200, 201, 429)
}

/** Disconnects in the middle of a request, or before its answer. */
const leavers: Actor = async ({ port }, random) => {
  const body = JSON.stringify({ profile_url: 'https://linkedin.com/in/example' })
  const head = `POST /seek/v1/workers/linkedin-profile/jobs HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: sk_live_leaver\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write((head + body).slice(0, random.int(10, head.length + body.length)))
  await sleep(random.int(0, 20))
  socket.destroy()
}

/** Follows events for a while. */
const followers: Actor = async ({ url, count }, random) => {
  const patience = new AbortController()
  setTimeout(() => patience.abort(), random.int(10, 1000))
  try {
    await call(`${url}/__sparring/events`, { signal: patience.signal })
    throw new Error('the stream of events has ended')
  } catch (error) {
    if (!patience.signal.aborted) throw error
    count('followers left')
  }
}

/** Reads the journal, like a failed test. */
const readers: Actor = async ({ url }, random) => {
  expectStatus(await call(`${url}/__sparring/journal?limit=${random.int(1, 200)}`), 200)
  expectStatus(await call(`${url}/__sparring/deliveries`), 200)
  await sleep(random.int(100, 500))
}

export const ACTORS: Readonly<Record<string, Actor>> = { jobs, sessions, streams, uploads, leavers, followers, readers }

interface Answer {
  readonly status: number
  readonly text: string
}

async function call(url: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(url, init)
  return { status: response.status, text: await response.text() }
}

function expectStatus({ status, text }: Answer, ...wanted: readonly number[]): void {
  if (!wanted.includes(status))
    throw new Error(`status ${status}, and not ${wanted.join(' or ')}: ${text.slice(0, 300)}`)
}
