import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { root } from '../../support/processes/cli.ts'
import { held, type Stage, stage, statuses } from '../../support/vendors/catalogue.ts'
import { BATCH, rateHeaders } from '../../support/vendors/seal.ts'
import { PROFILE } from '../../support/vendors/seek.ts'

type Script = (stage: Stage) => Promise<void>

const refused: Script = async ({ seek, seal, mock }) => {
  const call = mock.vendors[0] === 'seek' ? seek.me : seal.read
  expect(await statuses(2, call)).toEqual([401, 401])
}

/** Statuses of one job, read after each of these steps of time. */
async function course({ mock, seek }: Stage, id: string, ...steps: string[]): Promise<string[]> {
  const seen = [(await seek.job(id)).status]
  for (const step of steps) {
    await mock.clock.advance(step)
    seen.push((await seek.job(id)).status)
  }
  return seen
}

const SCRIPTS: Readonly<Record<string, Script>> = {
  'seek/happy-path': async (on) => {
    expect((await on.seek.credits()).balance).toBe(100)
    expect(await course(on, await on.seek.start(), '1s', '5s')).toEqual(['queued', 'running', 'completed'])
  },
  'seek/usd': async (on) => {
    const id = await on.seek.start()
    expect(await course(on, id, '1s', '5s')).toEqual(['QUEUED', 'RUNNING', 'SUCCEEDED'])
    expect(await on.seek.job(id)).toMatchObject({ cost: { total_usd: 0.05 } })
  },
  'seek/usd-job-fails': async (on) => {
    const id = await on.seek.start()
    expect(await course(on, id, '1s', '5s')).toEqual(['QUEUED', 'RUNNING', 'FAILED'])
    expect(await on.seek.job(id)).toMatchObject({ cost: { total_usd: 0 }, error: { code: 'WORKER_ERROR' } })
  },
  'seek/key-missing': refused,
  'seek/key-malformed': refused,
  'seek/key-unknown': refused,
  'seek/key-revoked': refused,
  'seek/key-expired': refused,
  'seek/key-revoked-midway': async ({ seek }) => {
    expect(await statuses(7, seek.me)).toEqual([200, 200, 200, 200, 200, 401, 401])
  },
  'seek/input-refused': async ({ seek }) => {
    const first = await seek.submit()
    const message = 'profile_url must match the pattern ^https://www\\.linkedin\\.com/'
    expect([first.status, first.body]).toEqual([422, expect.objectContaining({ message })])
    expect((await seek.submit({ profile_url: 'https://www.linkedin.com/in/example' })).status).toBe(202)
  },
  'seek/input-incomplete': async ({ seek }) => {
    const first = await seek.submit()
    expect([first.status, first.body]).toEqual([400, expect.objectContaining({ message: 'language is required' })])
    expect((await seek.submit({ ...PROFILE, language: 'de' })).status).toBe(202)
  },
  'seek/submission-unreadable': async ({ seek }) => {
    expect(await statuses(2, seek.submit)).toEqual([400, 400])
    expect((await seek.credits()).balance).toBe(100)
  },
  'seek/worker-withdrawn': async ({ seek }) => {
    const id = await seek.start()
    expect(await statuses(2, seek.submit)).toEqual([404, 404])
    expect((await seek.job(id)).status).toBe('queued')
  },
  'seek/job-vanishes': async ({ seek }) => {
    const [one, other] = [await seek.start(), await seek.start()]
    expect(await statuses(3, () => seek.send('GET', `/jobs/${one}`))).toEqual([200, 200, 404])
    expect((await seek.job(other)).status).toBe('queued')
  },
  'seek/cancel-too-late': async ({ mock, seek }) => {
    const id = await seek.start()
    await mock.clock.advance('1ms')
    expect((await seek.cancel(id)).status).toBe(400)
    await mock.clock.advance('5s')
    expect(await seek.job(id)).toMatchObject({ status: 'completed', cost_credits: 5 })
  },
  'seek/rate-limited': async ({ mock, seek }) => {
    expect(await statuses(4, seek.me)).toEqual([200, 200, 200, 429])
    await mock.clock.advance('1s')
    expect(await statuses(1, seek.me)).toEqual([200])
  },
  'seek/rate-near': async ({ mock, seek }) => {
    expect(await statuses(3, seek.me)).toEqual([200, 200, 200])
    await mock.clock.advance('1s')
    expect(await statuses(1, seek.me)).toEqual([200])
  },
  'seek/rate-limited-polls': async ({ mock, seek }) => {
    const id = await seek.start()
    expect(await statuses(3, () => seek.send('GET', `/jobs/${id}`))).toEqual([200, 429, 429])
    await mock.clock.advance('6s')
    expect((await seek.job(id)).status).toBe('completed')
  },
  'seek/plan-pro': async ({ seek }) => {
    expect(await statuses(100, seek.me)).toEqual(Array.from({ length: 100 }, () => 200))
    expect((await seek.me()).status).toBe(429)
  },
  'seek/plan-enterprise': async ({ seek }) => {
    expect(await statuses(150, seek.me)).toEqual(Array.from({ length: 150 }, () => 200))
    expect((await seek.me()).body).toMatchObject({ rate_limit: { sustained: null, burst: null } })
    expect(await seek.credits()).toMatchObject({ balance: null, monthly_allowance: null })
  },
  'seek/out-of-credits': async ({ seek }) => {
    expect(await statuses(3, seek.submit)).toEqual([202, 202, 402])
  },
  'seek/credits-empty': async ({ seek }) => {
    expect((await seek.credits()).balance).toBe(0)
    expect(await statuses(2, seek.submit)).toEqual([402, 402])
  },
  'seek/credits-near': async ({ mock, seek }) => {
    expect(await statuses(2, seek.submit)).toEqual([202, 402])
    await mock.clock.advance('6s')
    expect((await seek.credits()).balance).toBe(0)
  },
  'seek/credits-held': async ({ mock, seek }) => {
    expect(await statuses(3, seek.submit)).toEqual([202, 202, 402])
    await mock.clock.advance('1h')
    expect([(await seek.credits()).balance, (await seek.submit()).status]).toEqual([10, 402])
  },
  'seek/credits-refunded': async ({ mock, seek }) => {
    const id = await seek.start()
    expect((await seek.submit()).status).toBe(402)
    await mock.clock.advance('6s')
    expect(await seek.job(id)).toMatchObject({ status: 'failed', cost_credits: 0 })
    expect(await statuses(2, seek.submit)).toEqual([202, 402])
    await mock.clock.advance('6s')
    expect((await seek.credits()).balance).toBe(0)
  },
  'seek/credits-return': async ({ mock, seek }) => {
    await mock.clock.set('2026-03-31T23:59:50Z')
    expect(await statuses(2, seek.submit)).toEqual([202, 402])
    expect((await seek.credits()).reset_at).toBe('2026-04-01T00:00:00Z')
    await mock.clock.advance('10s')
    expect(await statuses(2, seek.submit)).toEqual([202, 402])
  },
  'seek/job-completes': async (on) => {
    const id = await on.seek.start()
    expect(await course(on, id, '999ms', '1ms', '4209ms', '1ms')).toEqual([
      'queued',
      'queued',
      'running',
      'running',
      'completed',
    ])
    expect(await on.seek.job(id)).toMatchObject({ duration_ms: 4210 })
  },
  'seek/job-at-once': async (on) => {
    expect(await course(on, await on.seek.start(), '2ms')).toEqual(['queued', 'completed'])
  },
  'seek/job-fails': async (on) => {
    const id = await on.seek.start()
    expect(await course(on, id, '6s')).toEqual(['queued', 'failed'])
    expect((await on.seek.credits()).balance).toBe(100)
  },
  'seek/job-fails-by-input': async ({ mock, seek }) => {
    const hidden = await seek.start({ profile_url: 'https://linkedin.com/in/private' })
    const open = await seek.start()
    await mock.clock.advance('6s')
    expect([(await seek.job(hidden)).status, (await seek.job(open)).status]).toEqual(['failed', 'completed'])
  },
  'seek/jobs-mixed': async ({ mock, seek }) => {
    const ids = [await seek.start(), await seek.start(), await seek.start(), await seek.start()]
    await mock.clock.advance('6s')
    const ends = await Promise.all(ids.map(async (id) => (await seek.job(id)).status))
    expect(ends).toEqual(['completed', 'failed', 'timeout', 'completed'])
  },
  'seek/job-times-out': async (on) => {
    const id = await on.seek.start()
    expect(await course(on, id, '60s', '1s')).toEqual(['queued', 'running', 'timeout'])
    expect(await on.seek.job(id)).toMatchObject({ duration_ms: 60_000, cost_credits: 0 })
  },
  'seek/job-cancelled': async ({ mock, seek }) => {
    const id = await seek.start()
    await mock.clock.advance('599s')
    expect((await seek.cancel(id)).status).toBe(200)
    expect(await seek.job(id)).toMatchObject({ status: 'cancelled', cost_credits: 0 })
  },
  'seek/job-never-ends': async (on) => {
    expect(await course(on, await on.seek.start(), '1s', '30d')).toEqual(['queued', 'running', 'running'])
  },
  'seek/job-never-starts': async (on) => {
    const id = await on.seek.start()
    expect(await course(on, id, '30d')).toEqual(['queued', 'queued'])
    expect((await on.seek.cancel(id)).status).toBe(200)
  },
  'seek/job-slow-queue': async (on) => {
    expect(await course(on, await on.seek.start(), '119s', '1s', '5s')).toEqual([
      'queued',
      'queued',
      'running',
      'completed',
    ])
  },
  'seek/job-slow-run': async (on) => {
    expect(await course(on, await on.seek.start(), '1s', '599s', '1s')).toEqual([
      'queued',
      'running',
      'running',
      'completed',
    ])
  },
  'seek/connection-reset': async ({ seek }) => {
    expect(await statuses(3, seek.me)).toEqual(['fault', 'fault', 200])
  },
  'seek/lost-answer': async ({ seek }) => {
    expect(await statuses(1, seek.submit)).toEqual(['fault'])
    expect(await seek.jobs()).toHaveLength(1)
  },
  'seek/outage': async ({ seek }) => {
    expect(await statuses(6, seek.me)).toEqual([500, 500, 500, 500, 500, 200])
  },
  'seek/started-despite-500': async ({ seek }) => {
    expect(await statuses(1, seek.submit)).toEqual([500])
    expect(await seek.jobs()).toHaveLength(1)
  },
  'seek/polls-meet-500': async ({ seek }) => {
    const id = await seek.start()
    expect(await statuses(6, () => seek.send('GET', `/jobs/${id}`))).toEqual([500, 200, 500, 200, 500, 200])
  },
  'seek/slow-answers': async ({ mock, seek }) => {
    expect(await held(mock, seek.me)).toEqual({ status: 200, ms: 3000 })
  },
  'seek/flaky-5xx': async (on) => expectShares(await many(on), { 500: 0.3 }),
  'seek/flaky-mix': async (on) => expectShares(await many(on), { 500: 0.1, 429: 0.1, slow: 0.1 }),
  'seek/bad-day': async ({ mock, seek }) => {
    expect(await statuses(4, seek.me)).toEqual([500, 500, 500, 200])
    const [first, second] = [await seek.start(), await seek.start()]
    expect((await seek.submit()).status).toBe(402)
    const poll = (id: string) => () => seek.send('GET', `/jobs/${id}`)
    expect((await poll(first)()).status).toBe(429)
    expect(await held(mock, poll(first))).toEqual({ status: 200, ms: 2000 })
    expect((await poll(first)()).status).toBe(500)
    await mock.clock.advance('3m')
    const jobs = await seek.jobs()
    expect(jobs.map((job) => [job.job_uuid, job.status])).toEqual([
      [second, 'completed'],
      [first, 'failed'],
    ])
    expect(await statuses(2, seek.submit)).toEqual([202, 402])
  },

  'seal/happy-path': async ({ seal }) => {
    expect((await seal.write(91)).status).toBe(200)
    expect(await seal.value()).toBe(91)
  },
  'seal/key-missing': refused,
  'seal/key-malformed': refused,
  'seal/key-unknown': refused,
  'seal/key-revoked': refused,
  'seal/key-expired': refused,
  'seal/key-revoked-midway': async ({ seal }) => {
    expect(await statuses(7, seal.read)).toEqual([200, 200, 200, 200, 200, 401, 401])
  },
  'seal/change-refused': async ({ seal }) => {
    const before = await seal.value()
    expect(await statuses(2, () => seal.write(91))).toEqual([400, 400])
    expect(await seal.value()).toBe(before)
  },
  'seal/read-only': async ({ seal }) => {
    expect([(await seal.read()).status, (await seal.search()).status, (await seal.write(91)).status]).toEqual([
      200, 200, 403,
    ])
  },
  'seal/no-permission': async ({ seal }) => {
    expect([(await seal.read()).status, (await seal.search()).status, (await seal.write(91)).status]).toEqual([
      403, 403, 403,
    ])
  },
  'seal/entity-gone': async ({ seal }) => {
    expect([...(await statuses(2, seal.read)), (await seal.write(91)).status]).toEqual([200, 404, 404])
    expect((await seal.search()).status).toBe(200)
  },
  'seal/field-renamed': async ({ seal }) => {
    const answer = await seal.write(91)
    expect([answer.status, answer.body]).toEqual([404, { message: 'Field not found.' }])
    expect((await seal.read()).status).toBe(200)
  },
  'seal/entity-locked': async ({ seal }) => {
    expect((await seal.read()).body).toMatchObject({ status: 'IN_REVIEW' })
    const content = { content: { type: 'PAGE_CONTENT', value: { pageContent: [] } } }
    const change = () => seal.send('PATCH', `/entities/${BATCH}/content`, content)
    expect([(await seal.write(91)).status, ...(await statuses(1, change))]).toEqual([409, 409])
  },
  'seal/locked-midway': async ({ seal }) => {
    expect(await statuses(3, () => seal.write(91))).toEqual([200, 200, 409])
    expect((await seal.read()).status).toBe(200)
  },
  'seal/request-rate': async ({ mock, seal }) => {
    expect(await statuses(4, seal.read)).toEqual([200, 200, 200, 429])
    await mock.clock.advance('60s')
    expect((await seal.read()).status).toBe(200)
  },
  'seal/request-rate-near': async ({ seal }) => {
    const left = [await seal.read(), await seal.read(), await seal.read()].map((answer) => [
      answer.status,
      rateHeaders(answer)['x-ratelimit-remaining'],
    ])
    expect(left).toEqual([
      [200, '2'],
      [200, '1'],
      [200, '0'],
    ])
  },
  'seal/request-rate-once': async ({ seal }) => {
    expect(await statuses(3, seal.read)).toEqual([200, 429, 200])
  },
  'seal/several-instances': async ({ seal }) => {
    expect(await statuses(7, seal.read)).toEqual([200, 200, 200, 200, 200, 200, 429])
  },
  'seal/concurrency': async (on) => expect(await atOnce(on, 3)).toEqual([200, 200, 429]),
  'seal/concurrency-near': async (on) => {
    expect(await atOnce(on, 2)).toEqual([200, 200])
    expect(await atOnce(on, 2)).toEqual([200, 200])
  },
  'seal/one-at-a-time': async (on) => expect(await atOnce(on, 2)).toEqual([200, 429]),
  'seal/both-limits': async (on) => {
    expect(await atOnce(on, 3)).toEqual([200, 200, 429])
    expect(await atOnce(on, 2)).toEqual([200, 200])
    expect(await atOnce(on, 2)).toEqual([200, 429])
  },
  'seal/connection-reset': async ({ seal }) => {
    expect(await statuses(3, seal.read)).toEqual(['fault', 'fault', 200])
  },
  'seal/lost-answer': async ({ seal }) => {
    expect(await statuses(1, () => seal.write(91))).toEqual(['fault'])
    expect(await seal.value()).toBe(91)
  },
  'seal/outage': async ({ seal }) => {
    expect(await statuses(6, seal.read)).toEqual([500, 500, 500, 500, 500, 200])
  },
  'seal/changed-despite-500': async ({ seal }) => {
    expect(await statuses(1, () => seal.write(91))).toEqual([500])
    expect(await seal.value()).toBe(91)
  },
  'seal/slow-answers': async ({ mock, seal }) => {
    expect(await held(mock, seal.read)).toEqual({ status: 200, ms: 3000 })
  },
  'seal/flaky-5xx': async (on) => expectShares(await many(on), { 500: 0.3 }),
  'seal/flaky-mix': async (on) => expectShares(await many(on), { 500: 0.1, 429: 0.1, slow: 0.1 }),
  'seal/bad-day': async ({ seal }) => {
    expect(await statuses(6, seal.read)).toEqual([500, 500, 500, 429, 429, 200])
    expect(await statuses(3, () => seal.write(91))).toEqual([409, 409, 200])
    expect(await statuses(4, seal.read)).toEqual([200, 200, 401, 401])
  },
}

const files = readdirSync(`${root}scenarios`, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replaceAll('\\', '/').replace('.yaml', ''))
  .sort()

test.each(files.filter((name) => name in SCRIPTS))('%s plays what its title says', async (name) => {
  await SCRIPTS[name]!(stage(name))
})

test('every scenario loads', () => {
  for (const name of files) expect(() => stage(name), name).not.toThrow()
})

test('every scenario is played by a test', () => {
  const tests = readdirSync(`${root}test`, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.test.ts'),
  )
  const text = tests.map((file) => readFileSync(`${root}test/${file}`, 'utf8')).join('\n')
  const isNamed = (name: string): boolean =>
    [`'${name}'`, `'${name.split('/')[1]}'`].some((word) => text.includes(word))
  expect(files.filter((name) => !isNamed(name))).toEqual([])
  expect(Object.keys(SCRIPTS).filter((name) => !files.includes(name))).toEqual([])
})

/** How 400 different requests fare: a status, or `slow`. */
async function many({ mock, seek, seal }: Stage): Promise<Array<number | string>> {
  const isSeek = mock.vendors[0] === 'seek'
  const found: Array<number | string> = []
  for (let count = 0; count < 400; count++) {
    const call = isSeek
      ? () => seek.send('GET', `/workers?q=${count}`)
      : () => seal.send('GET', `/entities/search?titleContains=${count}`)
    const { status, ms } = await held(mock, call)
    found.push(ms > 0 ? 'slow' : status)
    await mock.clock.advance('1s')
  }
  return found
}

function expectShares(found: ReadonlyArray<number | string>, shares: Readonly<Record<string, number>>): void {
  const rest = found.filter((outcome) => !(String(outcome) in shares))
  expect(new Set(rest)).toEqual(new Set([200]))
  for (const [outcome, share] of Object.entries(shares)) {
    const times = found.filter((entry) => String(entry) === outcome).length
    expect(Math.abs(times / found.length - share), outcome).toBeLessThan(0.05)
  }
}

async function atOnce({ mock, seal }: Stage, times: number): Promise<number[]> {
  const pending = Array.from({ length: times }, () => seal.read())
  await new Promise((resolve) => setTimeout(resolve, 20))
  await mock.clock.advance('300ms')
  return (await Promise.all(pending)).map(({ status }) => status).sort()
}
