import { expect, test } from 'vitest'
import { frozenMock, read } from '../../support/mock/mock.ts'
import { BATCH, sealRequest } from '../../support/vendors/seal.ts'

type Found = ReadonlyArray<{ readonly title: string }>

function searching(path = '/entities/search', scenario = 'seal/happy-path') {
  const mock = frozenMock({ vendors: ['seal'], scenario })
  const search = async (queryConfig: object, at = path) =>
    read(mock.fetch(sealRequest('POST', at, { body: { queryConfig } })))
  const titles = async (queryConfig: object, at = path) => {
    const { status, body } = await search(queryConfig, at)
    expect(status, JSON.stringify(body)).toBe(200)
    return (body as Found).map((entity) => entity.title)
  }
  return { mock, search, titles }
}

const filter = (name: string, value: readonly unknown[], operator = 'in') => ({ filter: name, operator, value })
const and = (...filters: object[]) => ({ filters: { and: filters } })
const BATCHES = ['Buffer Batch #41', 'Buffer Batch #42', 'Buffer Batch #43']
const ofBatches = filter('type', ['Buffer Batch'])

test('a search without filters gives what the key sees, in all systems or in one, archived entities left out', async () => {
  const { titles } = searching()
  const all = await titles({})
  expect(all).toEqual(all.toSorted())
  expect(all).toContain('Buffer Batch #42')
  expect(all).not.toContain('Buffer Batch #12')
  expect(await titles({}, '/entities/search?system=equipment')).toEqual(['Balance 3', 'Instrument', 'pH Meter 7'])
  const main = await titles({}, '/entities/search?system=main')
  expect(all).toEqual([...main, 'Balance 3', 'Instrument', 'pH Meter 7'].toSorted())
})

test.each([
  ['type', [ofBatches], BATCHES.concat('Buffer Batch Record').toSorted()],
  ['type by id', [filter('type', ['10000000-0000-4000-8000-000000000006'])], ['Yield Board']],
  ['kind', [filter('kind', ['TEMPLATE'])], ['Buffer Batch Record', 'Change Control Record']],
  ['status', [filter('kind', ['INSTANCE']), filter('status', ['IN_REVIEW'])], ['Buffer Batch #43']],
  ['status tag', [filter('statusTag', ['Released'])], ['Buffer Batch #41']],
  ['field', [filter('field', ['Grade'])], ['Buffer Batch #42']],
  ['template', [filter('template', ['20000000-0000-4000-8000-000000000001'])], BATCHES],
  ['template version', [filter('templateVersion', ['1.1'])], BATCHES],
  ['change set by index', [filter('changeSet', ['13'])], ['Buffer Batch #43']],
  ['text of a field', [filter('text', ['bb-0043'])], ['Buffer Batch #43']],
  ['system', [filter('system', ['equipment'])], ['Balance 3', 'Instrument', 'pH Meter 7']],
  ['parent', [filter('submittedFrom', [BATCH])], ['Retained Sample #42-1']],
  ['archived', [filter('archived', ['TRUE'])], ['Buffer Batch #12']],
  ['creator', [filter('createdBy', ['50000000-0000-4000-8000-000000000001']), ofBatches], ['Buffer Batch Record']],
  [
    'creation',
    [filter('createdBetween', ['[2026-03-09T00:00:00.000Z_2026-03-10T00:00:00.000Z]'])],
    ['Buffer Batch #42'],
  ],
  ['open ends', [filter('lastUpdatedBetween', ['[2026-03-13T00:00:00.000Z_null]']), ofBatches], BATCHES.slice(1)],
  ['tags', [filter('tag', ['90000000-0000-4000-8000-000000000001'])], []],
  ['triggers', [filter('hasTrigger', ['TRUE'])], []],
] as const)('filters by %s', async (_, filters, expected) => {
  const { titles } = searching()
  expect(await titles(and(...filters))).toEqual(expected)
})

test.each([
  ['= number', [{ name: 'Yield %', operator: '=', value: '96.8' }], ['Buffer Batch #42']],
  ['> number', [{ name: 'Yield %', operator: '>', value: '97' }], ['Buffer Batch #41', 'Buffer Batch #43']],
  ['<= number', [{ name: 'Yield %', operator: '<=', value: '97.4' }], ['Buffer Batch #41', 'Buffer Batch #42']],
  ['>= date', [{ name: 'Prepared On', operator: '>=', value: '2026-03-09' }], ['Buffer Batch #42']],
  ['< date', [{ name: 'Prepared On', operator: '<', value: '2026-03-09' }], []],
  [
    'an entity',
    [{ name: 'Instrument(s)', operator: '=', value: 'ref(30000000-0000-4000-8000-000000000051)' }],
    ['Buffer Batch #42'],
  ],
  [
    'a user',
    [{ name: 'Prepared By', operator: '=', value: '50000000-0000-4000-8000-000000000002' }],
    ['Buffer Batch #42'],
  ],
  ['a choice', [{ name: 'Grade', operator: '=', value: 'Analytical' }], ['Buffer Batch #42']],
] as const)('compares the value of a field: %s', async (_, value, expected) => {
  const { titles } = searching()
  expect(await titles(and(filter('fieldValue', value)))).toEqual(expected)
})

test('filters are joined by and, those inside by or, and not_in leaves out', async () => {
  const { titles } = searching()
  const either = { or: [filter('statusTag', ['Released']), filter('status', ['IN_REVIEW'])] }
  expect(await titles(and(ofBatches, either))).toEqual(['Buffer Batch #41', 'Buffer Batch #43'])
  expect(await titles(and(ofBatches, filter('kind', ['TEMPLATE'], 'not_in')))).toEqual(BATCHES)
})

test('the older flat form means the same', async () => {
  const { titles } = searching()
  const flat = { filters: { type: ['Buffer Batch'], kind: ['INSTANCE'] }, negatedFilters: { statusTag: ['Released'] } }
  expect(await titles(flat)).toEqual(BATCHES.slice(1))
})

test('orders by title, time, field and change set, either way, and cuts pages', async () => {
  const { titles } = searching()
  const batches = { filters: { type: ['Buffer Batch'], kind: ['INSTANCE'] } }
  const by = (type: string, name: string, direction: string) => ({ ...batches, orderBy: [{ type, name, direction }] })
  expect(await titles(by('root', 'TITLE', 'DESC'))).toEqual(BATCHES.toReversed())
  expect(await titles(by('metadata', 'CREATED_AT', 'ASC'))).toEqual(BATCHES)
  expect(await titles(by('field', 'Yield %', 'ASC'))).toEqual([BATCHES[1], BATCHES[0], BATCHES[2]])
  expect(await titles(by('derived', 'CHANGE_SET', 'DESC'))).toEqual(BATCHES.toReversed())
  const grouped = { ...batches, groupBy: [{ type: 'metadata', name: 'LAST_UPDATED_BY', direction: 'DESC' }] }
  expect(await titles(grouped)).toEqual([BATCHES[1], BATCHES[2], BATCHES[0]])
  expect(await titles({ ...batches, limit: 2 })).toEqual(BATCHES.slice(0, 2))
  expect(await titles({ ...batches, limit: 2, offset: 2 })).toEqual(BATCHES.slice(2))
})

test.each([
  ['a key that is not known', { colour: 'red' }],
  ['a filter that is not known', and(filter('colour', ['red']))],
  ['an operator that is not known', and(filter('type', ['x'], 'like'))],
  ['an order that is not known', { orderBy: [{ type: 'root', name: 'COLOUR', direction: 'ASC' }] }],
  ['no groups', { groupBy: [] }],
  ['a text where ids are wanted', and(filter('template', ['Buffer Batch Record']))],
  ['a flat filter that is not known', { filters: { colour: ['red'] } }],
  ['more than a thousand', { limit: 1001 }],
])('%s is refused with 400', async (_, queryConfig) => {
  const { search } = searching()
  const { status, body } = await search(queryConfig)
  expect([status, typeof (body as { message: string }).message]).toEqual([400, 'string'])
})

test('active versions are the published ones, live ones the drafts', async () => {
  const { mock, titles, search } = searching()
  const active = { filters: { type: ['Buffer Batch'], kind: ['INSTANCE'] }, searchType: 'ACTIVE_VERSIONS' }
  expect(await titles(active)).toEqual(['Buffer Batch #41'])
  await mock.fetch(sealRequest('POST', '/entities/30000000-0000-4000-8000-000000000041/make-editable'))
  const { body } = await search(active)
  expect((body as Array<{ version: unknown }>).map((entity) => entity.version)).toEqual(['1'])
  const live = await search({ ...active, searchType: 'LIVE' })
  expect((live.body as Array<{ version: unknown }>).map((entity) => entity.version)).toEqual([null, null, null])
})
