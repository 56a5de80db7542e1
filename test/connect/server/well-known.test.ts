import { expect, test } from 'vitest'
import { frozenMock } from '../../support/mock/mock.ts'
import { intercept } from '../../support/mock/msw.ts'
import { document, open } from '../../support/server/server.ts'

/** Its server has a path, so its issuer has one too; one document stands before that path, and the other behind it. */
const ACME = `
openapi: 3.1.0
info: { title: Acme, version: '1' }
servers: [{ url: https://api.acme.example/eu }]
x-mock: { vendor: acme }
paths:
  /.well-known/openid-configuration:
    get:
      operationId: behind
      x-mock: { body: { /issuer: '{$server.url}' } }
      responses: { '200': { $ref: '#/components/responses/Metadata' } }
components:
  responses:
    Metadata:
      description: RFC 8414.
      content: { application/json: { schema: { type: object, properties: { issuer: { type: string } } } } }
`

const issuerAt = async (url: string): Promise<unknown> => {
  const answer = await fetch(url)
  return answer.status === 200 ? ((await answer.json()) as { issuer: string }).issuer : answer.status
}
const OAUTH = '/.well-known/oauth-authorization-server'

test('the metadata of an issuer with a path is found before that path, as RFC 8414 has it, and behind it', async () => {
  const { url, mock } = await open({ vendors: ['sequentum', 'seek'] })
  expect(await issuerAt(`${url}${OAUTH}/sequentum`)).toBe(`${url}/sequentum`)
  expect(await issuerAt(`${url}/sequentum${OAUTH}`)).toBe(`${url}/sequentum`)
  mock.session({ id: 'ci 7' })
  expect(await issuerAt(`${url}${OAUTH}/s/ci%207/sequentum`)).toBe(`${url}/s/ci%207/sequentum`)
  expect(await issuerAt(`${url}/s/ci%207/sequentum${OAUTH}`)).toBe(`${url}/s/ci%207/sequentum`)
  expect(mock.journal.exchanges().map(({ path }) => path)).toEqual([OAUTH, OAUTH])
})

test('a lone vendor, and one with a port of its own, have theirs at the root and below a session', async () => {
  const lone = await open({ vendors: ['sequentum'] })
  lone.mock.session({ id: 'a' })
  const paths = ['', '/sequentum', '/s/a', '/s/a/sequentum']
  expect(await Promise.all(paths.map((path) => issuerAt(`${lone.url}${OAUTH}${path}`)))).toEqual(
    paths.map((path) => `${lone.url}${path}`),
  )
  const several = await open({ vendors: ['sequentum', 'seek'], ports: { sequentum: 0 } })
  several.mock.session({ id: 'a' })
  const own = several.urls['sequentum']!.at(-1)!
  expect(await Promise.all(['', '/s/a'].map((path) => issuerAt(`${own}${OAUTH}${path}`)))).toEqual([own, `${own}/s/a`])
})

test('a path of the vendor’s own server counts, before or behind', async () => {
  const { url } = await open({ vendors: [document('acme.yaml', ACME)] })
  expect(await issuerAt(`${url}/acme/eu/.well-known/openid-configuration`)).toBe(`${url}/acme`)
  expect(await issuerAt(`${url}/.well-known/openid-configuration/acme/eu`)).toBe(`${url}/acme`)
})

test('in process a base with a path has its metadata at its origin too, by fetch and by MSW', async () => {
  const base = 'https://acme.example/seq'
  const mock = frozenMock({ vendors: { sequentum: { baseUrl: base }, seek: {} } })
  const addresses = [`https://acme.example${OAUTH}/seq`, `${base}${OAUTH}`]
  const issuer = async (answer: Promise<Response>) => ((await (await answer).json()) as { issuer: string }).issuer
  expect(await Promise.all(addresses.map((url) => issuer(mock.fetch(url))))).toEqual([base, base])
  await expect(mock.fetch(`https://acme.example${OAUTH}/other`)).rejects.toThrow(
    'no vendor of this mock is at that URL',
  )
  intercept(...mock.handlers)
  expect(await Promise.all(addresses.map((url) => issuer(fetch(url))))).toEqual([base, base])
})

test('a path without a vendor stays a 404', async () => {
  const { url } = await open({ vendors: ['sequentum', 'seek'] })
  const paths = [OAUTH, `${OAUTH}/nobody`, `${OAUTH}/seek`, '/.well-known/nothing/sequentum', '/.well-known/']
  expect(await Promise.all(paths.map((path) => issuerAt(`${url}${path}`)))).toEqual(paths.map(() => 404))
})
