import { expect, test } from 'vitest'
import { ENTRY_POINTS, frozenMock, openEntry, read } from '../../support/mock/mock.ts'
import { BATCH, BOARD, type Entity, field, sealCaller, sealRequest } from '../../support/vendors/seal.ts'

const FINISHED = '30000000-0000-4000-8000-000000000041'
const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string

test.each(ENTRY_POINTS)(
  'submitting gives the parent, new references last, and the children can be read ($name)',
  async (entry) => {
    const mock = frozenMock({ vendors: ['seal'] })
    const fetch = await openEntry(entry, mock)
    const body = { fieldValuesArray: [{ Volume: 25 }, {}] }
    const answer = await read(fetch(sealRequest('POST', `${field('Samples')}/submit?system=main`, { body })))
    const parent = answer.body as Entity
    expect([answer.status, parent.id]).toEqual([200, BATCH])
    const references = parent.fields['Samples']!.value as Array<{ id: string; version: null }>
    expect(references).toEqual([
      { id: '30000000-0000-4000-8000-000000000071', version: null },
      { id: uuid, version: null },
      { id: uuid, version: null },
    ])
    const child = (await read(fetch(sealRequest('GET', `/entities/${references[1]!.id}`)))).body as Entity
    expect(child).toMatchObject({
      kind: 'INSTANCE',
      title: 'Retained Sample #123',
      status: 'EDITABLE',
      version: null,
      type: { ref: { id: '10000000-0000-4000-8000-000000000003' } },
      sourceInfo: {
        submissionField: { fieldId: parent.fields['Samples']!.id, fieldName: 'Samples', parentEntityId: BATCH },
      },
      metadata: { typeIndex: '2', createdAt: '2026-03-16T10:00:00.000Z' },
      fields: { Volume: { type: 'NUMBER', value: 25 }, Shelf: { type: 'STRING', value: null } },
    })
    const set = await read(fetch(sealRequest('GET', `/entities/${child.id}/change-set`)))
    expect(set.body).toMatchObject({ index: '12' })
  },
)

test('a field value can be set in a child as in any entity', async () => {
  const { call } = sealCaller()
  const parent = await call('POST', `${field('Samples')}/submit`, { fieldValuesArray: [{}] })
  const { id } = (parent.body.fields['Samples']!.value as Array<{ id: string }>).at(-1)!
  const changed = await call('PATCH', `/entities/${id}/fields/Shelf`, { value: 'B2' })
  expect(changed.body.fields['Shelf']!.value).toBe('B2')
})

test('creating from a reference gives the parent, which refers to new, empty entities of the type', async () => {
  const { call } = sealCaller()
  const path = `${field('Attachments')}/create-from-reference?system=main`
  const { status, body } = await call('POST', path, { numberOfEmptyEntities: 2 })
  const [first, second] = body.fields['Attachments']!.value as Array<{ id: string }>
  expect([status, body.id, second!.id]).toEqual([200, BATCH, uuid])
  const made = await call('GET', `/entities/${first!.id}`)
  expect(made.body).toMatchObject({ status: 'EDITABLE', content: { type: 'FILE' }, statusTag: null })
  expect((await call('GET', `/files/${first!.id}`)).status).toBe(404)
})

test('an instance of a template has its fields, version and first status', async () => {
  const { call } = sealCaller()
  await call('POST', `/entities/${BATCH}/fields`, { fieldName: 'Follow-up', type: 'REFERENCE' })
  const { body } = await call('POST', `${field('Follow-up')}/create-from-reference`, {
    fieldValuesArray: [{ 'Yield %': 99 }],
    typeOrTemplateRef: { id: '20000000-0000-4000-8000-000000000001', version: null },
  })
  const [made] = body.fields['Follow-up']!.value as Array<{ id: string }>
  expect((await call('GET', `/entities/${made!.id}`)).body).toMatchObject({
    sourceInfo: { template: { id: '20000000-0000-4000-8000-000000000001', version: '1.1' } },
    statusTag: { text: 'Draft', intent: 'none' },
    fields: { 'Yield %': { value: 99 }, 'Batch Number': { value: null } },
  })
})

test.each([
  [
    'a field for something else',
    `${field('Grade')}/submit`,
    { fieldValuesArray: [{}] },
    'Grade is a SELECT field, not one for submissions',
  ],
  [
    'a field of something else',
    `${field('Samples')}/create-from-reference`,
    { numberOfEmptyEntities: 1 },
    'Samples is a INSTANCE_SUBMISSION field, not one of references',
  ],
  [
    'a field that children have not',
    `${field('Samples')}/submit`,
    { fieldValuesArray: [{ Colour: 'red' }] },
    'Colour is not a field of Retained Sample',
  ],
  [
    'a value of another type',
    `${field('Samples')}/submit`,
    { fieldValuesArray: [{ Volume: 25 }, { Volume: 'much' }] },
    'Volume must be a number, or null',
  ],
  [
    'nothing to create',
    `${field('Samples')}/submit`,
    { fieldValuesArray: [] },
    /^fieldValuesArray must have at least 1/,
  ],
  [
    'no type to create',
    `${field('Instrument(s)')}/create-from-reference`,
    { numberOfEmptyEntities: 1 },
    /^Instrument\(s\) names no type to create entities of$/,
  ],
  [
    'what is no type',
    `${field('Attachments')}/create-from-reference`,
    { numberOfEmptyEntities: 1, typeOrTemplateRef: { id: BOARD } },
    /^typeOrTemplateRef .* is neither a type nor a template$/,
  ],
] as const)('%s is refused, and nothing is made', async (_, path, body, message) => {
  const { call } = sealCaller()
  const refused = await call('POST', path, body)
  expect([refused.status, refused.body.message]).toEqual([400, expect.stringMatching(message)])
  const { body: after } = await call('GET', `/entities/${BATCH}`)
  expect((after.fields['Samples']!.value as unknown[]).length).toBe(1)
})

test('a field is removed by its name', async () => {
  const { call } = sealCaller()
  const { body } = await call('DELETE', field('Yield %'))
  expect(Object.keys(body.fields)).not.toContain('Yield %')
  expect((await call('PATCH', field('Yield %'), { value: 1 })).status).toBe(404)
})

test.each([
  ['PATCH', '/fields/Yield%20%25', { value: 1 }],
  ['DELETE', '/fields/Yield%20%25', undefined],
  ['POST', '/fields', { fieldName: 'x', type: 'STRING' }],
  ['PATCH', '/content', { content: { type: 'NONE' } }],
] as const)('%s %s of an entity that is not EDITABLE is a conflict', async (method, path, body) => {
  const { call } = sealCaller()
  for (const id of [FINISHED, '30000000-0000-4000-8000-000000000043']) {
    const refused = await call(method, `/entities/${id}${path}`, body)
    expect([refused.status, refused.body.message]).toEqual([
      409,
      'Only entities with the status EDITABLE can be changed.',
    ])
  }
})

test.each([
  ['Yield %', 'much', 'Yield % must be a number, or null'],
  ['Released?', 'yes', 'Released? must be true or false, or null'],
  ['Prepared On', '9 March', 'Prepared On must be a date (YYYY-MM-DD), or null'],
  ['Mixed At', '2026-03-09T09:30:00', 'Mixed At must be an ISO date and time with its zone, or null'],
  ['Grade', 'Analytical', 'Grade must be a list of texts, or null'],
  ['Grade', ['Analytical', 'Technical'], 'Grade takes one value, in a list'],
  ['Grade', ['Coarse'], 'Grade must be of Analytical, Technical'],
  ['Instrument(s)', [{ id: BATCH, version: 2 }], 'Instrument(s) must be a list of { id, version }, or null'],
  ['Prepared By', BATCH, 'Prepared By must be a list of role ids, or null'],
  ['Loss %', 3, 'Loss % is a FORMULA field, which is computed'],
] as const)('%s does not take %j', async (name, value, message) => {
  const { call } = sealCaller()
  const refused = await call('PATCH', field(name), { value })
  expect([refused.status, refused.body.message]).toEqual([400, message])
})

test('a status tag is one of those that the template has for such entities', async () => {
  const { call } = sealCaller()
  const tag = async (id: string, statusTag: string) => {
    const { status, body } = await call('POST', `/entities/${id}/status/update-status-tag`, { statusTag })
    return [status, body.statusTag ?? body.message]
  }
  expect(await tag(BATCH, 'Draft')).toEqual([200, { text: 'Draft', intent: 'none' }])
  expect(await tag(BATCH, 'Released')).toEqual([400, 'statusTag must be one of Draft, In Progress'])
  expect(await tag(FINISHED, 'Rejected')).toEqual([200, { text: 'Rejected', intent: 'danger' }])
  expect(await tag(BOARD, 'Anything')).toEqual([200, { text: 'Anything', intent: 'none' }])
})
