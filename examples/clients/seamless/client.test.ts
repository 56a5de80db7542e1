import { createTest, expect } from 'sparring/vitest'
import { createSeamlessClient, createWebhookHandler, type Result } from './client.ts'

// Each test has its own session on a clock that stands still: `mock.drive` moves it, so nobody really waits.
// A test fails by itself when the client has done what the vendor forbids.
const test = createTest({ vendors: ['seamless'], clock: { frozen: true } })

const SALES = { department: ['Sales'] }

test('searches contacts, has them researched and gives their records', async ({ seamless, mock, clock }) => {
  const client = createSeamlessClient({ ...seamless, clock })
  const { results, left } = await mock.drive(async () => client.research(await client.search(SALES, 3)))
  expect(results).toHaveLength(3)
  for (const result of results)
    expect(result).toMatchObject({ status: 'done', contact: { email: expect.stringContaining('@') as string } })
  expect(left).toEqual([])
  expect(mock).toHaveCalled('researchContacts', 1)
})

test('a revoked key ends the work at the first request', async ({ seamless, mock, clock }) => {
  const client = createSeamlessClient({ ...seamless, key: seamless.credentials.revoked, clock })
  await expect(client.search(SALES)).rejects.toMatchObject({ cause: { status: 401 } })
  expect(mock).toHaveCalled('searchContacts', 1)
})

test('a missing licence is told from missing credits, though both are a 422', async ({
  seamless,
  play,
  mock,
  clock,
}) => {
  play('seamless/license-missing')
  const client = createSeamlessClient({ ...seamless, clock })
  await expect(client.search(SALES)).rejects.toMatchObject({ cause: { status: 422, code: 'missingLicense' } })
  expect(mock).toHaveCalled('searchContacts', 1)
})

test('no more is submitted than the credits pay for, and what is left is said', async ({
  seamless,
  play,
  mock,
  clock,
}) => {
  play('seamless/credits-short')
  const client = createSeamlessClient({ ...seamless, clock })
  const found = await client.search(SALES, 5)
  const { results, left } = await mock.drive(() => client.research(found))
  expect(results).toHaveLength(2)
  expect(left).toEqual(found.slice(2))
  await expect(client.research(left)).rejects.toMatchObject({ cause: { code: 'insufficientCredits' } })
  expect(mock).toHaveCalled('researchContacts', 1)
})

test('credits that others have spent meanwhile end the work too', async ({ seamless, play, mock, clock }) => {
  const client = createSeamlessClient({ ...seamless, clock })
  const found = await client.search(SALES, 3)
  play('seamless/happy-path', { accounts: { default: { credits: 0 } } })
  await expect(client.research(found)).rejects.toMatchObject({ cause: { status: 422, code: 'insufficientCredits' } })
  expect(mock).toHaveCalled('researchContacts', 1)
})

test('an endpoint that has no request left waits for its reset, and others go on', async ({
  seamless,
  play,
  mock,
  clock,
}) => {
  play('seamless/rate-near')
  const client = createSeamlessClient({ ...seamless, clock })
  const work = async () => {
    for (let search = 0; search < 3; search++) await client.search(SALES, 1)
    const found = ['708dbb34-0000-3000-8000-000000000001']
    await Promise.all([client.search(SALES, 1), client.research(found)])
  }
  await mock.drive(work)
  expect(mock.journal.exchanges({ status: 429 })).toEqual([])
})

test('a 429 is waited out until X-RateLimit-Reset: there is no Retry-After', async ({
  seamless,
  play,
  mock,
  clock,
}) => {
  play('seamless/rate-limited')
  const others = { token: seamless.key, 'content-type': 'application/json', 'x-sparring-actor': 'test' }
  for (let request = 0; request < 3; request++)
    await fetch(`${seamless.url}/search/contacts`, { method: 'POST', headers: others, body: '{"limit":1}' })
  const client = createSeamlessClient({ ...seamless, clock })
  await mock.drive(() => client.search(SALES))
  expect(mock).toHaveMet('searchContacts', 'TooManyRequests#rate')
  expect(mock).toHaveWaited('59s')
})

test('each contact of a batch has an end of its own', async ({ seamless, play, mock, clock }) => {
  play('seamless/contacts-mixed')
  const client = createSeamlessClient({ ...seamless, clock })
  const { results } = await mock.drive(async () => client.research(await client.search(SALES, 4)))
  expect(results.map(({ status }) => status)).toEqual(['done', 'missing', 'error', 'done'])
  expect(mock).toHaveCalled('researchContacts', 1)
})

test('research that never ends is given up at the deadline, and not submitted again', async ({
  seamless,
  play,
  mock,
  clock,
}) => {
  play('seamless/contacts-never-end')
  const client = createSeamlessClient({ ...seamless, clock })
  const work = mock.drive(async () => client.research(await client.search(SALES, 1)))
  await expect(work).rejects.toThrow('research has not ended within 600 s')
  expect(mock).toHaveCalled('researchContacts', 1)
})

test('a submission whose answer is lost is sent again, and costs nothing twice', async ({
  seamless,
  play,
  mock,
  clock,
}) => {
  play('seamless/lost-answer')
  const client = createSeamlessClient({ ...seamless, clock })
  const { results } = await mock.drive(async () => client.research(await client.search(SALES, 2)))
  expect(results.map(({ status }) => status)).toEqual(['duplicate', 'duplicate'])
  expect(mock).toHaveMet('researchContacts', 'connection-reset')
})

test('a webhook that comes twice is answered twice and acted on once', async ({
  seamless,
  play,
  webhooks,
  mock,
  clock,
}) => {
  play('seamless/webhook-twice')
  const client = createSeamlessClient({ ...seamless, clock })
  const ended: Result[] = []
  webhooks.to(createWebhookHandler(seamless.webhookSecret, client.poll, (result) => ended.push(result)))
  await mock.drive(async () => client.research(await client.search(SALES, 1)))
  await clock.advance('1m')
  expect(webhooks.deliveries({ outcome: 'acknowledged' })).toHaveLength(2)
  expect(ended).toMatchObject([{ status: 'done' }])
})

test('a webhook with another secret is refused', async ({ seamless, play, webhooks, mock, clock }) => {
  play('seamless/webhook-wrong-secret')
  const client = createSeamlessClient({ ...seamless, clock })
  const ended: Result[] = []
  webhooks.to(createWebhookHandler(seamless.webhookSecret, client.poll, (result) => ended.push(result)))
  await mock.drive(async () => client.research(await client.search(SALES, 1)))
  await clock.advance('1h')
  expect(webhooks.deliveries()[0]!.attempts[0]).toMatchObject({ outcome: 'refused', status: 401 })
  expect(ended).toEqual([])
})

test('a client that takes the reset for milliseconds is caught', async ({ seamless, next, mock, clock }) => {
  next('seamless', 'searchContacts', 'TooManyRequests#rate', { times: 3 })
  const headers = { token: seamless.key, 'content-type': 'application/json' }
  const search = () => fetch(`${seamless.url}/search/contacts`, { method: 'POST', headers, body: '{"limit":1}' })
  await mock.drive(async () => {
    for (let answer = await search(); !answer.ok; answer = await search())
      await clock.sleep(Math.max(0, Number(answer.headers.get('x-ratelimit-reset')) - clock.now()))
  })
  expect(mock).toHaveFinding('reset-misread')
})
