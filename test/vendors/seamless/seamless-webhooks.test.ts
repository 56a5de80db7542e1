import type { Mock } from 'sparring'
import { expect, test } from 'vitest'
import { frozenMock, NOW } from '../../support/mock/mock.ts'
import { type Received, receive } from '../../support/server/receiver.ts'
import { company, contacts, seamlessClient } from '../../support/vendors/seamless.ts'

const CONTACTS = 'https://client.example/hooks/contacts'
const COMPANIES = 'https://client.example/hooks/companies'

interface Run {
  readonly mock: Mock
  readonly received: readonly Received[]
  readonly ids: readonly string[]
}

/** Has two contacts researched, a second apart, and waits. */
async function run(scenario: string, ...statuses: readonly number[]): Promise<Run> {
  const mock = frozenMock({ vendors: ['seamless'], scenario: `seamless/${scenario}` })
  const received = receive(mock, ...statuses)
  const seamless = seamlessClient(mock.fetch)
  const [first] = await seamless.start(contacts(1))
  await mock.clock.advance('1s')
  const [second] = await seamless.start(contacts(2))
  await mock.clock.advance('10m')
  return { mock, received, ids: [first!, second!] }
}

const idsOf = (received: readonly Received[]) => received.map(({ body }) => body['apiResearchId'])

test('webhooks: finished research is sent to the URL of its kind, with the secret and the bare record', async () => {
  const mock = frozenMock({ vendors: ['seamless'], scenario: 'seamless/webhooks' })
  const received = receive(mock)
  const seamless = seamlessClient(mock.fetch)
  const ids = await seamless.start(contacts(1))
  const companies = await seamless.start({ searchResultIds: [company(1)] }, 'companies')
  await mock.clock.advance('4s')
  expect(received.map(({ url, after, method }) => [url, after, method])).toEqual([
    [COMPANIES, 3000, 'POST'],
    [CONTACTS, 4000, 'POST'],
  ])
  const { webhookSecret } = mock.credentials('seamless')
  for (const { headers } of received) {
    expect(headers['x-seamless-webhook-secret']).toBe(webhookSecret)
    expect(Object.keys(headers).sort()).toEqual(['content-type', 'x-seamless-webhook-secret'])
  }
  expect(received[1]!.body).toEqual((await seamless.results(ids))[0]!.contact)
  expect(received[0]!.body).toEqual((await seamless.results(companies, 'companies'))[0]!.company)
  expect(received[1]!.body).toMatchObject({ apiResearchId: ids[0], createdAt: new Date(NOW + 4000).toISOString() })
})

test('the secret is masked in the log', async () => {
  const { mock } = await run('webhooks')
  const { webhookSecret } = mock.credentials('seamless')
  expect(JSON.stringify(mock.webhooks.deliveries())).not.toContain(webhookSecret)
})

test.each(['missing', 'error', 'not found', 'No license or credits available'])(
  'research that ends as "%s" is not told of',
  async (outcome) => {
    const mock = frozenMock({ vendors: ['seamless'], scenario: 'seamless/webhooks' })
    mock.play('seamless/webhooks', { jobs: { contactResearch: { outcome } } } as never)
    const received = receive(mock)
    await seamlessClient(mock.fetch).start(contacts(1))
    await mock.clock.advance('1m')
    expect(received).toEqual([])
  },
)

test('no webhook is sent for a repeat, or for an organisation without webhooks', async () => {
  const { received, mock } = await run('webhooks')
  await seamlessClient(mock.fetch).start(contacts(1))
  await mock.clock.advance('1m')
  expect(received).toHaveLength(2)
  expect((await run('happy-path')).received).toEqual([])
})

test('any 2xx acknowledges; anything else is tried again after 1, 5 and 25 seconds', async () => {
  expect((await run('webhooks', 204)).received).toHaveLength(2)
  const { received, mock } = await run('webhooks', 401)
  expect(received.filter(({ body }) => body['fullName'] === 'Ada Abbott').map(({ after }) => after)).toEqual([
    4000, 5000, 10_000, 35_000,
  ])
  expect(mock.webhooks.deliveries()[0]!.outcome).toBe('given up')
})

test('webhook-never-arrives: nothing comes, and polling shows the record', async () => {
  const { received, mock, ids } = await run('webhook-never-arrives')
  expect(received).toEqual([])
  expect(await seamlessClient(mock.fetch).statuses(ids)).toEqual(['done', 'done'])
})

test('webhook-arrives-late: the first attempt is lost, the second comes a second later', async () => {
  expect((await run('webhook-arrives-late')).received.map(({ after }) => after)).toEqual([5000, 6000])
})

test('webhook-delayed: it comes a minute late', async () => {
  expect((await run('webhook-delayed')).received.map(({ after }) => after)).toEqual([64_000, 65_000])
})

test('webhook-twice: the same bytes come twice', async () => {
  const { received, ids } = await run('webhook-twice')
  expect(idsOf(received)).toEqual([ids[0], ids[0], ids[1], ids[1]])
  expect(received[0]!.text).toBe(received[1]!.text)
})

test('webhook-out-of-order: the later one comes first', async () => {
  const { received, ids } = await run('webhook-out-of-order')
  expect(idsOf(received)).toEqual([ids[1], ids[0]])
})

test('webhook-forged-body: the body is another one, but the secret is right', async () => {
  const { received, mock } = await run('webhook-forged-body')
  expect(received[0]!.body).toMatchObject({ tampered: true })
  expect(received[0]!.headers['x-seamless-webhook-secret']).toBe(mock.credentials('seamless').webhookSecret)
})

test('webhook-wrong-secret: the secret looks like one, and is not the one', async () => {
  const { received, mock } = await run('webhook-wrong-secret')
  const { webhookSecret } = mock.credentials('seamless')
  const secret = received[0]!.headers['x-seamless-webhook-secret']!
  expect([secret.length, secret === webhookSecret]).toEqual([webhookSecret.length, false])
  expect(received[0]!.body).not.toHaveProperty('tampered')
})
