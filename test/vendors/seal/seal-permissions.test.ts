import { expect, test } from 'vitest'
import { BATCH, field, sealCaller } from '../../support/vendors/seal.ts'

const METER = '30000000-0000-4000-8000-000000000051'
const NO_PERMISSION = 'This key has no permission in the system.'

test('a VIEWER reads and searches, and everything that writes is forbidden', async () => {
  const { call, mock } = sealCaller({ scenario: 'seal/read-only' })
  for (const path of [`/entities/${BATCH}`, '/entities/search?titleContains=batch', `/entities/${BATCH}/change-set`])
    expect((await call('GET', path)).status).toBe(200)
  expect((await call('POST', '/entities/search', { queryConfig: {} })).status).toBe(200)
  const writes = [
    ['PATCH', field('Grade'), { value: null }],
    ['POST', `/entities/${BATCH}/fields`, { fieldName: 'x', type: 'STRING' }],
    ['POST', `/entities/${BATCH}/archive`, undefined],
    ['POST', '/change-sets/12/request-review', { allowDirectPublish: true }],
    ['POST', '/change-sets', { name: 'x', entityIds: [] }],
    ['POST', `/files?filename=a&typeTitle=Certificate`, undefined],
  ] as const
  for (const [method, path, body] of writes) {
    const { status, body: refused } = await call(method, path, body)
    expect([path, status, refused.message]).toEqual([path, 403, NO_PERMISSION])
  }
  expect(mock.journal.explain({ status: 403 }).split('\n')[0]).toMatch(
    /403 by authorize \(Forbidden#permission\): updateFieldValue needs OPERATOR in main; the account default has VIEWER$/,
  )
})

test('an OPERATOR sets values, but may not change the fields of an entity', async () => {
  const { call, mock } = sealCaller()
  mock.play('seal/happy-path', { accounts: { default: { permissions: { main: 'OPERATOR' } } } })
  expect((await call('PATCH', field('Grade'), { value: null })).status).toBe(200)
  expect((await call('DELETE', field('Grade'))).status).toBe(403)
})

test('an entity of a system that the key cannot see is not found, and no search shows it', async () => {
  const { call, mock } = sealCaller({ scenario: 'seal/hidden-system' })
  const hidden = await call('GET', `/entities/${METER}`)
  expect([hidden.status, hidden.body.message]).toEqual([404, 'Entity not found.'])
  const everywhere = { filters: { and: [{ filter: 'system', operator: 'in', value: ['equipment'] }] } }
  expect((await call('POST', '/entities/search', { queryConfig: everywhere })).body).toEqual([])
  expect((await call('POST', '/change-sets/14/request-review', { allowDirectPublish: true })).status).toBe(404)
  expect(mock.journal.explain({ status: 404 }).split('\n')[0]).toMatch(
    /the entity is in the system "equipment", which the key cannot see$/,
  )
})

test('a system is named by its slug: entities of others are not found in it, and one without permission is forbidden', async () => {
  const { call } = sealCaller()
  expect((await call('GET', `/entities/${METER}?system=equipment`)).status).toBe(200)
  expect((await call('GET', `/entities/${METER}?system=main`)).status).toBe(404)
  for (const path of [`/entities/${METER}?system=training`, '/entities/search?titleContains=a&system=training']) {
    const { status, body } = await call('GET', path)
    expect([status, body.message]).toEqual([403, NO_PERMISSION])
  }
})

test('a key that ends in unscoped is good, and may do nothing', async () => {
  const { call } = sealCaller({ key: 'seal_mine_unscoped' })
  for (const path of [`/entities/${BATCH}`, '/entities/search?titleContains=a', '/roles/groups/Quality'])
    expect((await call('GET', path)).status).toBe(403)
})
