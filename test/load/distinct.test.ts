import { createMock } from 'sparring'
import { expect, onTestFinished, test, vi } from 'vitest'
import { project, sparring } from '../support/processes/cli.ts'
import { serving } from '../support/processes/serving.ts'

const document = (title: string, path: string, server = `https://${path}.example`) => `openapi: 3.1.0
info: { title: ${title}, version: '1' }
servers: [{ url: ${server} }]
paths: { /${path}: { get: { responses: { '204': { description: Fine. } } } } }
`

/** What is written to stderr by `console.warn` while a test runs. */
function warnings(cwd: string): () => readonly string[] {
  const lines: string[] = []
  const spy = vi.spyOn(console, 'warn').mockImplementation((text: unknown) => void lines.push(String(text)))
  onTestFinished(() => spy.mockRestore())
  return () => lines.map((line) => line.replaceAll(`${cwd}/`, ''))
}

test('two documents of one name are called by their titles, and both are served', async () => {
  const cwd = project({
    'alpha/api/openapi.yaml': document('Alpha Service', 'alpha'),
    'beta/api/openapi.yaml': document('Beta Service', 'beta'),
  })
  const lines = warnings(cwd)
  using mock = createMock({ vendors: [`${cwd}/alpha/api/openapi.yaml`, `${cwd}/beta/api/openapi.yaml`] })
  expect(mock.vendors).toEqual(['alpha-service', 'beta-service'])
  expect((await mock.fetch('https://alpha.example/alpha')).status).toBe(204)
  expect((await mock.fetch('https://beta.example/beta')).status).toBe(204)
  expect(lines()).toEqual([
    'sparring: documents would share a name, so alpha/api/openapi.yaml is called alpha-service and beta/api/openapi.yaml is called beta-service.',
  ])

  const { out } = await serving(['alpha/api/openapi.yaml', 'beta/api/openapi.yaml', '--port', '0', '--json'], { cwd })
  const { url, vendors } = JSON.parse(out()) as { url: string; vendors: object }
  expect(Object.keys(vendors)).toEqual(['alpha-service', 'beta-service'])
  const statuses = ['alpha', 'beta'].map(async (name) => (await fetch(`${url}/${name}-service/${name}`)).status)
  expect(await Promise.all(statuses)).toEqual([204, 204])
})

test('documents with one title are called by their files', () => {
  const cwd = project({ 'a/api.yaml': document('Twin', 'a'), 'b/api.yaml': document('Twin', 'b') })
  warnings(cwd)
  using mock = createMock({ vendors: [`${cwd}/a/api.yaml`, `${cwd}/b/api.yaml`] })
  expect(mock.vendors.map((name) => name.replace(/^tmp-sparring-[^-]+-/, ''))).toEqual(['a-api', 'b-api'])
})

test('a vendor of the package, and one that is given as an object, keep their names', () => {
  const cwd = project({ 'seal.yaml': document('Zoo', 'zoo'), 'tickets.yaml': document('Desk', 'desk') })
  warnings(cwd)
  const tickets = {
    openapi: '3.1.0',
    info: { title: 'Given', version: '1' },
    paths: { '/t': { get: { responses: { 204: { description: 'Fine.' } } } } },
  }
  using mock = createMock({
    vendors: { [`${cwd}/seal.yaml`]: {}, seal: {}, [`${cwd}/tickets.yaml`]: {}, tickets: { document: tickets } },
  })
  expect(mock.vendors).toEqual(['zoo', 'seal', 'desk', 'tickets'])
})

test('a document that is named twice is one vendor with its usual name', () => {
  const cwd = project({ 'api.yaml': document('Once', 'once') })
  const lines = warnings(cwd)
  using mock = createMock({ vendors: [`${cwd}/api.yaml`, `${cwd}/./api.yaml`] })
  expect(mock.vendors).toEqual(['api'])
  expect(lines()).toEqual([])
})

test('fixtures of two documents of one name are refused', async () => {
  const cwd = project({ 'a/api.yaml': document('A', 'a'), 'b/api.yaml': document('B', 'b') })
  const { code, err } = await sparring(['fixtures', 'a/api.yaml', 'b/api.yaml', '--out', 'out'], { cwd })
  expect(code).not.toBe(0)
  expect(err).toContain('"a/api.yaml" and "b/api.yaml" are both named api. Write their fixtures to two folders.')
})

test('vendors at one host are distinguished by the paths of their servers', async () => {
  const cwd = project({
    'root.yaml': document('Root', 'a', 'https://host.example'),
    'deep.yaml': document('Deep', 'b', 'https://host.example/v1/deep'),
  })
  const lines = warnings(cwd)
  using mock = createMock({ vendors: [`${cwd}/root.yaml`, `${cwd}/deep.yaml`] })
  expect((await mock.fetch('https://host.example/a')).status).toBe(204)
  expect((await mock.fetch('https://host.example/v1/deep/b')).status).toBe(204)
  expect(mock.journal.exchanges().map(({ vendor, path }) => `${vendor} ${path}`)).toEqual([
    'root /a',
    'deep /v1/deep/b',
  ])
  expect(lines()).toEqual([])
})

test('of vendors at one base the first one answers, and a warning says so', () => {
  const cwd = project({
    'one.yaml': document('One', 'a', 'https://host.example/v1'),
    'two.yaml': document('Two', 'b', 'https://host.example/v1'),
  })
  const lines = warnings(cwd)
  using mock = createMock({ vendors: [`${cwd}/one.yaml`, `${cwd}/two.yaml`] })
  expect(mock.vendors).toEqual(['one', 'two'])
  expect(lines()).toEqual([
    'sparring: one and two are both at https://host.example/v1, and requests there are for one. Give two its own base URL: vendors: { …: { baseUrl: … } }.',
  ])
})
