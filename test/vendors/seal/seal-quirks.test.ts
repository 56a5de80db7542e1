import { expect, test } from 'vitest'
import { ENTRY_POINTS, frozenMock, openEntry, read, toServer } from '../../support/mock/mock.ts'
import {
  BATCH,
  BOARD,
  type Entity,
  field,
  rateHeaders,
  readEntity,
  SEAL,
  SEAL_KEY,
  sealCaller,
  sealRequest,
} from '../../support/vendors/seal.ts'

// What clients of this vendor trip over, one test each.

test('quirk: the concurrency 429 has the rate headers with another meaning, and no reset', async () => {
  const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/concurrency' })
  const held = [mock.fetch(readEntity()), mock.fetch(readEntity())]
  await mock.settled({ held: 2 })
  const refused = await read(mock.fetch(readEntity()))
  expect(rateHeaders(refused)).toEqual({ 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '0', 'retry-after': '1' })
  await mock.clock.advance('300ms')
  expect(rateHeaders(await read((await Promise.all(held))[0]!))['x-ratelimit-limit']).toBe('2000')
})

test.each(ENTRY_POINTS)(
  'quirk: a field is named by its label, whichever way that is escaped ($name)',
  async (entry) => {
    const mock = frozenMock({ vendors: ['seal'] })
    const fetch = await openEntry(entry, mock)
    for (const [path, name, value] of [
      ['Batch Number', 'Batch Number', 'raw space'],
      ['Batch%20Number', 'Batch Number', 'escaped space'],
      ['Yield%20%25', 'Yield %', 1],
      ['Released%3F', 'Released?', true],
      ['Instrument(s)', 'Instrument(s)', []],
      ['Instrument%28s%29', 'Instrument(s)', null],
    ] as const) {
      const request = sealRequest('PATCH', `/entities/${BATCH}/fields/${path}?system=main`, { body: { value } })
      const answer = await read(fetch(request))
      expect([path, answer.status, (answer.body as Entity).fields?.[name]?.value]).toEqual([path, 200, value])
    }
  },
)

test('quirk: the index of a change set is a text; adding wants the index, a review takes id or index', async () => {
  const { call } = sealCaller()
  const set = (await call('GET', `/entities/${BATCH}/change-set`)).body
  expect([typeof set['index'], set['index']]).toEqual(['string', '12'])
  expect((await call('POST', `/entities/${BOARD}/add-to-change-set`, { changeSetIndex: set.id })).status).toBe(404)
  expect((await call('POST', `/entities/${BOARD}/add-to-change-set`, { changeSetIndex: 12 })).status).toBe(400)
  expect((await call('POST', `/entities/${BOARD}/add-to-change-set`, { changeSetIndex: '12' })).status).toBe(200)
  expect((await call('POST', `/change-sets/${set.id}/request-review`, { allowDirectPublish: true })).status).toBe(200)
})

test('quirk: a version is a text or null, and references with a null version are taken', async () => {
  const { call } = sealCaller()
  expect((await call('GET', `/entities/${BATCH}`)).body.version).toBe(null)
  expect((await call('GET', '/entities/20000000-0000-4000-8000-000000000001')).body.version).toBe('1.1')
  const value = [{ id: '30000000-0000-4000-8000-000000000052', version: null }]
  expect((await call('PATCH', field('Instrument(s)'), { value })).body.fields['Instrument(s)']!.value).toEqual(value)
})

test.each([
  ['seal/happy-path', 201],
  ['seal/upload-200', 200],
])('quirk: an upload is a success with 200 or 201 (%s)', async (scenario, status) => {
  const mock = frozenMock({ vendors: ['seal'], scenario })
  const answer = await read(
    mock.fetch(
      new Request(`${SEAL}/files?filename=a.txt&typeTitle=Certificate`, {
        method: 'POST',
        headers: { authorization: `Bearer ${SEAL_KEY}`, 'content-type': 'application/octet-stream' },
        body: 'a',
      }),
    ),
  )
  expect([answer.status, Object.keys(answer.body as object)]).toEqual([status, ['id']])
})

test('quirk: a hash of the bytes is a decimal number, and another one is a 400', async () => {
  const mock = frozenMock({ vendors: ['seal'] })
  const send = async (hash: string) => {
    const path = `${SEAL}/files?filename=a&typeTitle=Certificate&crc32cHash=${hash}`
    const headers = { authorization: `Bearer ${SEAL_KEY}`, 'content-type': 'application/octet-stream' }
    return (await mock.fetch(new Request(path, { method: 'POST', headers, body: '123456789' }))).status
  }
  expect([await send('3808858755'), await send('3808858756'), await send('e3069283')]).toEqual([201, 400, 400])
})

test('quirk: a 200 with a message is a soft failure', async () => {
  const { call } = sealCaller({ scenario: 'seal/soft-failure' })
  const { status, body } = await call('PATCH', field('Yield %'), { value: 97.25 })
  expect([status, body.message, body.id]).toEqual([200, 'The value was rounded.', BATCH])
})

test('quirk: a slash too many leads nowhere', async () => {
  const mock = frozenMock({ vendors: ['seal'] })
  const server = await openEntry(ENTRY_POINTS[0]!, mock)
  for (const fetch of [server, mock.fetch]) {
    const doubled = await read(fetch(sealRequest('GET', `//entities/${BATCH}`)))
    expect([doubled.status, doubled.body]).toEqual([404, { message: 'No such endpoint.' }])
  }
  expect(toServer(SEAL, 'http://x')).not.toMatch(/\/$/)
})

test('quirk: operations that create children answer with the parent', async () => {
  const { call } = sealCaller()
  const submitted = await call('POST', `${field('Samples')}/submit`, { fieldValuesArray: [{}] })
  const created = await call('POST', `${field('Attachments')}/create-from-reference`, { numberOfEmptyEntities: 1 })
  expect([submitted.body.id, created.body.id]).toEqual([BATCH, BATCH])
})

test('quirk: a group is found by its name, with its space raw or escaped, and a user has no members', async () => {
  const { call } = sealCaller()
  for (const path of ['/roles/groups/All users?system=main', '/roles/groups/All%20users']) {
    const { status, body } = await call('GET', path)
    expect([status, (body['members'] as unknown[]).length]).toEqual([200, 3])
    const member = (body['members'] as Array<{ id: string }>)[0]!
    expect((await call('GET', `/roles/${member.id}`)).body['members']).toBeUndefined()
    expect((await call('GET', `/roles/${body.id}`)).body['members']).toEqual(body['members'])
  }
  expect((await call('GET', '/roles/groups/Nobody')).body.message).toBe('Role not found.')
  expect((await call('GET', `/roles/${BATCH}`)).body.message).toBe('Role not found.')
})

test('an archived entity is recovered by the flag that the vendor does not document', async () => {
  const { call } = sealCaller()
  expect((await call('POST', `/entities/${BATCH}/archive`)).body['archived']).toBe(true)
  expect((await call('POST', `/entities/${BATCH}/archive`, { archive: false })).body['archived']).toBe(false)
  expect((await call('POST', `/entities/${BATCH}/archive`, {})).body['archived']).toBe(true)
})

test('the scenario published-meanwhile makes a conflict of every change', async () => {
  const { call } = sealCaller({ scenario: 'seal/published-meanwhile' })
  expect((await call('PATCH', field('Grade'), { value: null })).status).toBe(409)
  expect((await call('POST', `/entities/${BATCH}/make-editable`)).status).toBe(200)
  expect((await call('PATCH', field('Grade'), { value: null })).status).toBe(200)
})
