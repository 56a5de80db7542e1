import { expect, test } from 'vitest'
import { ENTRY_POINTS, frozenMock, openEntry, read } from '../../support/mock/mock.ts'
import { BATCH, SEAL, SEAL_KEY, sealRequest } from '../../support/vendors/seal.ts'
import { PROFILE, SEEK, SEEK_KEY, seekClient } from '../../support/vendors/seek.ts'

const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf']

/** Those that may stand in a file of ours. */
const WRITABLE = ['toString', 'hasOwnProperty', 'valueOf']

/** What every object would have if a request could reach the prototype of all. */
function expectUnpolluted(): void {
  expect(Object.getOwnPropertyNames(Object.prototype).toSorted()).toEqual(UNTOUCHED)
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
}
const UNTOUCHED = Object.getOwnPropertyNames(Object.prototype).toSorted()

test.each(NAMES)('%s as a key of a body is a key like any other', async (name) => {
  const mock = frozenMock({ vendors: ['seek', 'seal'] })
  mock.play('seek/happy-path', {
    rules: [{ when: { body: { [`/${name}/more`]: true } }, then: { error: 'InternalServerError' } }],
  })
  const seek = seekClient(mock.fetch)
  const body = `{"profile_url":"https://linkedin.com/in/x","${name}":{"polluted":true}}`
  expect(await seek.submit(body)).toMatchObject({ status: 422, body: { message: `${name} is not allowed` } })
  expect((await seek.submit(`{"${name}":1}`)).status).toBe(400)
  expect((await seek.submit(`{"webhook":{"${name}":1}}`)).status).toBe(400)
  // A value of the wrong type for its field is refused before anything is looked up in it.
  const change = await read(
    mock.fetch(
      sealRequest('PATCH', `/entities/${BATCH}/fields/Grade`, {
        body: `{"value":{"${name}":{"polluted":true}},"${name}":1}`,
      }),
    ),
  )
  expect(change.status).toBe(400)
  expectUnpolluted()
})

test.each(NAMES)('%s as a name in a path is an item that does not exist', async (name) => {
  const mock = frozenMock({ vendors: ['seek', 'seal'] })
  const seek = seekClient(mock.fetch)
  expect((await seek.send('GET', `/workers/${name}`)).status).toBe(404)
  expect((await seek.send('GET', `/jobs/${name}`)).status).toBe(404)
  expect((await seek.cancel(name)).status).toBe(404)
  expect((await seek.submit(PROFILE, name)).status).toBe(404)
  expect((await seek.send('GET', `/${name}`)).status).toBe(404)
  expect((await read(mock.fetch(sealRequest('GET', `/entities/${name}`)))).status).toBe(404)
  const added = await read(
    mock.fetch(
      sealRequest('POST', `/entities/${BATCH}/fields`, { body: { fieldName: name, type: 'STRING', value: 'x' } }),
    ),
  )
  expect(added.status).toBe(200)
  expect(Object.hasOwn((added.body as { fields: object }).fields, name)).toBe(name !== '__proto__')
  const set = await read(
    mock.fetch(sealRequest('PATCH', `/entities/${BATCH}/fields/${name}`, { body: { value: 'polluted' } })),
  )
  expect(set.status).toBe(200)
  const field = Object.getOwnPropertyDescriptor((set.body as { fields: object }).fields, name)?.value as unknown
  expect(field).toEqual(name === '__proto__' ? undefined : expect.objectContaining({ value: 'polluted' }))
  expectUnpolluted()
})

test.each(ENTRY_POINTS)('such names in a query and as headers change nothing ($name)', async (entry) => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', {
    rules: WRITABLE.flatMap((name) => [
      { when: { header: { [name]: 'x' } }, then: { error: 'InternalServerError' } },
      { when: { query: { [name]: 'y' } }, then: { error: 'InternalServerError' } },
    ]),
  })
  const seek = seekClient(await openEntry(entry, mock))
  for (const name of NAMES) {
    expect((await seek.send('GET', `/workers?${name}=1&${name}[polluted]=1&q[${name}]=2`)).status).toBe(200)
    expect((await seek.send('GET', `/workers?${name}=y`)).status).toBe(WRITABLE.includes(name) ? 500 : 200)
    expect((await seek.send('GET', '/me', { headers: { [name]: 'a' } })).status).toBe(200)
  }
  expectUnpolluted()
})

test.each(NAMES)('%s as a credential, a session or a preference is unknown', async (name) => {
  const mock = frozenMock({ vendors: ['seek', 'seal'] })
  mock.play('seek/happy-path', { keys: 'listed', accounts: { default: { keys: { sk_live_real: 'active' } } } })
  const status = async (headers: Record<string, string>) => (await mock.fetch(`${SEEK}/me`, { headers })).status
  expect([await status({ 'x-api-key': name }), await status({ 'x-api-key': `sk_live_${name}` })]).toEqual([401, 401])
  expect(await status({ 'x-api-key': 'sk_live_real', prefer: `example=${name}` })).toBe(400)
  await expect(status({ 'x-sparring-session': name })).rejects.toThrow(
    `Failed to answer: there is no session "${name}".`,
  )
  expect(
    (await mock.fetch(`${SEAL}/entities/${BATCH}`, { headers: { authorization: `Bearer seal_${name}` } })).status,
  ).toBe(200)
})

test('such names in played changes are reported as mistakes', () => {
  const mock = frozenMock({ vendors: ['seek'] })
  for (const text of [
    '{"data":{"workers":{"__proto__":{"name":"x"}}}}',
    '{"__proto__":{"polluted":true}}',
    '{"accounts":{"constructor":{}}}',
  ]) {
    expect(() => mock.play('seek/happy-path', JSON.parse(text) as object)).toThrow(
      /"(?:__proto__|constructor)" (?:cannot be a name: JavaScript objects have it|is not a keyword of a scenario)\.$/,
    )
  }
  mock.play('seek/happy-path', { data: { workers: { toString: { name: 'x' } } } })
  expectUnpolluted()
})

test('no value of a request can end a header of the answer and begin another', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', {
    rules: [
      {
        when: { operation: 'listWorkers' },
        then: {
          answer: {
            status: 200,
            headers: { 'X-Echo': '{$request.query.q}', 'X-Object': '{$request.query}' },
            body: '{$request.query.q}',
            offContract: 'echoes what was asked',
          },
        },
      },
    ],
  })
  const seek = seekClient(mock.fetch)
  const echo = async (text: string) => (await seek.send('GET', `/workers?q=${encodeURIComponent(text)}`)).headers
  const injected = await echo('a\r\nSet-Cookie: stolen=1\r\n\r\n<html>')
  expect(injected['x-echo']).toBe('a Set-Cookie: stolen=1 <html>')
  expect(injected).not.toHaveProperty('set-cookie')
  expect((await echo('tab\there, nul\0there, bell\u0007'))['x-echo']).toBe('tab\there, nul there, bell')
  expect((await echo('Größe 5 € \u{1f600}'))['x-echo']).toBe('Größe 5 ? ?')
  expect((await echo('x'))['x-object']).toBe('{"q":"x"}')
})

test('a path with line breaks in it can be explained in a header', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const answer = await seekClient(mock.fetch).send('GET', '/jobs/a%0D%0Ab%E2%82%AC', {
    headers: { 'x-sparring-explain': '1' },
  })
  expect(answer.headers['x-sparring-explanation']).toBe(
    '404 by resolve (NotFound#job): no item "a\\r\\nb?" in jobs of this account',
  )
})

test.each(ENTRY_POINTS)('paths and bodies that are hard to read are answered ($name)', async (entry) => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(await openEntry(entry, mock))
  for (const path of [
    '/jobs/%',
    '/jobs/%E0%A4%A',
    '/jobs/..%2f..%2fetc',
    '//jobs',
    '/jobs/',
    '/jobs/%00',
    `/jobs/${'x'.repeat(5000)}`,
    '/jobs/a;b=c',
    '/jobs/?q=1',
  ]) {
    expect((await seek.send('GET', path)).status).toBe(404)
  }
  const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`
  expect((await seek.submit(deep)).status).toBe(400)
  expect((await seek.submit(`{"profile_url":"https://x.example","profile_url":"https://y.example"}`)).status).toBe(202)
  expect((await seek.submit('{"profile_url": 1e999}')).status).toBe(422)
})

test('a key never stands in the journal as it was sent', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const key = 'sk_live_0123456789abcdefghijkl'
  await seekClient(mock.fetch, key).me()
  await seekClient(mock.fetch, `${key}revoked`).me()
  await mock.fetch(`${SEEK}/me`, { headers: { authorization: `Bearer ${key}`, cookie: `session=${key}` } })
  const written = JSON.stringify(mock.journal.exchanges()) + mock.journal.explain()
  expect(written).not.toContain('0123456789abc')
  expect(written).toContain('sk_li…kl')
  expect(written).not.toContain(SEEK_KEY)
  expect(written).not.toContain(SEAL_KEY)
})
