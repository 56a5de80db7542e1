import { getResponse } from 'msw'
import { createMock } from 'sparring'
import { expect, test } from 'vitest'
import { frozenMock } from '../../support/mock/mock.ts'
import { document } from '../../support/server/server.ts'

const YAML = `
openapi: 3.1.0
info: { title: Moved, version: '1' }
servers: [{ url: https://api.moved.example }]
paths:
${[301, 302, 303, 307, 308]
  .map(
    (status) => `  /moved-${status}:
    get: &m${status} { operationId: get${status}, responses: { '${status}': { description: Moved., headers: { Location: { required: true, schema: { const: 'https://files.moved.example/file?by=${status}' } } } } } }
    post: { operationId: post${status}, requestBody: { content: { application/json: { schema: { type: object } } } }, responses: { '${status}': { description: Moved., headers: { Location: { required: true, schema: { const: '/here?by=${status}' } } } } } }`,
  )
  .join('\n')}
  /loop: { get: { operationId: loop, responses: { '302': { description: Round., headers: { Location: { required: true, schema: { const: loop } } } } } } }
  /away: { get: { operationId: away, responses: { '302': { description: Away., headers: { Location: { required: true, schema: { const: 'https://elsewhere.example/x?secret=1' } } } } } } }
  /nowhere: { get: { operationId: nowhere, responses: { '302': { description: No address. } } } }
  /here:
    get: &here { operationId: getHere, responses: { '200': { description: Here., content: { application/json: { example: { here: true } } } } } }
    post: { operationId: postHere, requestBody: { content: { application/json: { schema: { type: object } } } }, responses: { '200': { description: Here. } } }
  /file:
    servers: [{ url: https://files.moved.example }]
    get: { operationId: getFile, responses: { '200': { description: A file., content: { text/plain: { example: file } } } } }
`
const BASE = 'https://api.moved.example'

function moved() {
  return frozenMock({ vendors: [document('moved.yaml', YAML)] })
}

test('redirects are followed, and the answer has its final URL', async () => {
  const mock = moved()
  const answer = await mock.fetch(`${BASE}/moved-302#part`)
  expect([answer.status, answer.url, answer.redirected, answer.type, answer.statusText, await answer.text()]).toEqual([
    200,
    'https://files.moved.example/file?by=302',
    true,
    'basic',
    'OK',
    'file',
  ])
  const here = await mock.fetch(`${BASE}/here?x=1#part`)
  expect([here.url, here.redirected, here.clone().url, here.clone().clone().type]).toEqual([
    `${BASE}/here?x=1`,
    false,
    `${BASE}/here?x=1`,
    'basic',
  ])
  expect(mock.journal.exchanges().map(({ operation }) => operation)).toEqual(['get302', 'getFile', 'getHere'])
})

test.each([
  [301, 'getHere', ''],
  [302, 'getHere', ''],
  [303, 'getHere', ''],
  [307, 'postHere', '{"a":1}'],
  [308, 'postHere', '{"a":1}'],
])('after a %i POST goes on as fetch has it: %s', async (status, operation, body) => {
  const mock = moved()
  const headers = { 'content-type': 'application/json', 'x-own': 'kept' }
  await mock.fetch(`${BASE}/moved-${status}`, { method: 'POST', headers, body: '{"a":1}' })
  const last = mock.journal.exchanges().at(-1)!
  const sent = Object.fromEntries(last.request.headers)
  expect([last.operation, last.query, last.request.body ?? '', sent['x-own']]).toEqual([
    operation,
    `by=${status}`,
    body,
    'kept',
  ])
  expect(sent['content-type']).toBe(body === '' ? undefined : 'application/json')
})

test('arguments that make no Request are rejected, as by fetch', async () => {
  const mock = moved()
  const used = new Request(`${BASE}/here`, { method: 'POST', body: '{}' })
  await used.text()
  for (const answer of [mock.fetch(used), mock.fetch('no URL')]) await expect(answer).rejects.toThrow(TypeError)
  expect(mock.journal.exchanges()).toEqual([])
})

test.each([
  ['/here', ''],
  ['/here?', ''],
  ['/here?#part', ''],
  ['/here#part?x=1', ''],
  ['/here?x=1?y=2/3#part#more', 'x=1?y=2/3'],
  ['/a/../here?x=ä', 'x=%C3%A4'],
])('path and query of %s are as in its URL', async (path, query) => {
  const mock = moved()
  await mock.fetch(BASE + path)
  await getResponse([...mock.handlers], new Request(BASE + path))
  const seen = mock.journal.exchanges().map(({ path: own, query: asked }) => [own, asked])
  expect(seen).toEqual([
    ['/here', query],
    ['/here', query],
  ])
})

test('a Request without a body can be sent again, one with a body cannot', async () => {
  const mock = moved()
  const request = new Request(`${BASE}/here`)
  expect([(await mock.fetch(request)).status, (await mock.fetch(request)).status]).toEqual([200, 200])
  const post = new Request(`${BASE}/here`, { method: 'POST', body: '{}' })
  const answer = mock.fetch(post)
  expect(post.bodyUsed).toBe(true)
  await answer
  await expect(mock.fetch(post)).rejects.toThrow(TypeError)
})

test('HEAD stays HEAD', async () => {
  const mock = moved()
  await mock.fetch(`${BASE}/moved-303`, { method: 'HEAD' })
  expect(mock.journal.exchanges().map(({ method }) => method)).toEqual(['HEAD', 'HEAD'])
})

test('a credential does not follow to another origin', async () => {
  const mock = moved()
  await mock.fetch(`${BASE}/moved-302`, { headers: { authorization: 'Bearer x', cookie: 'a=1', 'x-own': 'kept' } })
  const names = mock.journal
    .exchanges()
    .at(-1)!
    .request.headers.map(([name]) => name)
  expect(names).toEqual(['x-own'])
})

test('a redirect is given as it is, or is an error, where the request says so', async () => {
  const mock = moved()
  const manual = await mock.fetch(`${BASE}/moved-302`, { redirect: 'manual' })
  expect([manual.status, manual.url, manual.redirected, manual.headers.get('location')]).toEqual([
    302,
    `${BASE}/moved-302`,
    false,
    'https://files.moved.example/file?by=302',
  ])
  await expect(mock.fetch(new Request(`${BASE}/moved-302`, { redirect: 'error' }))).rejects.toMatchObject({
    name: 'TypeError',
    message: 'fetch failed',
    cause: { message: 'unexpected redirect' },
  })
  expect((await mock.fetch(`${BASE}/nowhere`)).status).toBe(302)
})

test('twenty redirects are followed, and the next one is an error', async () => {
  const mock = moved()
  await expect(mock.fetch(`${BASE}/loop`)).rejects.toMatchObject({ cause: { message: 'redirect count exceeded' } })
  expect(mock.journal.exchanges()).toHaveLength(21)
})

test('a redirect to where no vendor is says so, without what may be secret', async () => {
  const mock = moved()
  await expect(mock.fetch(`${BASE}/away`)).rejects.toThrow(
    new TypeError(
      "Failed to follow the redirect of GET https://api.moved.example/away to https://elsewhere.example/x: no vendor of this mock is at that URL. It has: https://api.moved.example, https://files.moved.example. To look at the redirect itself, ask with redirect: 'manual'.",
    ),
  )
})

test('a session’s own fetch follows within the session', async () => {
  using mock = createMock({ vendors: [document('moved.yaml', YAML)] })
  using session = mock.session()
  expect(await (await session.fetch(`${BASE}/moved-301`)).text()).toBe('file')
  expect([session.journal.exchanges().length, mock.journal.exchanges().length]).toEqual([2, 0])
})
