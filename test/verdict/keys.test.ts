import { expect, test } from 'vitest'
import { createMock } from '../../mocks/index.ts'
import { browserCredential } from '../../mocks/verdict/conduct/credentials/browser-credential.ts'
import { redirectCredential } from '../../mocks/verdict/conduct/credentials/redirect-credential.ts'
import type { Statement } from '../../mocks/spec/conduct/conduct.ts'
import { intercept } from '../support/mock/msw.ts'
import { breachesOf, type Told } from '../support/verdict/exchanges.ts'
import { stating } from '../support/verdict/stated.ts'

/* browser-credential */

const PAGE = { 'x-api-key': 'sk_live_any', origin: 'https://app.example', 'sec-fetch-site': 'cross-site' }

function pages(headers: Record<string, string>, statement: Partial<Statement> = {}) {
  return breachesOf(browserCredential, stating('seek', 'browser-credential', statement), [
    { operation: 'getMe', at: 0, headers },
    { operation: 'listWorkers', at: 10, headers },
  ])
}

test('a web page that sends a key is a breach, with its origin and without the key', () => {
  expect(pages(PAGE)).toEqual([
    {
      message: '2 requests of the web page https://app.example carried a key, the first one to getMe.',
      operation: 'getMe',
      exchanges: [1, 2],
    },
  ])
  expect(pages(PAGE, { operations: new Set(['listWorkers']) })).toMatchObject([
    { message: 'A request of the web page https://app.example carried a key to listWorkers.', exchanges: [2] },
  ])
})

test('if only Origin indicates a page, the finding is a warning at most', () => {
  expect(pages({ 'x-api-key': 'sk_live_any', origin: 'https://app.example' })).toMatchObject([{ atMost: 'warning' }])
})

test.each<[string, Record<string, string>]>([
  ['a page without a key', { origin: 'https://app.example', 'sec-fetch-site': 'cross-site' }],
  ['a server with a key', { 'x-api-key': 'sk_live_any' }],
  ['fetch of Node', { 'x-api-key': 'sk_live_any', 'sec-fetch-mode': 'cors' }],
  ['a proxy of the page, which adds the key', { ...PAGE, 'sec-fetch-site': 'same-origin' }],
  ['a proxy that says so', { ...PAGE, 'x-forwarded-for': '127.0.0.1' }],
  [
    'code of a server in jsdom',
    { 'x-api-key': 'k', origin: 'http://localhost', 'user-agent': 'Mozilla/5.0 jsdom/31.0.1' },
  ],
  [
    'code of a server in happy-dom',
    { 'x-api-key': 'k', origin: 'http://localhost', 'user-agent': 'Mozilla/5.0 HappyDOM/21.0.4' },
  ],
])('%s is none', (_, headers) => {
  expect(pages(headers)).toEqual([])
})

test('a vendor that says nothing of browsers takes keys of web pages', () => {
  expect(breachesOf(browserCredential, 'seclai', [{ operation: 'getMe', at: 0, headers: PAGE }])).toEqual([])
})

test('a page may hold the access token of its user', () => {
  const headers = { authorization: 'Bearer at_1', origin: 'https://app.example', 'sec-fetch-site': 'cross-site' }
  const vendor = stating('seamless', 'browser-credential')
  expect(breachesOf(browserCredential, vendor, [{ operation: 'searchContacts', at: 0, headers }])).toEqual([])
})

/* redirect-credential */

const SPEC = 'test/fixtures/redirects/files.yaml'
const KEY = { 'x-key': 'k1' }

const REDIRECT: Told = {
  operation: 'getFile',
  at: 0,
  base: 'https://api.files.example',
  headers: KEY,
  status: 302,
  answerHeaders: [['Location', 'https://cdn.files.example/bytes?signature=1']],
}
const FOLLOWED: Told = {
  operation: 'getBytes',
  at: 10,
  base: 'https://cdn.files.example',
  path: '/bytes',
  query: 'signature=1',
  headers: KEY,
}

test('a key that goes along with a redirect to another origin is a breach', () => {
  expect(breachesOf(redirectCredential, SPEC, [REDIRECT, FOLLOWED])).toEqual([
    {
      message: 'getFile redirected to https://cdn.files.example, and the client sent x-key there as well.',
      operation: 'getFile',
      exchanges: [1, 2],
    },
  ])
})

test.each<[string, readonly Told[]]>([
  ['a redirect that is followed without the key', [REDIRECT, { ...FOLLOWED, headers: {} }]],
  ['a redirect that is followed with another key', [REDIRECT, { ...FOLLOWED, headers: { 'x-key': 'k2' } }]],
  ['a redirect that nobody follows', [REDIRECT]],
  ['a redirect to the same origin', [{ ...REDIRECT, base: 'https://cdn.files.example' }, FOLLOWED]],
  ['another address of that origin', [REDIRECT, { ...FOLLOWED, query: 'signature=2' }]],
  ['a request that was sent before', [{ ...REDIRECT, at: 0, took: 100 }, FOLLOWED]],
  ['an answer with a Location that is no redirect', [{ ...REDIRECT, status: 201 }, FOLLOWED]],
  [
    'an operation there that asks for the key',
    [
      { ...REDIRECT, answerHeaders: [['location', 'https://cdn.files.example/private']] },
      { ...FOLLOWED, operation: 'getPrivate', path: '/private', query: '' },
    ],
  ],
])('%s is none', (_, told) => {
  expect(breachesOf(redirectCredential, SPEC, told)).toEqual([])
})

/* End to end */

test('a client that sends its key on, and a page that has one, are found with the words of the vendor', async () => {
  using mock = createMock({ vendors: [SPEC], clock: { frozen: true } })
  const redirect = await mock.fetch('https://api.files.example/file', { headers: KEY, redirect: 'manual' })
  expect(redirect.status).toBe(302)
  await mock.fetch(redirect.headers.get('location')!, { headers: KEY })
  await mock.fetch('https://api.files.example/file', {
    headers: { ...KEY, origin: 'https://app.example', 'sec-fetch-site': 'cross-site' },
    redirect: 'manual',
  })
  expect(mock.findings()).toMatchObject([
    {
      code: 'redirect-credential',
      severity: 'error',
      exchanges: [1, 2],
      statement: { says: 'The address is signed; never send the key there.' },
    },
    { code: 'browser-credential', severity: 'error', exchanges: [3], statement: { says: 'Keys are for servers.' } },
  ])
})

test('a client that follows the redirect without its key has no findings', async () => {
  using mock = createMock({ vendors: [SPEC], clock: { frozen: true } })
  const redirect = await mock.fetch('https://api.files.example/file', { headers: KEY, redirect: 'manual' })
  expect((await mock.fetch(redirect.headers.get('location')!)).status).toBe(200)
  expect(mock.findings({ final: true })).toEqual([])
})

test('fetch that follows a redirect by itself sends a key of its own header along', async () => {
  using mock = createMock({ vendors: [SPEC], clock: { frozen: true } })
  intercept(...mock.handlers)
  expect((await fetch('https://api.files.example/file', { headers: KEY })).status).toBe(200)
  expect(mock.findings().map(({ code }) => code)).toEqual(['redirect-credential'])
})
