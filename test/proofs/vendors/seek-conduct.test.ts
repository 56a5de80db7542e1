import type { Mock } from 'sparring'
import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { frozenMock } from '../../support/mock/mock.ts'
import { SEEK, SEEK_KEY } from '../../support/vendors/seek.ts'
import { heldAgainst, unmet } from '../../support/verdict/held-against.ts'
import { patientSender, Stopped } from '../../support/verdict/patient-sender.ts'
import { scenariosOf } from '../../support/verdict/scenarios.ts'
import { type Reply, type Wire, wireTo } from '../../support/verdict/wire.ts'

const KEY = { 'x-api-key': SEEK_KEY }
const SUBMIT = '/workers/linkedin-profile/jobs'
const HOOK = 'https://hooks.harbourline.example/seek'
const PROFILES = ['private', 'ada', 'grace', 'edsger', 'barbara']

const profile = (name: string) => ({ profile_url: `https://linkedin.com/in/${name}`, webhook: HOOK })

interface Job {
  readonly job_uuid?: string
  readonly job_id?: string
  readonly status: string
}

const idOf = (job: Job): string => (job.job_uuid ?? job.job_id)!
const isFinal = ({ status }: Job): boolean =>
  /^(?:completed|succeeded|failed|timeout|timed_out|cancelled|canceled)$/i.test(status)

/** A receiver that checks signatures, or one that takes what is forged and fails at what is not. */
function receiver(secret: () => string, isGood: boolean): (request: Request) => Promise<Response> {
  return async (request) => {
    const signature = createHmac('sha256', secret())
      .update(await request.text())
      .digest('hex')
    const isGenuine = request.headers.get('x-seekapi-signature') === signature
    return new Response(null, { status: isGenuine === isGood ? 200 : isGood ? 401 : 500 })
  }
}

function open(scenario: string, isGood: boolean): Wire {
  const mock: Mock = frozenMock({
    vendors: ['seek'],
    scenario: `seek/${scenario}` as 'seek/happy-path',
    // This one says when it begins.
    ...(scenario === 'credits-return' && { clock: { frozen: true } }),
    deliver: receiver(() => mock.credentials('seek').webhookSecret, isGood),
  })
  return wireTo(mock)
}

/** Whether the client cancels what it has just submitted. */
const CANCELS = new Set(['cancel-too-late', 'job-cancelled'])

/** Submits jobs one after the other while the balance pays for them, and polls each to its end. */
async function workWell(wire: Wire, scenario: string): Promise<void> {
  const { read, start, write } = patientSender(wire, SEEK, KEY)
  const pause = () => (scenario === 'rate-near' ? wire.sleep(1000) : undefined)
  const known = new Set<string>()

  const findLost = async (): Promise<Job | undefined> => {
    const { body } = await read('/jobs')
    return (body as { jobs?: Job[] }).jobs?.find((job) => !known.has(idOf(job)))
  }
  const pollToEnd = async (id: string): Promise<void> => {
    const deadline = wire.mock.clock.now() + 30 * 60_000
    for (let wait = 1000; ; wait = Math.min(wait * 1.5, 30_000)) {
      await pause()
      const { status, body } = await read(`/jobs/${id}`)
      if (status !== 200 || isFinal(body as Job)) return
      if (wire.mock.clock.now() > deadline) {
        await write('DELETE', `/jobs/${id}`)
        return
      }
      await wire.sleep(wait)
    }
  }

  await read('/me')
  await pause()
  const worker = (await read('/workers/linkedin-profile')).body as { price_credits?: number }
  if (scenario === 'slow-body') await read('/workers')
  let submissions = 0
  for (const name of PROFILES) {
    await pause()
    const { balance } = (await read('/me/credits')).body as { balance?: number | null }
    if (typeof balance === 'number' && balance < (worker.price_credits ?? 0)) break
    // After a job that has failed, its credits pay for one more.
    if (scenario === 'credits-refunded' && submissions === 2) break
    await pause()
    const { status, body } = await start(SUBMIT, profile(name), findLost)
    submissions++
    if (status >= 400) break
    known.add(idOf(body as Job))
    if (CANCELS.has(scenario)) await write('DELETE', `/jobs/${idOf(body as Job)}`)
    await pollToEnd(idOf(body as Job))
  }
  // What is late arrives, and what is sent again too.
  await wire.sleep(10 * 60_000)
}

/** Takes no answer for an answer: it sends everything again at once, and gives up waiting after a second. */
async function workHastily({ send, sleep }: Wire): Promise<void> {
  const often = async (method: string, path: string, body?: unknown): Promise<Reply> => {
    let last: Reply | undefined
    for (let turn = 0; turn < 4; turn++) {
      last = await send(method, `${SEEK}${path}`, { headers: KEY, body, timeout: 1000 })
    }
    return last!
  }
  await often('GET', '/me')
  const { body } = await often('POST', SUBMIT, profile('private'))
  const job = (body as Job | undefined)?.job_uuid
  if (job !== undefined) {
    await sleep(500)
    await often('DELETE', `/jobs/${job}`)
    await often('GET', `/jobs/${job}`)
  }
  await sleep(10 * 60_000)
}

/** Sends everything once, whatever comes back, and never looks at a job again. */
async function workTimidly({ send, sleep }: Wire): Promise<void> {
  const once = (method: string, path: string, body?: unknown): Promise<Reply> =>
    send(method, `${SEEK}${path}`, { headers: KEY, body, timeout: 10_000 })
  for (const path of ['/me', '/me/credits', '/me/deployments', '/workers', '/workers/linkedin-profile', '/jobs']) {
    await once('GET', path)
  }
  for (const name of PROFILES.slice(0, 2)) {
    const { body } = await once('POST', SUBMIT, profile(name))
    const job = (body as Job | undefined)?.job_uuid
    if (job !== undefined) await once('GET', `/jobs/${job}`)
  }
  await sleep(10 * 60_000)
}

async function until(work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof Stopped)) throw error
  })
}

describe('a good client', () => {
  test.each(scenariosOf('seek'))('meets what %s expects, and earns no error', async (scenario) => {
    const wire = open(scenario, true)
    await until(workWell(wire, scenario))
    expect(heldAgainst(wire.mock)).toEqual([])
  })
})

/** Scenarios whose sentence no expectation can say. */
const SILENT = new Set([
  // No limit is met here.
  'clock-skew',
  'happy-path',
  'plan-enterprise',
  'plan-pro',
  'slow-body',
])

describe('of a client that repeats everything at once, and one that does everything once', () => {
  test.each(scenariosOf('seek').filter((scenario) => !SILENT.has(scenario)))(
    'one does not meet what %s expects',
    async (scenario) => {
      const hasty = open(scenario, false)
      await workHastily(hasty)
      const timid = open(scenario, true)
      await workTimidly(timid)
      expect([...unmet(hasty.mock), ...unmet(timid.mock)]).not.toEqual([])
    },
  )
})

test('a client that goes on when its credits have returned has no findings, like one that stops', async () => {
  const { mock, send, sleep } = open('credits-return', true)
  const submit = (): Promise<Reply> => send('POST', `${SEEK}${SUBMIT}`, { headers: KEY, body: profile('ada') })
  expect([(await submit()).status, (await submit()).status]).toEqual([202, 402])
  await sleep(10_000)
  expect((await submit()).status).toBe(202)
  expect(unmet(mock)).toEqual([])
})

test('two different jobs, or one that was refused and then sent again, are not work that is sent twice', async () => {
  const { mock, send } = open('slow-answers', true)
  const submit = (name: string): Promise<Reply> =>
    send('POST', `${SEEK}${SUBMIT}`, { headers: KEY, body: profile(name) })
  await submit('ada')
  await submit('grace')
  mock.next('seek', 'submitJob', 'TooManyRequests')
  expect((await submit('edsger')).status).toBe(429)
  expect((await submit('edsger')).status).toBe(202)
  expect(unmet(mock)).toEqual([])
})

test.each([
  ['cancels it', true, []],
  ['leaves it', false, ['expect-cancels']],
])('of a job that never starts, a client that %s', async (_, cancels, codes) => {
  const { mock, send } = open('job-never-starts', true)
  const { webhook: _webhook, ...input } = profile('ada')
  const { body } = await send('POST', `${SEEK}${SUBMIT}`, { headers: KEY, body: input })
  if (cancels) await send('DELETE', `${SEEK}/jobs/${idOf(body as Job)}`, { headers: KEY })
  expect(unmet(mock)).toEqual(codes)
})

test('a client that has cancelled a job has seen its end, and needs no poll', async () => {
  const { mock, send } = open('job-cancelled', true)
  const { webhook: _webhook, ...input } = profile('ada')
  const { body } = await send('POST', `${SEEK}${SUBMIT}`, { headers: KEY, body: input })
  expect(unmet(mock)).toEqual(['expect-polls-until-final'])
  await send('DELETE', `${SEEK}/jobs/${idOf(body as Job)}`, { headers: KEY })
  expect(unmet(mock)).toEqual([])
})

test('not repeating work after a failure that may have been a success is no finding', async () => {
  const { mock, send } = open('outage', true)
  expect((await send('POST', `${SEEK}${SUBMIT}`, { headers: KEY, body: profile('ada') })).status).toBe(500)
  expect(unmet(mock)).toEqual([])
  await send('GET', `${SEEK}/me`, { headers: KEY })
  expect(unmet(mock)).toEqual(['expect-retries-after'])
})
