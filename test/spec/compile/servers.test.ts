import { createMock } from 'sparring'
import { expect, test } from 'vitest'
import { createLibrary } from '../../../mocks/load/library.ts'
import { project } from '../../support/processes/cli.ts'

const document = (servers: string) => ({
  'servers.yaml': `openapi: 3.1.0
info: { title: Servers, version: '1' }
servers: ${servers}
paths: { /w: { get: { responses: { '204': { description: Fine. } } } } }
`,
})

test.each([
  ['{ url: https://a.example/v2/ }', ['https://a.example /v2']],
  ['{ url: //a.example/v2 }', ['https://a.example /v2', 'http://a.example /v2']],
  ['https://a.example/v2', ['https://a.example /v2']],
  ['{ url: /v2 }', [' /v2']],
  ['{ url: v2 }', [' /v2']],
  ['{ url: ./v2?x=1#y }', [' /v2']],
  ['{ url: ../v2 }', [' /v2']],
  ["{ url: '' }", [' ']],
  ['{ url: / }', [' ']],
  ['{ url: a.example/v2 }', ['https://a.example /v2']],
  ['{ url: localhost:3000 }', ['http://localhost:3000 ']],
  ['{ url: wss://a.example/v2 }', ['https://a.example /v2']],
  ['{ url: https://A.example:443/a b }', ['https://a.example /a%20b']],
  [
    "{ url: 'https://{env}.example/{v}', variables: { env: { default: dev, enum: [dev, prod] }, v: { default: v2, enum: [v1, v2] } } }",
    ['https://dev.example /v2', 'https://prod.example /v2', 'https://dev.example /v1', 'https://prod.example /v1'],
  ],
  [
    "{ url: 'https://{env}.example', variables: { env: { enum: [dev, prod] } } }",
    ['https://dev.example ', 'https://prod.example '],
  ],
  [
    "{ url: 'https://{tenant}.example/{version}', variables: { tenant: { default: acme } } }",
    ['https://acme.example /version'],
  ],
])('the server %s is met at %j', (server, expected) => {
  const cwd = project(document(`[${server}]`))
  const { servers } = createLibrary().vendor(`${cwd}/servers.yaml`)
  expect(servers.map(({ origin, path }) => `${origin} ${path}`)).toEqual(expected)
})

test('every address of every server answers, and requests are built for the first', async () => {
  const cwd = project(
    document(
      "[{ url: 'https://{env}.servers.example/v2', variables: { env: { default: dev, enum: [dev, prod] } } }, { url: //other.example/v3 }]",
    ),
  )
  using mock = createMock({ vendors: [`${cwd}/servers.yaml`] })
  const urls = [
    'https://dev.servers.example/v2/w',
    'https://prod.servers.example/v2/w',
    'https://other.example/v3/w',
    'http://other.example/v3/w',
  ]
  expect(await Promise.all(urls.map(async (url) => (await mock.fetch(url)).status))).toEqual([204, 204, 204, 204])
})

test('a server of many variables is met at the first of its addresses', () => {
  const name = 'abcdefghij'
  const url = `https://a.example/${[...name].map((letter) => `{${letter}}`).join('/')}`
  const variables = [...name].map((letter) => `${letter}: { default: '0', enum: ['0', '1', '2', '3'] }`).join(', ')
  const cwd = project(document(`[{ url: '${url}', variables: { ${variables} } }]`))
  const { servers } = createLibrary().vendor(`${cwd}/servers.yaml`)
  expect(servers).toHaveLength(64)
  expect(servers[0]).toMatchObject({ origin: 'https://a.example', path: '/0/0/0/0/0/0/0/0/0/0' })
})
