import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { root } from '../../support/processes/cli.ts'
import { held, statuses } from '../../support/vendors/catalogue.ts'
import { type Answer, frozenMock } from '../../support/mock/mock.ts'
import { contacts, type SeamlessClient, seamlessClient } from '../../support/vendors/seamless.ts'
import type { Mock } from 'sparring'

interface Stage {
  readonly mock: Mock
  readonly seamless: SeamlessClient
}
type Script = (stage: Stage) => Promise<void>

const refused: Script = async ({ seamless }) => expect(await statuses(2, seamless.search)).toEqual([401, 401])

/** Statuses of one contact, read after each of these steps of time. */
async function course({ mock, seamless }: Stage, ...steps: string[]): Promise<string[]> {
  const ids = await seamless.start(contacts(1))
  const seen = [...(await seamless.statuses(ids))]
  for (const step of steps) {
    await mock.clock.advance(step)
    seen.push(...(await seamless.statuses(ids)))
  }
  return seen
}

const companyCourse = async ({ mock, seamless }: Stage, step: string): Promise<string[]> => {
  const ids = await seamless.start({ companies: [{ companyName: 'Alderbrook Systems' }] }, 'companies')
  const first = await seamless.statuses(ids, 'companies')
  await mock.clock.advance(step)
  return [...first, ...(await seamless.statuses(ids, 'companies'))]
}

const ends =
  (status: string): Script =>
  async (on) =>
    expect(await course(on, '10s')).toEqual(['queued', status])

const submit = ({ seamless }: Stage) => {
  let number = 0
  return (): Promise<Answer> => seamless.research(contacts(++number))
}

const isLimited =
  (number: number): Script =>
  async ({ mock, seamless }) => {
    expect(await statuses(number + 1, seamless.search)).toEqual([...Array.from({ length: number }, () => 200), 429])
    await mock.clock.advance('60s')
    expect(await statuses(1, seamless.search)).toEqual([200])
  }

/** The first submission has an effect whatever its answer was: the same again is free. */
const begunDespite =
  (...first: ReadonlyArray<number | 'fault'>): Script =>
  async ({ mock, seamless }) => {
    expect(await statuses(1, () => seamless.research(contacts(1)))).toEqual(first)
    const again = await seamless.research(contacts(1))
    expect([again.status, again.headers['x-publicapi-credits']]).toEqual([202, '999'])
    await mock.clock.advance('4s')
    const [result] = await seamless.results((again.body as { requestIds: string[] }).requestIds)
    expect([result!.status, typeof result!.additionalData!['initialRequestId']]).toEqual(['duplicate', 'string'])
  }

const polled = async ({ seamless }: Stage): Promise<readonly string[]> => seamless.start(contacts(1))

const SCRIPTS: Readonly<Record<string, Script>> = {
  'seamless/happy-path': async (on) => {
    expect(await course(on, '1s', '3s')).toEqual(['queued', 'researching', 'done'])
    expect((await on.seamless.search()).headers['x-publicapi-credits']).toBe('999')
  },
  'seamless/key-missing': refused,
  'seamless/key-malformed': refused,
  'seamless/key-unknown': refused,
  'seamless/key-revoked': refused,
  'seamless/key-expired': refused,
  'seamless/wire-401': refused,
  'seamless/key-revoked-midway': async ({ seamless }) =>
    expect(await statuses(7, seamless.search)).toEqual([200, 200, 200, 200, 200, 401, 401]),
  'seamless/scope-missing': async ({ seamless }) => expect(await statuses(2, seamless.search)).toEqual([403, 403]),
  'seamless/scope-lost-midway': async ({ seamless }) =>
    expect(await statuses(5, seamless.search)).toEqual([200, 200, 200, 403, 403]),
  'seamless/license-missing': async ({ seamless }) => expect(await statuses(2, seamless.search)).toEqual([422, 422]),
  'seamless/license-lost-midway': async ({ seamless }) => {
    expect(await statuses(4, seamless.search)).toEqual([200, 200, 200, 422])
    expect((await seamless.search()).body).toMatchObject({ code: 'missingLicense' })
  },
  'seamless/rate-near': async ({ seamless }) => {
    const left = [await seamless.search(), await seamless.search(), await seamless.search()]
    expect(left.map(({ status, headers }) => [status, headers['x-ratelimit-remaining']])).toEqual([
      [200, '2'],
      [200, '1'],
      [200, '0'],
    ])
  },
  'seamless/rate-limited': isLimited(3),
  'seamless/rate-limited-once': async ({ seamless }) =>
    expect(await statuses(3, seamless.search)).toEqual([200, 429, 200]),
  'seamless/rate-limited-polls': async (on) => {
    const ids = await polled(on)
    expect(await statuses(3, () => on.seamless.poll(ids))).toEqual([200, 200, 429])
    await on.mock.clock.advance('60s')
    expect(await on.seamless.statuses(ids)).toEqual(['done'])
  },
  'seamless/rate-raised': async ({ seamless }) => {
    expect((await seamless.search()).headers['x-ratelimit-limit']).toBe('120')
    expect(await statuses(120, seamless.search)).toEqual([...Array.from({ length: 119 }, () => 200), 429])
  },
  'seamless/token-rate-limited': async ({ seamless }) => {
    const body = {
      client_id: 'a',
      client_secret: 'b',
      redirect_uri: 'https://c.example',
      grant_type: 'refresh_token',
      refresh_token: 'x-unknown',
    }
    expect(
      await statuses(3, () => seamless.send('POST', '/oauth/accessToken', { body, headers: { Token: '' } })),
    ).toEqual([401, 401, 429])
  },
  'seamless/credits-empty': async (on) => {
    expect(await statuses(2, submit(on))).toEqual([422, 422])
    expect((await on.seamless.search()).headers['x-publicapi-credits']).toBe('0')
  },
  'seamless/credits-near': async (on) => expect(await statuses(2, submit(on))).toEqual([202, 422]),
  'seamless/out-of-credits': async (on) => expect(await statuses(5, submit(on))).toEqual([202, 202, 202, 422, 422]),
  'seamless/credits-short': async ({ seamless }) => {
    expect((await seamless.research(contacts(1, 2, 3))).status).toBe(422)
    expect((await seamless.research(contacts(1, 2))).status).toBe(202)
  },
  'seamless/credits-short-told': async ({ seamless }) =>
    expect((await seamless.research(contacts(1, 2, 3, 4, 5))).body).toEqual({
      code: 'insufficientCredits',
      msg: 'Insufficient credit amount.',
      data: { productCategory: 'publicAPI', additionalCreditsNeeded: 3 },
    }),
  'seamless/credits-refunded': async ({ mock, seamless }) => {
    const ids = await seamless.start(contacts(1, 2, 3))
    expect((await seamless.search()).headers['x-publicapi-credits']).toBe('2')
    await mock.clock.advance('4s')
    expect(await seamless.statuses(ids)).toEqual(['done', 'No license or credits available', 'done'])
    expect((await seamless.search()).headers['x-publicapi-credits']).toBe('3')
  },
  'seamless/credits-header-missing': async ({ seamless }) => {
    const { status, headers } = await seamless.search()
    expect([status, headers['x-publicapi-credits'], headers['x-ratelimit-limit']]).toEqual([200, undefined, '60'])
  },
  'seamless/contacts-done': async (on) =>
    expect(await course(on, '999ms', '1ms', '2999ms', '1ms')).toEqual([
      'queued',
      'queued',
      'researching',
      'researching',
      'done',
    ]),
  'seamless/contacts-missing': ends('missing'),
  'seamless/contacts-fail': ends('error'),
  'seamless/contacts-not-found': ends('not found'),
  'seamless/contacts-already-researched': ends('contact-already-researched'),
  'seamless/contacts-no-credits-left': ends('No license or credits available'),
  'seamless/contacts-mixed': async ({ mock, seamless }) => {
    const ids = await seamless.start(contacts(1, 2, 3, 4))
    await mock.clock.advance('4s')
    expect(await seamless.statuses(ids)).toEqual(['done', 'missing', 'error', 'done'])
  },
  'seamless/contacts-slow-queue': async (on) =>
    expect(await course(on, '119s', '1s', '3s')).toEqual(['queued', 'queued', 'researching', 'done']),
  'seamless/contacts-slow': async (on) =>
    expect(await course(on, '10m', '1s')).toEqual(['queued', 'researching', 'done']),
  'seamless/contacts-never-start': async (on) => expect(await course(on, '30d')).toEqual(['queued', 'queued']),
  'seamless/contacts-never-end': async (on) => expect(await course(on, '30d')).toEqual(['queued', 'researching']),
  'seamless/contacts-at-once': async (on) => expect(await course(on, '2ms')).toEqual(['queued', 'done']),
  'seamless/contacts-one-missing': async ({ mock, seamless }) => {
    const ids = await seamless.start({
      contacts: [{ email: 'nobody@client.example' }, { contactName: 'Ada Abbott', companyName: 'Alderbrook Systems' }],
    })
    await mock.clock.advance('4s')
    expect(await seamless.statuses(ids)).toEqual(['missing', 'done'])
  },
  'seamless/companies-done': async (on) => expect(await companyCourse(on, '3s')).toEqual(['researching', 'done']),
  'seamless/companies-missing': async (on) => expect(await companyCourse(on, '3s')).toEqual(['researching', 'missing']),
  'seamless/companies-fail': async (on) => expect(await companyCourse(on, '3s')).toEqual(['researching', 'error']),
  'seamless/companies-slow': async (on) =>
    expect(await companyCourse(on, '9m')).toEqual(['researching', 'researching']),
  'seamless/companies-never-end': async (on) =>
    expect(await companyCourse(on, '30d')).toEqual(['researching', 'researching']),
  'seamless/unknown-status': async (on) => expect(await course(on, '4s')).toEqual(['verifying', 'done']),
  'seamless/company-unknown-status': async (on) => expect(await companyCourse(on, '3s')).toEqual(['queued', 'done']),
  'seamless/search-finds-nothing': async ({ seamless }) =>
    expect(await seamless.page()).toEqual({
      data: [],
      supplementalData: { isMore: false, total: 0, perPage: 50, nextToken: null },
    }),
  'seamless/search-pages-forever': async ({ seamless }) => {
    let { supplementalData: page } = await seamless.page()
    for (let count = 0; count < 4; count++) {
      expect(page.isMore).toBe(true)
      page = (await seamless.page({ nextToken: page.nextToken })).supplementalData
    }
  },
  'seamless/search-token-refused': async ({ seamless }) => {
    const { nextToken } = (await seamless.page()).supplementalData
    expect(await statuses(2, () => seamless.search({ nextToken }))).toEqual([400, 200])
  },
  'seamless/request-refused': async (on) => expect(await statuses(2, submit(on))).toEqual([400, 400]),
  'seamless/path-gone': async ({ seamless }) => {
    expect(await statuses(2, () => seamless.organisation())).toEqual([404, 404])
    expect((await seamless.search()).status).toBe(200)
  },
  'seamless/outage': async ({ seamless }) =>
    expect(await statuses(6, seamless.search)).toEqual([500, 500, 500, 500, 500, 200]),
  'seamless/polls-meet-500': async (on) => {
    const ids = await polled(on)
    expect(await statuses(4, () => on.seamless.poll(ids))).toEqual([500, 200, 500, 200])
  },
  'seamless/started-despite-500': begunDespite(500),
  'seamless/lost-answer': begunDespite('fault'),
  'seamless/connection-reset': async ({ seamless }) =>
    expect(await statuses(3, seamless.search)).toEqual(['fault', 'fault', 200]),
  'seamless/empty-response': async ({ seamless }) =>
    expect(await statuses(3, seamless.search)).toEqual(['fault', 'fault', 200]),
  'seamless/garbage': async ({ seamless }) => expect(await statuses(2, seamless.search)).toEqual(['fault', 200]),
  'seamless/truncated-answer': begunDespite('fault'),
  'seamless/malformed-chunk': async (on) => {
    const ids = await polled(on)
    expect(await statuses(2, () => on.seamless.poll(ids))).toEqual(['fault', 200])
  },
  'seamless/wrong-content-length': async (on) => {
    const ids = await polled(on)
    await expect(on.seamless.poll(ids)).rejects.toThrow()
    await expect(on.seamless.poll(ids)).rejects.toThrow()
    expect((await on.seamless.poll(ids)).status).toBe(200)
  },
  'seamless/empty-body': async (on) => {
    const ids = await polled(on)
    await expect(on.seamless.poll(ids)).rejects.toThrow('Unexpected end of JSON input')
    expect((await on.seamless.poll(ids)).status).toBe(200)
  },
  'seamless/gateway-html': async ({ seamless }) => {
    const answer = await seamless.search()
    expect([answer.status, answer.headers['content-type']]).toEqual([502, 'text/html; charset=utf-8'])
    expect(await statuses(2, seamless.search)).toEqual([502, 200])
  },
  'seamless/hang': async ({ mock, seamless }) => {
    const pending = seamless.research(contacts(1)).catch(() => undefined)
    await mock.settled({ held: 1 })
    const again = await seamless.research(contacts(1))
    expect([again.status, again.headers['x-publicapi-credits']]).toEqual([202, '999'])
    mock.reset()
    await pending
  },
  'seamless/slow-body': async ({ mock, seamless }) =>
    expect((await held(mock, seamless.search)).ms).toBeGreaterThanOrEqual(25_000),
  'seamless/slow-answers': async ({ mock, seamless }) =>
    expect(await held(mock, seamless.search)).toEqual({ status: 200, ms: 3000 }),
  'seamless/added-field': async ({ seamless }) =>
    expect((await seamless.page()).supplementalData).toMatchObject({ tookMs: 12 }),
  'seamless/clock-skew': async ({ mock, seamless }) => {
    const answer = await mock.fetch('https://api.seamless.ai/api/client/v1/contacts', { headers: { Token: 'any' } })
    expect(mock.clock.now() - Date.parse(answer.headers.get('date')!)).toBe(300_000)
    expect((await seamless.search()).status).toBe(200)
  },
  'seamless/flaky-5xx': async (on) => expectShares(await many(on), { 500: 0.3 }),
  'seamless/flaky-mix': async (on) => expectShares(await many(on), { 500: 0.1, 429: 0.1, slow: 0.1 }),
  'seamless/token-short-lived': async ({ mock }) => {
    const token = await tokenOf(mock)
    const seamless = seamlessClient(mock.fetch, { Authorization: `Bearer ${token}` })
    expect((await seamless.search()).status).toBe(200)
    await mock.clock.advance('1m')
    expect((await seamless.search()).status).toBe(401)
  },
  'seamless/code-expired': async ({ mock }) => {
    const code = await codeOf(mock)
    await mock.clock.advance('1s')
    expect((await exchange(mock, code!)).status).toBe(401)
  },
  'seamless/user-denies': async ({ mock }) => expect(await codeOf(mock)).toBe(null),
  'seamless/bad-day': async ({ mock, seamless }) => {
    expect(await statuses(4, seamless.search)).toEqual([500, 500, 500, 200])
    const ids = [...(await seamless.start(contacts(1))), ...(await seamless.start(contacts(2)))]
    expect((await seamless.research(contacts(3))).status).toBe(422)
    const poll = () => seamless.poll(ids)
    expect((await poll()).status).toBe(429)
    expect(await held(mock, poll)).toEqual({ status: 200, ms: 2000 })
    expect((await poll()).status).toBe(500)
    await mock.clock.advance('2m')
    const pending = seamless.statuses(ids)
    await mock.settled({ held: 1 })
    await mock.clock.advance('100ms')
    expect(await pending).toEqual(['missing', 'done'])
  },
}

const files = readdirSync(`${root}scenarios/seamless`)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => `seamless/${file.replace('.yaml', '')}`)

test.each(Object.keys(SCRIPTS))('%s plays what its title says', { timeout: 120_000 }, async (scenario) => {
  const mock = frozenMock({ vendors: ['seamless'], scenario })
  await SCRIPTS[scenario]!({ mock, seamless: seamlessClient(mock.fetch) })
})

test('every scenario but those of webhooks has a script here', () => {
  expect(files.filter((name) => !(name in SCRIPTS) && !/\/webhook/.test(name))).toEqual([])
})

/** How 400 different requests fare: a status, or `slow`. */
async function many({ mock, seamless }: Stage): Promise<Array<number | string>> {
  const found: Array<number | string> = []
  for (let count = 0; count < 400; count++) {
    const { status, ms } = await held(mock, () => seamless.search({ limit: 1, fullName: [`n${count}`] }))
    found.push(ms > 0 ? 'slow' : status)
    await mock.clock.advance('2s')
  }
  return found
}

function expectShares(found: ReadonlyArray<number | string>, shares: Readonly<Record<string, number>>): void {
  expect(new Set(found.filter((outcome) => !(String(outcome) in shares)))).toEqual(new Set([200]))
  for (const [outcome, share] of Object.entries(shares)) {
    const times = found.filter((entry) => String(entry) === outcome).length
    expect(Math.abs(times / found.length - share), outcome).toBeLessThan(0.05)
  }
}

const APP = { client_id: 'app_harbourline', redirect_uri: 'https://client.example/callback' }

async function codeOf(mock: Mock): Promise<string | null> {
  const answer = await mock.fetch(`https://login.seamless.ai/oauth/authorize?${new URLSearchParams(APP)}`, {
    redirect: 'manual',
  })
  return new URL(answer.headers.get('location')!).searchParams.get('code')
}

function exchange(mock: Mock, code: string): Promise<Response> {
  return mock.fetch('https://api.seamless.ai/api/client/v1/oauth/accessToken', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...APP, client_secret: 'secret_harbourline', grant_type: 'authorization_code', code }),
  })
}

async function tokenOf(mock: Mock): Promise<string> {
  return ((await (await exchange(mock, (await codeOf(mock))!)).json()) as { access_token: string }).access_token
}
