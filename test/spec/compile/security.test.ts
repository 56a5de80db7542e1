import { createMock } from 'sparring'
import { expect, onTestFinished, test, vi } from 'vitest'
import { project, sparring } from '../../support/processes/cli.ts'

const text = `openapi: 3.1.0
info: { title: Doors, version: '1' }
servers: [{ url: https://doors.example }]
security: [{ bearrer: [] }]
paths:
  /inherited: { get: { responses: { '200': { description: Open. } } } }
  /null: { get: { security: , responses: { '200': { description: Open. } } } }
  /text: { get: { security: [bearrer], responses: { '200': { description: Open. } } } }
  /map: { get: { security: { bearer: [] }, responses: { '200': { description: Open. } } } }
  /scheme: { get: { security: [{ typo: [] }], responses: { '200': { description: Open. } } } }
  /nameless: { get: { security: [{ nameless: [] }], responses: { '200': { description: Open. } } } }
  /either: { get: { security: [{ bearer: [] }, { bearrer: [] }], responses: { '200': { description: Open. } } } }
  /open: { get: { security: [], responses: { '200': { description: Open. } } } }
components:
  securitySchemes:
    bearer: { type: http, scheme: bearer }
    typo: { type: apikey, in: header, name: x-key }
    nameless: { type: apiKey, in: header }
`
const paths = ['inherited', 'null', 'text', 'map', 'scheme', 'nameless', 'either', 'open']

test('a scheme that is undeclared or cannot be checked does not let requests pass', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  onTestFinished(() => warn.mockRestore())
  const cwd = project({ 'doors.yaml': text })
  using mock = createMock({ vendors: [`${cwd}/doors.yaml`] })
  const statuses = async (headers: Record<string, string>) =>
    Promise.all(paths.map(async (path) => (await mock.fetch(`https://doors.example/${path}`, { headers })).status))
  expect(await statuses({})).toEqual([401, 401, 401, 401, 401, 401, 401, 200])
  expect(await statuses({ authorization: 'Bearer any' })).toEqual([200, 200, 200, 200, 200, 200, 200, 200])
  expect(await statuses({ authorization: 'Bearer any-revoked' })).toEqual([401, 401, 401, 401, 401, 401, 401, 200])
})

test('strict refuses them', () => {
  const cwd = project({ 'doors.yaml': text.replaceAll(/^  \/(?:null|map):.*\n/gm, '') })
  expect(() => createMock({ vendors: [`${cwd}/doors.yaml`], strict: true })).toThrow('"bearrer" is not one of')
})

test('check reports each of them once, at its place', async () => {
  const cwd = project({ 'doors.yaml': text })
  const { code, out } = await sparring(['check', 'doors.yaml'], { cwd })
  expect(code).toBe(1)
  expect(out)
    .toBe(`doors.yaml:4:1 error unknown-scheme: "bearrer" is not one of components.securitySchemes. Did you mean "bearer"? Until then any credential in the header "Authorization" passes.
doors.yaml:7:19 error wrong-type: "security" must be a list; got null.
doors.yaml:9:18 error wrong-type: "security" must be a list; got a map.
doors.yaml:17:5 error unusable-scheme: The security scheme "typo" cannot be asked for: "type" is "apikey". Did you mean "apiKey"? Until then any credential in the header "Authorization" passes.
doors.yaml:18:5 error unusable-scheme: The security scheme "nameless" cannot be asked for: it has no "name". Until then any credential in the header "Authorization" passes.

1 spec, 0 scenarios: 5 errors.
`)
})
