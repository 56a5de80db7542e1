import { expect, test } from 'vitest'
import { ENTRY_POINTS, frozenMock, NOW, openEntry, read } from '../../support/mock/mock.ts'
import { BATCH, BOARD, type Entity, sealCaller, sealRequest } from '../../support/vendors/seal.ts'

const SAMPLE = '30000000-0000-4000-8000-000000000071'
const REVIEWED = '30000000-0000-4000-8000-000000000043'
const FINISHED = '30000000-0000-4000-8000-000000000041'
const BATCH_SET = '80000000-0000-4000-8000-000000000012'
const REVIEWED_SET = '80000000-0000-4000-8000-000000000013'
const REVIEW = {
  allowDirectPublish: false,
  reviewConfig: {
    reviewPhases: [
      {
        title: 'Quality',
        requestedRoleId: '50000000-0000-4000-8000-000000000012',
        requiredNumApprovals: 1,
        fromRequirements: false,
      },
    ],
    requireResponsesForAllPhases: true,
    message: 'Please look.',
  },
}

function caller(options = {}) {
  const { mock, call } = sealCaller(options)
  /** Status and version of an entity, and the status of its change set. */
  const state = async (id: string) => {
    const { body: entity } = await call('GET', `/entities/${id}`)
    const { body: set } = await call('GET', `/entities/${id}/change-set`)
    return [entity.status, entity.version, set.status]
  }
  return { mock, call, state }
}

test.each(ENTRY_POINTS)('a set goes through checks and review, and its entities with it ($name)', async (entry) => {
  const mock = frozenMock({ vendors: ['seal'] })
  const fetch = await openEntry(entry, mock)
  const state = async (id: string) => {
    const entity = (await read(fetch(sealRequest('GET', `/entities/${id}`)))).body as Entity
    const set = (await read(fetch(sealRequest('GET', `/entities/${id}/change-set`)))).body as Entity
    return [entity.status, entity.version, set.status]
  }
  expect(await state(BATCH)).toEqual(['EDITABLE', null, 'OPEN'])
  const sent = await read(fetch(sealRequest('POST', '/change-sets/12/request-review?system=main', { body: REVIEW })))
  expect([sent.status, sent.body]).toMatchObject([200, { id: BATCH_SET, index: '12', status: 'IN_REVIEW' }])
  expect(await state(BATCH)).toEqual(['IN_VALIDATION', null, 'IN_REVIEW'])
  await mock.clock.advance('2s')
  expect(await state(BATCH)).toEqual(['IN_REVIEW', null, 'IN_REVIEW'])
  expect(await state(SAMPLE)).toEqual(['IN_REVIEW', null, 'IN_REVIEW'])
  mock.do('seal', BATCH_SET, 'approve')
  expect(await state(BATCH)).toEqual(['FINISHED', '1', 'CLOSED'])
  expect(await state(SAMPLE)).toEqual(['FINISHED', '1', 'CLOSED'])
  const set = await read(fetch(sealRequest('GET', `/entities/${BATCH}/change-set`)))
  expect((set.body as { entityRefs: unknown }).entityRefs).toContainEqual({ id: BATCH, version: '1' })
})

test('publishing gives a version, the status tag of its template and the time of the approval', async () => {
  const { mock, call } = caller()
  await mock.clock.advance('1h')
  mock.do('seal', REVIEWED_SET, 'approve')
  await mock.clock.advance('1h')
  expect((await call('GET', `/entities/${REVIEWED}`)).body).toMatchObject({
    status: 'FINISHED',
    version: '1',
    previousVersion: null,
    statusTag: { text: 'Released', intent: 'success' },
    metadata: { lastUpdatedAt: new Date(NOW + 3_600_000).toISOString() },
  })
})

test('a set without requirements is published at once where that is allowed, by id as by index', async () => {
  for (const name of ['15', '80000000-0000-4000-8000-000000000015']) {
    const { call, state } = caller()
    const { status, body } = await call('POST', `/change-sets/${name}/request-review`, { allowDirectPublish: true })
    expect([status, body.status]).toEqual([200, 'CLOSED'])
    expect(await state(BOARD)).toEqual(['FINISHED', '1', 'CLOSED'])
  }
})

test('a template with requirements has its instances reviewed, even where they could be published', async () => {
  const { call, state } = caller()
  await call('POST', '/change-sets/12/request-review', { allowDirectPublish: true })
  expect((await state(BATCH))[0]).toBe('IN_VALIDATION')
})

test('a rejected set is open again, its entities can be edited, and it can be sent once more', async () => {
  const { mock, call, state } = caller()
  mock.do('seal', REVIEWED_SET, 'reject')
  expect(await state(REVIEWED)).toEqual(['EDITABLE', null, 'OPEN'])
  expect((await call('PATCH', `/entities/${REVIEWED}/fields/Yield%20%25`, { value: 99 })).status).toBe(200)
  expect((await call('POST', '/change-sets/13/request-review', REVIEW)).body.status).toBe('IN_REVIEW')
})

test('checks can fail, when a scenario says so', async () => {
  const { mock, call, state } = caller({ scenario: 'seal/checks-fail' })
  await call('POST', '/change-sets/12/request-review', REVIEW)
  expect((await state(BATCH))[0]).toBe('IN_VALIDATION')
  await mock.clock.advance('2s')
  expect(await state(BATCH)).toEqual(['EDITABLE', null, 'OPEN'])
})

test('a set that is under review or closed is not sent again', async () => {
  const { call } = caller()
  for (const index of ['13', '11']) {
    const { status, body } = await call('POST', `/change-sets/${index}/request-review`, { allowDirectPublish: true })
    expect([status, body.message]).toEqual([409, 'Only change sets with the status OPEN can be changed.'])
  }
})

test.each([
  ['no such set', '/change-sets/99/request-review', { allowDirectPublish: true }, 404, 'Change set not found.'],
  [
    'a review without a configuration',
    '/change-sets/12/request-review',
    { allowDirectPublish: false },
    400,
    'reviewConfig is required',
  ],
  [
    'a set of another system',
    '/change-sets/14/request-review?system=main',
    { allowDirectPublish: true },
    404,
    'Change set not found.',
  ],
  [
    'an entity under review',
    `/entities/${REVIEWED}/add-to-change-set`,
    { changeSetIndex: '12' },
    409,
    'The entity is under review.',
  ],
  [
    'a set that is not open',
    `/entities/${BATCH}/add-to-change-set`,
    { changeSetIndex: '13' },
    409,
    'Only change sets with the status OPEN can be changed.',
  ],
  [
    'an id in place of the index',
    `/entities/${BATCH}/add-to-change-set`,
    { changeSetIndex: BATCH_SET },
    404,
    'Change set not found.',
  ],
  [
    'a draft that is to be opened',
    `/entities/${BATCH}/make-editable`,
    undefined,
    409,
    'Only published entities can be opened again.',
  ],
  [
    'a set with an entity that is not there',
    '/change-sets',
    { name: 'x', entityIds: [BATCH_SET] },
    404,
    'Entity not found.',
  ],
  [
    'a set with an entity under review',
    '/change-sets',
    { name: 'x', entityIds: [REVIEWED] },
    409,
    'The entity is under review.',
  ],
] as const)('%s is refused', async (_, path, body, status, message) => {
  const { call } = caller()
  const refused = await call('POST', path, body)
  expect([refused.status, refused.body.message]).toEqual([status, message])
})

test('an entity without a change set has none to show', async () => {
  const { call } = caller()
  const { status, body } = await call('GET', '/entities/10000000-0000-4000-8000-000000000001/change-set')
  expect([status, body.message]).toEqual([404, 'Change set not found.'])
})

test('a draft moves from its set into another, by the index', async () => {
  const { call, state } = caller()
  const { status, body } = await call('POST', `/entities/${BATCH}/add-to-change-set`, { changeSetIndex: '15' })
  expect([status, body['entityRefs']]).toEqual([
    200,
    [
      { id: BATCH, version: null },
      { id: BOARD, version: null },
    ],
  ])
  await call('POST', '/change-sets/12/request-review', { allowDirectPublish: true })
  expect((await state(BATCH))[0]).toBe('EDITABLE')
})

test('a published entity gets a new draft in the set, and its version stays', async () => {
  const { call, state } = caller()
  await call('POST', `/entities/${FINISHED}/add-to-change-set`, { changeSetIndex: '12' })
  expect(await state(FINISHED)).toEqual(['EDITABLE', null, 'OPEN'])
  await call('PATCH', `/entities/${FINISHED}/fields/Yield%20%25`, { value: 50 })
  const version = await call('GET', `/entities/${FINISHED}?version=1`)
  expect([version.body.status, version.body.fields['Yield %']!.value]).toEqual(['FINISHED', 97.4])
})

test('an entity that is opened again and published has the next version', async () => {
  const { call, mock } = caller()
  const draft = await call('POST', `/entities/${FINISHED}/make-editable`)
  expect(draft.body).toMatchObject({ status: 'EDITABLE', version: null, previousVersion: '1' })
  const set = (await call('GET', `/entities/${FINISHED}/change-set`)).body
  expect(set).toMatchObject({ index: '17', name: 'Buffer Batch #41', status: 'OPEN' })
  await call('POST', `/change-sets/${String(set['index'])}/request-review`, REVIEW)
  await mock.clock.advance('2s')
  mock.do('seal', set.id, 'approve')
  expect((await call('GET', `/entities/${FINISHED}`)).body).toMatchObject({ version: '2', previousVersion: '1' })
  expect((await call('GET', `/entities/${FINISHED}?version=3`)).body.message).toBe('Version not found.')
})

test('a change set is made of entities, which leave the ones they were in', async () => {
  const { call } = caller()
  const { status, body } = await call('POST', '/change-sets?system=main', {
    name: 'March',
    entityIds: [BATCH, FINISHED],
  })
  expect([status, body]).toMatchObject([201, { index: '17', name: 'March', status: 'OPEN', description: null }])
  expect(body['entityRefs']).toEqual([
    { id: FINISHED, version: null },
    { id: BATCH, version: null },
  ])
})

test('verbs without a route of the API can be sent by the control API', async () => {
  const mock = frozenMock({ vendors: ['seal'] })
  expect(() => mock.do('seal', BATCH_SET, 'approve')).toThrow(
    `Failed to approve ${BATCH_SET}: ${BATCH_SET} is open; approve is possible from checking, reviewing.`,
  )
  expect(() => mock.do('seal', BATCH_SET, 'aprove')).toThrow('"aprove" is not a verb of the changeSet.')
})
