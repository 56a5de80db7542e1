import { expect, test } from 'vitest'
import { vendorMock } from '../support/mock/spec.ts'

const SPEC = `
openapi: 3.1.0
info: { title: Doors, version: '1' }
servers: [{ url: https://doors.example }]
security: [{ key: [] }]
x-mock:
  authenticate: { key: { format: 'door_{tag}' } }
  accounts:
    default: { permissions: { main: EDITOR, shelf: VIEWER, cellar: null }, project: main, scopes: a b, licence: pro }
    chief: { permissions: { main: ADMIN }, project: main, scopes: [a], keys: { door_chief: active } }
  authorize:
    levels: [VIEWER, EDITOR, ADMIN]
    granted: '{$account.permissions}'
    by: ['{$request.query.project}', '{$account.project}']
    needs: VIEWER
    refuse: Forbidden#level
paths:
  /read: { get: { operationId: read, responses: { '200': { $ref: '#/components/responses/Fine' }, '403': { $ref: '#/components/responses/Forbidden' } } } }
  /public: { get: { operationId: public, security: [], responses: { '200': { $ref: '#/components/responses/Fine' } } } }
  /free: { get: { operationId: free, x-mock: { authorize: [] }, responses: { '200': { $ref: '#/components/responses/Fine' } } } }
  /edit: { post: { operationId: edit, x-mock: { authorize: [{ needs: EDITOR }] }, responses: { '200': { $ref: '#/components/responses/Fine' }, '403': { $ref: '#/components/responses/Forbidden' } } } }
  /erase: { post: { operationId: erase, x-mock: { authorize: [{ needs: ADMIN, refuse: Forbidden#scope }] }, responses: { '200': { $ref: '#/components/responses/Fine' }, '403': { $ref: '#/components/responses/Forbidden' } } } }
  /scoped:
    get:
      operationId: scoped
      x-mock:
        authorize:
          - { value: '{$account.scopes}', contains: [a, b], refuse: Forbidden#scope }
          - { value: '{$account.licence}', in: [pro, max], not: trial, refuse: Forbidden#scope }
      responses: { '200': { $ref: '#/components/responses/Fine' }, '403': { $ref: '#/components/responses/Forbidden' } }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: x-key } }
  responses:
    Fine: { description: Fine., content: { application/json: { schema: { type: object }, examples: { fine: { value: {} } } } } }
    Forbidden:
      description: No.
      content: { application/json: { examples: { level: { value: { message: level } }, scope: { value: { message: scope } } } } }
`

async function answer(mock: ReturnType<typeof vendorMock>, method: string, path: string, key = 'door_any') {
  const response = await mock.fetch(`https://doors.example${path}`, { method, headers: { 'x-key': key } })
  return [response.status, ((await response.json()) as { message?: string }).message]
}

test('a level includes those below it, and is that of the project asked for', async () => {
  const mock = vendorMock('doors', SPEC)
  expect(await answer(mock, 'GET', '/read')).toEqual([200, undefined])
  expect(await answer(mock, 'POST', '/edit')).toEqual([200, undefined])
  expect(await answer(mock, 'POST', '/erase')).toEqual([403, 'scope'])
  expect(await answer(mock, 'POST', '/erase', 'door_chief')).toEqual([200, undefined])
  expect(await answer(mock, 'GET', '/read?project=shelf')).toEqual([200, undefined])
  expect(await answer(mock, 'POST', '/edit?project=shelf')).toEqual([403, 'level'])
  expect(await answer(mock, 'GET', '/read?project=cellar')).toEqual([403, 'level'])
  expect(await answer(mock, 'GET', '/read?project=nowhere')).toEqual([403, 'level'])
  expect(mock.journal.explain({ status: 403 }).split('\n')).toEqual([
    '3 +0ms doors POST /erase -> 403 by authorize (Forbidden#scope): erase needs ADMIN in main; the account default has EDITOR',
    '6 +0ms doors POST /edit -> 403 by authorize (Forbidden#level): edit needs EDITOR in shelf; the account default has VIEWER',
    '7 +0ms doors GET /read -> 403 by authorize (Forbidden#level): read needs VIEWER in cellar; the account default has nothing',
    '8 +0ms doors GET /read -> 403 by authorize (Forbidden#level): read needs VIEWER in nowhere; the account default has nothing',
  ])
})

test('scopes and licences are looked at as the operation says', async () => {
  const mock = vendorMock('doors', SPEC)
  expect(await answer(mock, 'GET', '/scoped')).toEqual([200, undefined])
  expect(await answer(mock, 'GET', '/scoped', 'door_chief')).toEqual([403, 'scope'])
  expect(mock.journal.explain({ status: 403 })).toMatch(
    /scoped needs \{\$account\.scopes\} to be a list with \["a","b"\]; it is \["a"\]$/,
  )
})

test('a key that ends in unscoped lacks every required permission, and passes if none is required', async () => {
  const mock = vendorMock('doors', SPEC)
  const { unscoped } = mock.credentials('doors')
  expect(unscoped).toBe('door_sparring00unscoped')
  expect(await answer(mock, 'GET', '/read', unscoped)).toEqual([403, 'level'])
  expect(await answer(mock, 'GET', '/scoped', unscoped)).toEqual([403, 'scope'])
  expect(await answer(mock, 'GET', '/free', unscoped)).toEqual([200, undefined])
  expect(await answer(mock, 'GET', '/public', unscoped)).toEqual([200, undefined])
})

test('requirements of the root apply to every operation without its own, after the level', async () => {
  const requires = "    requires: [{ value: '{$account.licence}', equals: pro, refuse: Forbidden#scope }]\n"
  const mock = vendorMock('doors', SPEC.replace('    needs: VIEWER\n', `    needs: VIEWER\n${requires}`))
  expect(await answer(mock, 'GET', '/read')).toEqual([200, undefined])
  expect(await answer(mock, 'GET', '/read', 'door_chief')).toEqual([403, 'scope'])
  expect(await answer(mock, 'GET', '/read?project=cellar', 'door_chief')).toEqual([403, 'level'])
  for (const path of ['/free', '/public'])
    expect(await answer(mock, 'GET', path, 'door_chief')).toEqual([200, undefined])
  expect(mock.journal.explain({ status: 403 })).toMatch(/read needs \{\$account\.licence\} to be pro; it is missing/)
})

test('an unknown level is reported with the nearest one', () => {
  expect(() => vendorMock('doors', SPEC.replace('needs: EDITOR', 'needs: EDITORS'))).toThrow(
    '"EDITORS" is not a level of permission. Did you mean "EDITOR"?',
  )
})
