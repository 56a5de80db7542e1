import { setTimeout as sleep } from 'node:timers/promises'
import { type Mock, type MockOptions, startServer } from 'sparring'
import { expect, test } from 'vitest'
import { frozenMock } from '../../support/mock/mock.ts'

const BASE = 'https://api.seek-api.com/v1'
const KEY = { 'x-api-key': 'sk_live_harbourline' }
const WORKERS = 20

function seek(options: Partial<MockOptions> = {}): Mock {
  return frozenMock({ vendors: ['seek'], ...options })
}

/** Errors of the client, each as it is printed. */
function errorsOf(mock: Mock): readonly string[] {
  return mock
    .findings({ severity: 'error', final: true })
    .map(({ code, message, exchanges }) => `${code}: ${message} #${exchanges.join(' #')}`)
}

function submission(index: number): RequestInit {
  return {
    method: 'POST',
    headers: { ...KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ profile_url: `https://www.linkedin.com/in/person${index}` }),
  }
}

test('a person who goes from page to page, and leaves pages before they are there, has no errors', async () => {
  const mock = seek()
  const { job_uuid } = (await (await mock.fetch(`${BASE}/workers/linkedin-profile/jobs`, submission(1))).json()) as {
    job_uuid: string
  }
  await mock.clock.advance('10s')
  const pages = ['/me', `/jobs/${job_uuid}`, '/workers', '/workers/nobody', '/jobs', '/jobs/job_000000000000']
  for (let turn = 0; turn < 40; turn++) {
    const leave = new AbortController()
    const page = mock.fetch(`${BASE}${pages[turn % pages.length]}`, { headers: KEY, signal: leave.signal })
    if (turn % 7 === 3) leave.abort()
    await page.then(
      (answer) => answer.text(),
      () => undefined,
    )
    await mock.clock.advance('300ms')
  }
  expect(errorsOf(mock)).toEqual([])
})

/** A worker with a job of its own, which waits as it is told and stops when it is refused. */
async function work(url: string, index: number): Promise<void> {
  const send = async (path: string, init: RequestInit = { headers: KEY }): Promise<Response | undefined> => {
    for (let attempt = 0; attempt < 5; attempt++) {
      const answer = await fetch(`${url}${path}`, init)
      if (answer.status !== 429) return answer
      await answer.text()
      await sleep(Number(answer.headers.get('retry-after')) * 1000)
    }
    return undefined
  }
  const me = await send('/me')
  await me?.text()
  if (!me?.ok) return
  const started = await send('/workers/linkedin-profile/jobs', submission(index))
  const { job_uuid } = ((await started?.json()) ?? {}) as { job_uuid?: string }
  if (!started?.ok || job_uuid === undefined) return
  for (let polls = 0; polls < 5; polls++) {
    await sleep(200)
    const answer = await send(`/jobs/${job_uuid}`)
    const { status } = ((await answer?.json()) ?? {}) as { status?: string }
    if (!answer?.ok || status === 'completed') return
  }
}

test.for([
  ['whose key is limited', 'seek/happy-path', { limits: { requests: { capacity: 12, refill: '20 per 1s' } } }],
  ['whose credits run out', 'seek/out-of-credits', {}],
  ['whose key is dead', 'seek/key-revoked', {}],
  ['who meet an outage', 'seek/outage', {}],
] as const)('twenty workers on one key, %s, have no errors', async ([, scenario, changes]) => {
  await using server = await startServer({ vendors: ['seek'], port: 0, pace: 20 })
  server.mock.play(scenario, changes as never)
  await Promise.all(Array.from({ length: WORKERS }, (_, index) => work(`${server.vendors['seek']!.url}/v1`, index)))
  const { mock } = server
  // What the scenario expects of each request is not met by workers that retry nothing.
  expect(errorsOf(mock).filter((line) => !line.startsWith('expect-retries-after'))).toEqual([])
})

test('a suite that polls every millisecond while it moves the clock has no errors', async () => {
  const mock = seek()
  const { job_uuid } = (await (await mock.fetch(`${BASE}/workers/linkedin-profile/jobs`, submission(1))).json()) as {
    job_uuid: string
  }
  for (let polls = 0; polls < 4; polls++) {
    await sleep(1)
    await mock.fetch(`${BASE}/jobs/${job_uuid}`, { headers: KEY })
    await mock.clock.advance('2s')
  }
  expect(errorsOf(mock)).toEqual([])
})

test('a suite that polls every millisecond on a frozen clock gets a finding on its clock, and none on its client', async () => {
  const mock = seek({ scenario: 'seek/plan-enterprise' })
  const { job_uuid } = (await (await mock.fetch(`${BASE}/workers/linkedin-profile/jobs`, submission(1))).json()) as {
    job_uuid: string
  }
  for (let polls = 0; polls < 12; polls++) {
    await sleep(1)
    await mock.fetch(`${BASE}/jobs/${job_uuid}`, { headers: KEY })
  }
  expect(mock.findings().map(({ code, severity }) => `${severity} ${code}`)).toEqual(['warning clock-stands-still'])
})

test('pages that are fetched all at once, and those again that were refused, are no errors', async () => {
  await using server = await startServer({ vendors: ['seek'], port: 0 })
  server.mock.play('seek/happy-path', { limits: { requests: { capacity: 8, refill: '30 per 1s' } } })
  const url = `${server.vendors['seek']!.url}/v1`
  await Promise.all(
    Array.from({ length: 30 }, async (_, page) => {
      for (let attempt = 0; attempt < 4; attempt++) {
        const answer = await fetch(`${url}/jobs?limit=1&offset=${page}`, { headers: KEY })
        await answer.text()
        if (answer.status !== 429) return
        await sleep(Number(answer.headers.get('retry-after')) * 1000)
      }
    }),
  )
  expect(errorsOf(server.mock)).toEqual([])
})
