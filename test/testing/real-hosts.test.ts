import dns from 'node:dns'
import { get } from 'node:https'
import { promisify } from 'node:util'
import axios from 'axios'
import { setupServer } from 'msw/node'
import { expect, onTestFinished, test } from 'vitest'
import { whatHappened } from '../../mocks/testing/aftermath.ts'
import { createTestWorker } from '../../mocks/testing/test-worker.ts'
import { ATLAS } from '../support/mock/atlas.ts'

const ME = 'https://api.seek-api.com/v1/me'
const LACKS =
  "it is the real host of seek. Give the client the URL of the mock's server (server.vendors.seek.url), mock.fetch, or MSW with mock.handlers."
const STOPPED = `Tests must not send requests to the real api.seek-api.com: ${LACKS}`

function open(...vendors: string[]) {
  const worker = createTestWorker({ vendors: vendors.length > 0 ? vendors : ['seek'], clock: { frozen: true } })
  const opened = worker.open()
  onTestFinished(() => {
    opened.close()
    return worker.close()
  })
  return { ...opened, worker }
}

const messageOf = (work: Promise<unknown>): Promise<string> => work.then(String, (error: Error) => error.message)

test('a client without the URL of the mock is stopped before it reaches the vendor, and the error says what is missing', async () => {
  open()
  await expect(fetch(ME)).rejects.toMatchObject({ cause: { message: STOPPED, code: 'ERR_REAL_VENDOR' } })
  expect(await messageOf(axios.get(ME, { adapter: 'http' }))).toBe(STOPPED)
  expect(await messageOf(new Promise((_, reject) => get(ME).on('error', reject)))).toBe(STOPPED)
  expect(await messageOf(promisify(dns.lookup)('API.seek-api.com'))).toContain(LACKS)
})

test('a failed test says which host its client asked for', async () => {
  const { mock } = open()
  await fetch(ME).catch(() => undefined)
  await fetch(ME).catch(() => undefined)
  expect(whatHappened(mock)).toBe(
    `The mock has seen 0 requests. A request to the real api.seek-api.com was blocked: ${LACKS}`,
  )
  await mock.fetch(ME, { headers: { 'x-api-key': 'sk_live_any' } })
  expect(whatHappened(mock).split('\n').slice(1)).toEqual([
    '  1 +0ms seek GET /v1/me -> 200 by handle: getMe',
    `  A request to the real api.seek-api.com was blocked: ${LACKS}`,
  ])
})

test('a document of the user has real hosts as well, and a base of the user does not take them away', async () => {
  open(ATLAS)
  await expect(fetch('https://api.atlas.example/v1/me')).rejects.toMatchObject({
    cause: { code: 'ERR_REAL_VENDOR' },
  })
  const worker = createTestWorker({ vendors: { seek: { baseUrl: 'https://staging.example/seek' } } })
  const { close } = worker.open()
  onTestFinished(close)
  for (const url of [ME, 'https://staging.example/seek/v1/me'])
    await expect(fetch(url)).rejects.toMatchObject({ cause: { code: 'ERR_REAL_VENDOR' } })
})

test('hosts that MSW answers, the server, and this machine can be reached', async () => {
  const { mock, worker } = open()
  const { url } = await worker.serve(mock)
  expect((await fetch(`${url}/__sparring/health`)).status).toBe(200)
  expect((await fetch(`${url.replace('127.0.0.1', 'localhost')}/__sparring/health`)).status).toBe(200)
  const server = setupServer(...mock.handlers)
  server.listen({ onUnhandledFrame: 'bypass' })
  onTestFinished(() => server.close())
  expect((await fetch(ME, { headers: { 'x-api-key': 'sk_live_any' } })).status).toBe(200)
  expect(whatHappened(mock)).not.toContain('itself')
})

test('nothing is left of it after the last test', () => {
  const before = dns.lookup
  const worker = createTestWorker({ vendors: ['seek'] })
  const [first, second] = [worker.open(), worker.open()]
  first.close()
  expect(dns.lookup).not.toBe(before)
  second.close()
  expect(dns.lookup).toBe(before)
})
