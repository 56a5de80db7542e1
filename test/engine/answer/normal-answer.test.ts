import { describe, expect, test } from 'vitest'
import { frozenMock } from '../../support/mock/mock.ts'

const normal = 'test/fixtures/media/normal.yaml'

async function ask(path: string, init?: RequestInit): Promise<[number, string]> {
  const mock = frozenMock({ vendors: [normal] })
  const response = await mock.fetch(`https://api.normal.example${path}`, init)
  return [response.status, await response.text()]
}

describe('the normal answer', () => {
  test.each([
    ['/only-default', 200, '{"a":1}'],
    ['/with-404', 200, '{"a":1}'],
    ['/with-4xx', 200, '{"a":1}'],
    ['/said', 203, '{"a":1}'],
    ['/said-range', 202, '{"a":1}'],
    ['/exact', 201, '{"a":1}'],
    ['/range', 200, '{"a":1}'],
    ['/redirect', 302, ''],
    ['/unchanged', 200, '{"a":1}'],
    ['/only-unchanged', 304, ''],
  ])('of %s is a %i', async (path, status, body) => {
    expect(await ask(path, { redirect: 'manual' })).toEqual([status, body])
  })

  test('of an operation that documents only errors is an empty 200', async () => {
    const mock = frozenMock({ vendors: [normal], checkReplies: false })
    const response = await mock.fetch('https://api.normal.example/only-errors')
    expect([response.status, await response.text()]).toEqual([200, ''])
  })
})

describe('an error that no keyword names is the documented one', () => {
  const json = (body: string): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })

  test.each([
    ['authenticate', '/locked', {}, 401],
    ['authenticate', '/locked', { headers: { 'x-key': 'revoked' } }, 401],
    ['parse', '/locked', json('{'), 400],
    ['parse', '/locked', json(''), 400],
    ['parse', '/locked', { method: 'POST', body: 'a', headers: { 'content-type': 'a/b' } }, 415],
    ['parse', '/locked', json(`{"a":"${'a'.repeat(100)}"}`), 413],
    ['validate', '/locked', json('{}'), 400],
    ['validate', '/locked?size=x', json('{"a":1}'), 400],
    ['resolve', '/things/b', {}, 404],
  ])('default, at %s: %s', async (_stage, path, init, status) => {
    expect(await ask(path, init)).toEqual([status, '{"oops":"any"}'])
  })

  test('its range, before default', async () => {
    expect(await ask('/ranged')).toEqual([401, '{"oops":"range"}'])
    expect(await ask('/ranged', json('{'))).toEqual([400, '{"oops":"range"}'])
  })

  test('its own status, before the range', async () => {
    expect(await ask('/ranged', json('{}'))).toEqual([422, '{"oops":"exact"}'])
  })

  test('and where a keyword names one, that', async () => {
    const mock = frozenMock({ vendors: [normal], checkReplies: false })
    const ask = (): Promise<Response> => mock.fetch('https://api.normal.example/limited')
    expect((await ask()).status).toBe(200)
    const response = await ask()
    expect([response.status, await response.text()]).toEqual([429, '{"oops":"slow"}'])
  })

  test('for whichever status a scenario plays', async () => {
    const mock = frozenMock({ vendors: [normal] })
    mock.play([], { rules: [{ when: { operation: 'GET /locked' }, then: { error: 503 } }] })
    const response = await mock.fetch('https://api.normal.example/locked', { headers: { 'x-key': 'any' } })
    expect([response.status, await response.text()]).toEqual([503, '{"oops":"any"}'])
  })

  test('the journal shows it with its status', async () => {
    const mock = frozenMock({ vendors: [normal] })
    await mock.fetch('https://api.normal.example/locked')
    expect(mock.journal.exchanges()[0]?.answeredBy).toMatchObject({ stage: 'authenticate', refusal: 'Any' })
  })
})
