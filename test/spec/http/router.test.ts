import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRouter, type Router } from '../../../mocks/spec/http/router.ts'
import { codePoint } from '../../support/data/code-point.ts'
import { processorTime } from '../../support/data/processor-time.ts'
import { vendorMock } from '../../support/mock/spec.ts'

function routerOf(...routes: readonly string[]): Router<string> {
  return createRouter(
    routes.map((route) => {
      const [, method, path] = /^(\S+) (.*)$/.exec(route) as unknown as [string, string, string]
      return { method, path, target: route }
    }),
  )
}

const none = { found: undefined, allowed: [] }

test('a literal segment beats a parameter, in whatever order they were given', () => {
  for (const routes of [
    ['GET /jobs/{id}', 'GET /jobs/latest'],
    ['GET /jobs/latest', 'GET /jobs/{id}'],
  ]) {
    const router = routerOf(...routes)
    expect(router.match('GET', '/jobs/latest')).toEqual({ found: 'GET /jobs/latest', params: {} })
    expect(router.match('GET', '/jobs/7')).toEqual({ found: 'GET /jobs/{id}', params: { id: '7' } })
  }
})

test('a literal that leads nowhere gives way to the parameter', () => {
  const router = routerOf('GET /a/b/c', 'GET /a/{x}/d', 'GET /{y}/b/e')
  expect(router.match('GET', '/a/b/d')).toEqual({ found: 'GET /a/{x}/d', params: { x: 'b' } })
  expect(router.match('GET', '/a/b/e')).toEqual({ found: 'GET /{y}/b/e', params: { y: 'a' } })
  expect(router.match('GET', '/a/b/f')).toEqual(none)
})

test('parameters may be a part of a segment, the most of it literal first', () => {
  const router = routerOf(
    'GET /files/{name}.{ext}',
    'GET /files/{name}',
    'GET /files/{name}.json',
    'GET /{user}:cancel',
  )
  expect(router.match('GET', '/files/a.json')).toMatchObject({ found: 'GET /files/{name}.json', params: { name: 'a' } })
  expect(router.match('GET', '/files/a.txt')).toMatchObject({
    found: 'GET /files/{name}.{ext}',
    params: { name: 'a', ext: 'txt' },
  })
  expect(router.match('GET', '/files/a')).toMatchObject({ found: 'GET /files/{name}', params: { name: 'a' } })
  expect(router.match('GET', '/u1:cancel')).toMatchObject({ found: 'GET /{user}:cancel', params: { user: 'u1' } })
  expect(router.match('GET', '/u1:stop')).toEqual(none)
})

test('a segment with several parameters is read in one go, each as short as it can be', () => {
  const router = routerOf('GET /r/{a}-{b}-{c}-{d}.x', 'GET /p/{a}{b}.{c}', 'GET /q/v{major}.{minor}')
  const params = (path: string): unknown => {
    const match = router.match('GET', path)
    return match.found === undefined ? undefined : match.params
  }
  expect(params('/r/1-2-3-4-5.x')).toEqual({ a: '1', b: '2', c: '3', d: '4-5' })
  expect(params('/r/--b---.x.x')).toEqual({ a: '-', b: 'b', c: '-', d: '.x' })
  expect(params('/r/1-2-3-.x')).toBeUndefined()
  expect(params('/r/1-2-3.x')).toBeUndefined()
  expect(params('/r/1-2-3-4.xx')).toBeUndefined()
  expect(params('/p/abc.d.e')).toEqual({ a: 'a', b: 'bc', c: 'd.e' })
  expect(params('/p/a.d')).toBeUndefined()
  expect(params('/q/v1.2')).toEqual({ major: '1', minor: '2' })
  expect(params('/q/v1.')).toBeUndefined()
  // It took half a minute when each parameter was tried with each length.
  const before = process.cpuUsage()
  expect(params(`/r/${'-'.repeat(100_000)}`)).toBeUndefined()
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(500)
})

test('parameters are decoded after the path was split, so that a slash may be part of one', () => {
  const router = routerOf('GET /entities/{id}/fields/{name}')
  expect(router.match('GET', '/entities/7/fields/Yield%20%25')).toMatchObject({ params: { id: '7', name: 'Yield %' } })
  expect(router.match('GET', '/entities/7/fields/a%2Fb')).toMatchObject({ params: { name: 'a/b' } })
  expect(router.match('GET', '/entities/7/fields/Gr%C3%B6%C3%9Fe')).toMatchObject({ params: { name: 'Größe' } })
  expect(router.match('GET', '/entities/7/fields/a+b')).toMatchObject({ params: { name: 'a+b' } })
  // What is no percent-encoding stays as it was sent.
  expect(router.match('GET', '/entities/7/fields/100%')).toMatchObject({ params: { name: '100%' } })
  expect(router.match('GET', '/entities/7/fields/%C3')).toMatchObject({ params: { name: '%C3' } })
})

test('a literal is met in any encoding of its letters', () => {
  const router = routerOf('GET /status/update tag')
  expect(router.match('GET', '/status/update%20tag')).toMatchObject({ found: 'GET /status/update tag' })
  expect(router.match('GET', '/%73tatus/update%20tag')).toMatchObject({ found: 'GET /status/update tag' })
})

test('a path with other methods says which they are', () => {
  const router = routerOf('GET /jobs/{id}', 'DELETE /jobs/{id}', 'POST /jobs')
  expect(router.match('PUT', '/jobs/7')).toEqual({ found: undefined, allowed: ['GET', 'DELETE'] })
  expect(router.match('GET', '/jobs')).toEqual({ found: undefined, allowed: ['POST'] })
  expect(router.match('get', '/jobs/7')).toEqual({ found: undefined, allowed: ['GET', 'DELETE'] })
})

test('a parameter is never empty, and an end with a slash is another path', () => {
  const router = routerOf('GET /jobs/{id}', 'GET /', 'GET /list/')
  expect(router.match('GET', '/jobs/')).toEqual(none)
  expect(router.match('GET', '/jobs/7/')).toEqual(none)
  expect(router.match('GET', '//7')).toEqual(none)
  expect(router.match('GET', '/')).toMatchObject({ found: 'GET /' })
  expect(router.match('GET', '/list/')).toMatchObject({ found: 'GET /list/' })
  expect(router.match('GET', '/list')).toEqual(none)
  expect(router.match('GET', '')).toEqual(none)
})

test('a parameter that takes slashes has the segments that are too many, and no other one has a slash', () => {
  const router = createRouter([
    { method: 'GET', path: '/repos/{owner}/files/{path}/raw', target: 'raw', spanning: 'path' },
    { method: 'PUT', path: '/v{major}.{minor}/{path}.json', target: 'put', spanning: 'path' },
  ])
  expect(router.match('GET', '/repos/ada/files/src/a%20b/c.ts/raw')).toEqual({
    found: 'raw',
    params: { owner: 'ada', path: 'src/a b/c.ts' },
  })
  expect(router.match('GET', '/repos/ada/lovelace/files/c.ts/raw')).toEqual(none)
  expect(router.match('GET', '/repos/ada/files/raw')).toEqual(none)
  expect(router.match('PUT', '/v1.2/a/b.json')).toEqual({
    found: 'put',
    params: { major: '1', minor: '2', path: 'a/b' },
  })
  expect(router.match('GET', '/v1.2/a/b.json')).toEqual({ found: undefined, allowed: ['PUT'] })
  const hostile = `/v${'.'.repeat(100_000)}/a/b.jso`
  expect(processorTime(() => expect(router.match('PUT', hostile)).toEqual(none))).toBeLessThan(500)
})

test('paths like __proto__ and constructor are paths like any other', () => {
  const router = routerOf('GET /jobs/{id}', 'GET /constructor')
  expect(router.match('GET', '/jobs/__proto__')).toEqual({ found: 'GET /jobs/{id}', params: { id: '__proto__' } })
  expect(router.match('GET', '/__proto__')).toEqual(none)
  expect(router.match('constructor', '/jobs/7')).toEqual({ found: undefined, allowed: ['GET'] })
  expect(router.match('GET', '/constructor')).toMatchObject({ found: 'GET /constructor' })
})

test('whatever a parameter holds comes back as it was', () => {
  const router = routerOf('GET /a/{x}/b/{y}')
  fc.assert(
    fc.property(fc.string({ unit: codePoint, minLength: 1 }), fc.string({ minLength: 1 }), (x, y) => {
      const path = `/a/${encodeURIComponent(x)}/b/${encodeURIComponent(y)}`
      expect(router.match('GET', path)).toEqual({ found: 'GET /a/{x}/b/{y}', params: { x, y } })
    }),
    { seed: 1, numRuns: 300 },
  )
})

test('no path makes it throw or hang', () => {
  const router = routerOf('GET /a/{x}/{y}/{z}', 'GET /a/{x}.{y}.{z}', 'POST /{p}/b')
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (path) => {
      router.match('GET', path)
      router.match('POST', `/${path}`)
    }),
    { seed: 1, numRuns: 500 },
  )
  expect(processorTime(() => router.match('GET', `/a/${'.'.repeat(20_000)}`))).toBeLessThan(1000)
})

test('a parameter with a plus takes slashes, whether the document describes it or not', async () => {
  const answer = (name: string) =>
    `responses: { '200': { description: d, content: { application/json: { example: ${name} } } } }`
  const mock = vendorMock(
    'gateway',
    `openapi: 3.0.1
info: { title: Gateway, version: '1' }
servers: [{ url: https://gateway.example/prod }]
paths:
  /{proxy+}:
    get:
      parameters: [{ name: proxy, in: path, required: true, schema: { type: string } }]
      ${answer('all')}
    post: { ${answer('undescribed')} }
  /pets/{id}: { get: { ${answer('pet')} } }
`,
  )
  const ask = async (method: string, path: string) =>
    (await mock.fetch(`https://gateway.example/prod${path}`, { method })).json()
  expect(await Promise.all(['/a', '/a/b/c', '/pets/3', '/pets/3/toys'].map((path) => ask('GET', path)))).toEqual([
    'all',
    'all',
    'pet',
    'all',
  ])
  expect(await ask('POST', '/a/b')).toBe('undescribed')
})
