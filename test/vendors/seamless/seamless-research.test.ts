import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { load } from 'js-yaml'
import { ENTRY_POINTS, frozenMock, NOW, openEntry } from '../../support/mock/mock.ts'
import { root } from '../../support/processes/cli.ts'
import { company, contact, contacts, seamlessClient, seamlessMock, YEAR } from '../../support/vendors/seamless.ts'

type Data = Readonly<Record<string, unknown>>

const schemas = (
  load(readFileSync(`${root}specs/seamless/openapi.yaml`, 'utf8')) as {
    components: { schemas: Record<string, { properties: Data }> }
  }
).components.schemas

test.each(ENTRY_POINTS)('a contact is queued, researched and done, and its record is whole ($name)', async (entry) => {
  const mock = frozenMock({ vendors: ['seamless'] })
  const seamless = seamlessClient(await openEntry(entry, mock))
  const accepted = await seamless.research(contacts(1))
  const { requestIds: ids } = accepted.body as { requestIds: string[] }
  expect([accepted.status, accepted.body]).toEqual([
    202,
    { success: true, requestIds: [expect.stringMatching(/^[\w-]{21}$/)] },
  ])
  expect(await seamless.results(ids)).toEqual([{ requestId: ids[0], searchResultId: contact(1), status: 'queued' }])
  await mock.clock.advance('1s')
  expect(await seamless.statuses(ids)).toEqual(['researching'])
  await mock.clock.advance('3s')
  const [result] = await seamless.results(ids)
  expect(Object.keys(result!)).toEqual(['requestId', 'searchResultId', 'status', 'contact'])
  expect(result!.status).toBe('done')
  const at = new Date(NOW + 4000).toISOString()
  expect(result!.contact).toMatchObject({
    fullName: 'Ada Abbott',
    company: 'Alderbrook Systems',
    email: 'aabbott@alderbrook-systems.example',
    email2: 'ada.abbott@alderbrook-systems.example',
    apiResearchId: ids[0],
    createdAt: at,
    updatedAt: at,
  })
})

test('a record of a contact has all 101 fields, but for the dates of a job that there was not', async () => {
  const { mock, seamless } = seamlessMock()
  const all = Object.keys(schemas['Contact']!.properties)
  expect(all).toHaveLength(101)
  const ids = await seamless.start(contacts(...Array.from({ length: 40 }, (_, index) => index + 1)))
  await mock.clock.advance('4s')
  for (const { contact: record } of await seamless.results(ids)) {
    const without = ['formerStartedAt', 'formerEndedAt', 'companyLatestFundingDate']
    expect(all.filter((name) => !(name in record!)).filter((name) => !without.includes(name))).toEqual([])
    expect(record!['formerCompany'] === '').toBe(!('formerStartedAt' in record!))
  }
})

test('a company is researched without a queue, and its record has all 51 fields', async () => {
  const { mock, seamless } = seamlessMock()
  const all = Object.keys(schemas['Company']!.properties)
  expect(all).toHaveLength(51)
  const ids = await seamless.start({ searchResultIds: [company(1)] }, 'companies')
  expect(ids[0]).toMatch(/^[0-9A-Za-z]{15}$/)
  expect(await seamless.results(ids, 'companies')).toEqual([{ requestId: ids[0], status: 'researching' }])
  await mock.clock.advance('3s')
  const [result] = await seamless.results(ids, 'companies')
  expect(Object.keys(result!)).toEqual(['requestId', 'status', 'company'])
  expect(all.filter((name) => !(name in result!.company!)).filter((name) => name !== 'latestFundingDate')).toEqual([])
  expect(result!.company).toMatchObject({ name: 'Alderbrook Systems', apiResearchId: ids[0] })
})

test('one requestId for each item, in the order of the items', async () => {
  const { mock, seamless } = seamlessMock()
  const ids = await seamless.start(contacts(3, 1, 2))
  await mock.clock.advance('4s')
  expect((await seamless.results(ids)).map(({ searchResultId }) => searchResultId)).toEqual([
    contact(3),
    contact(1),
    contact(2),
  ])
  expect((await seamless.results([ids[2]!, ids[0]!])).map(({ requestId }) => requestId)).toEqual([ids[2], ids[0]])
})

test.each([
  ['by name and company', { contactName: 'ada abbott', companyName: 'Alderbrook Systems' }],
  ['by name and domain', { contactName: 'Ada Abbott', domain: 'alderbrook-systems.example' }],
  ['by e-mail', { email: 'Ada.Abbott@alderbrook-systems.example' }],
  ['by profile', { liProfileUrl: 'https://linkedin.example/in/ada-abbott' }],
  ['by Sales Navigator', { liSalesNavUrl: 'https://linkedin.example/sales/ada-abbott' }],
  ['by Recruiter', { liRecruiterUrl: 'https://linkedin.example/recruiter/ada-abbott' }],
])('a contact may be meant %s', async (_, identity) => {
  const { mock, seamless } = seamlessMock()
  const ids = await seamless.start({ contacts: [identity] })
  await mock.clock.advance('4s')
  const [result] = await seamless.results(ids)
  expect([result!.status, result!.contact!['fullName'], 'searchResultId' in result!]).toEqual([
    'done',
    'Ada Abbott',
    false,
  ])
})

test('companies may be meant by id, name and domain, in one request', async () => {
  const { mock, seamless } = seamlessMock()
  const ids = await seamless.start(
    {
      searchResultIds: [company(1)],
      companies: [{ companyName: 'Birchfield Partners' }, { domain: 'cobaltway-energy.example' }],
    },
    'companies',
  )
  await mock.clock.advance('3s')
  const names = (await seamless.results(ids, 'companies')).map((result) => result.company?.['name'])
  expect(names).toEqual([
    'Alderbrook Systems',
    expect.stringContaining('Birchfield'),
    expect.stringContaining('Cobaltway'),
  ])
})

test('an id from no search, and a contact that does not exist, are accepted, charged, and missing in the end', async () => {
  const { mock, seamless } = seamlessMock()
  const ids = [
    ...(await seamless.start({ searchResultIds: ['nothing'] })),
    ...(await seamless.start({
      contacts: [{ email: 'no mail at all' }, { contactName: '???', companyName: 'Acme' }, { liProfileUrl: 'nowhere' }],
    })),
  ]
  const companies = [
    ...(await seamless.start({ searchResultIds: ['nothing'] }, 'companies')),
    ...(await seamless.start({ companies: [{ companyName: '  ' }, { domain: 'localhost' }] }, 'companies')),
  ]
  await mock.clock.advance('4s')
  expect(await seamless.results(ids)).toEqual(
    ids.map((requestId, index) => ({
      requestId,
      ...(index === 0 && { searchResultId: 'nothing' }),
      status: 'missing',
      message: 'No result was found.',
    })),
  )
  expect(await seamless.results(companies, 'companies')).toEqual(
    companies.map((requestId) => ({ requestId, status: 'missing' })),
  )
  expect((await seamless.search()).headers['x-publicapi-credits']).toBe('993')
  expect((await seamless.page()).supplementalData.total).toBe(120)
})

test.each([
  ['neither ids nor identities', 'contacts', {}],
  ['both ids and identities', 'contacts', { searchResultIds: ['a'], contacts: [{ email: 'a@b.example' }] }],
  ['no ids', 'contacts', { searchResultIds: [] }],
  ['101 ids', 'contacts', { searchResultIds: Array.from({ length: 101 }, (_, index) => String(index)) }],
  ['a job change of ids', 'contacts', { searchResultIds: ['a'], isJobChange: true }],
  ['a name alone', 'contacts', { contacts: [{ contactName: 'Ada Abbott' }] }],
  ['a company alone', 'contacts', { contacts: [{ companyName: 'Alderbrook Systems' }] }],
  ['no company at all', 'companies', {}],
  ['a company without a name', 'companies', { companies: [{}] }],
  ['an id that is a number', 'companies', { searchResultIds: [1] }],
] as const)('a submission with %s is a bad request (%s)', async (_, kind, body) => {
  const { seamless } = seamlessMock()
  const answer = await seamless.research(body, kind)
  expect([answer.status, Object.keys(answer.body as object)]).toEqual([400, ['message']])
  expect(answer.headers['x-publicapi-credits']).toBe('1000')
})

test('a job change goes with identities, and a hundred items go in one request', async () => {
  const { seamless } = seamlessMock()
  const change = {
    contacts: [{ contactName: 'Ada Abbott', companyName: 'Alderbrook Systems', title: 'VP' }],
    isJobChange: true,
  }
  expect((await seamless.research(change)).status).toBe(202)
  const ids = await seamless.start(contacts(...Array.from({ length: 100 }, (_, index) => index + 1)))
  expect(new Set(ids).size).toBe(100)
  expect(await seamless.statuses(ids)).toEqual(ids.map(() => 'queued'))
  expect((await seamless.search()).headers['x-publicapi-credits']).toBe('899')
})

test('a poll asks for one to a hundred ids, in one value with commas', async () => {
  const { seamless } = seamlessMock()
  const poll = async (query: string) => (await seamless.send('GET', `/contacts/research/poll${query}`)).status
  expect(await poll('')).toBe(400)
  expect(await poll('?requestIds=')).toBe(400)
  expect(await poll(`?requestIds=${Array.from({ length: 100 }, (_, index) => index).join(',')}`)).toBe(200)
  expect(await poll(`?requestIds=${Array.from({ length: 101 }, (_, index) => index).join(',')}`)).toBe(400)
  expect(await poll('?requestIds[]=a&requestIds[]=b')).toBe(400)
})

test('a request that is not known is missing: of the other kind, of another organisation, a search result', async () => {
  const { mock, seamless } = seamlessMock()
  const [own] = await seamless.start(contacts(1))
  const other = seamlessClient(mock.fetch, { Token: 'another' })
  const missing = (id: string) => [{ requestId: id, status: 'missing', message: 'No result was found.' }]
  expect(await seamless.results([contact(1)])).toEqual(missing(contact(1)))
  expect(await seamless.results([own!], 'companies')).toEqual([{ requestId: own, status: 'missing' }])
  expect(await other.results([own!])).toEqual(missing(own!))
})

test('a repeat costs nothing, leads to the first request, and has its record when that is done', async () => {
  const { mock, seamless } = seamlessMock()
  const [first] = await seamless.start(contacts(1))
  const again = await seamless.research(contacts(1, 2))
  const [repeat, other] = (again.body as { requestIds: string[] }).requestIds
  expect([again.status, again.headers['x-publicapi-credits']]).toEqual([202, '998'])
  await mock.clock.advance('1s')
  expect(await seamless.results([repeat!, other!])).toEqual([
    { requestId: repeat, searchResultId: contact(1), status: 'duplicate', additionalData: { initialRequestId: first } },
    { requestId: other, searchResultId: contact(2), status: 'researching' },
  ])
  await mock.clock.advance('3s')
  const [initial, duplicate] = await seamless.results([first!, repeat!])
  expect(duplicate!.contact).toEqual(initial!.contact)
  expect(duplicate!.contact!['apiResearchId']).toBe(first)
})

test('a repeat within one request is one, too; without the check it is researched and paid for again', async () => {
  const { mock, seamless } = seamlessMock()
  const ids = await seamless.start(contacts(1, 1))
  const paid = await seamless.research({ ...contacts(1), skipDeduplicationCheck: true })
  expect(paid.headers['x-publicapi-credits']).toBe('998')
  await mock.clock.advance('4s')
  expect(await seamless.statuses([...ids, ...(paid.body as { requestIds: string[] }).requestIds])).toEqual([
    'done',
    'duplicate',
    'done',
  ])
})

test('a company that is repeated is done again, with its record, and costs nothing', async () => {
  const { mock, seamless } = seamlessMock()
  await seamless.start({ searchResultIds: [company(1)] }, 'companies')
  const again = await seamless.research({ searchResultIds: [company(1)] }, 'companies')
  expect(again.headers['x-publicapi-credits']).toBe('999')
  await mock.clock.advance('3s')
  const [result] = await seamless.results((again.body as { requestIds: string[] }).requestIds, 'companies')
  expect([result!.status, result!.company!['name']]).toEqual(['done', 'Alderbrook Systems'])
})

test('one person is the same person in search, in research and in the listing', async () => {
  const { mock, seamless } = seamlessMock()
  const [row] = (await seamless.page({ limit: 1 })).data
  const ids = await seamless.start({ searchResultIds: [row!.searchResultId] })
  await mock.clock.advance('4s')
  const record = (await seamless.results(ids))[0]!.contact!
  expect(await seamless.listed()).toEqual([record])
  for (const [left, right] of [
    ['name', 'fullName'],
    ['title', 'title'],
    ['company', 'company'],
    ['department', 'department'],
    ['seniority', 'seniority'],
    ['domain', 'companyDomain'],
    ['liUrl', 'lIProfileUrl'],
    ['startedAtCurrentCompany', 'startedAtCurrentCompany'],
    ['timeAtRole', 'timeAtRole'],
    ['stockTicker', 'stockTicker'],
    ['newsAndEvents', 'newsAndEvents'],
  ] as const)
    expect([left, row![left]]).toEqual([left, record[right]])
  expect(record['companyIndustry']).toBe((row!['industries'] as string[])[0])
  expect(record['companyStaffCountRange']).toBe(`${String(row!['employeeSizeRange'])} employees`)
  const [companyRow] = (await seamless.page({ companyName: [String(row!['company'])] }, 'companies')).data
  expect([companyRow!['liUrl'], companyRow!['state'], companyRow!['annualRevenue']]).toEqual([
    record['companyLIProfileUrl'],
    row!['companyState'],
    record['companyAnnualRevenue'],
  ])
})

test('a contact that was researched shows more in search, and to its organisation alone', async () => {
  const { mock, seamless } = seamlessMock()
  const page = async (client = seamless) => (await client.page({ limit: 1 })).data[0]!
  expect('firstName' in (await page())).toBe(false)
  await seamless.start({ searchResultIds: [(await page()).searchResultId] })
  expect('firstName' in (await page())).toBe(false)
  await mock.clock.advance('4s')
  expect(await page()).toMatchObject({
    firstName: 'Ada',
    lastName: 'Abbott',
    companyDomainAlias: 'alderbrook-systems.example',
  })
  expect(Object.keys(await page()).every((name) => name in schemas['ContactRow']!.properties)).toBe(true)
  expect('firstName' in (await page(seamlessClient(mock.fetch, { Token: 'another' })))).toBe(false)
})

test('the listing has what was done within its dates, each once, the newest first, page by page', async () => {
  const { mock, seamless } = seamlessMock()
  await seamless.start(contacts(1, 2, 3))
  await mock.clock.advance('10s')
  await seamless.start({ ...contacts(1), skipDeduplicationCheck: true })
  expect((await seamless.listed()).map((record) => record['contactId'])).toHaveLength(3)
  await mock.clock.advance('10s')
  const names = async (query: string) => (await seamless.listed('contacts', query)).map((record) => record['fullName'])
  const all = await names(YEAR)
  expect([all.length, all[0]]).toEqual([3, 'Ada Abbott'])
  expect(await names(`${YEAR}&page=2&limit=2`)).toEqual(all.slice(2))
  expect(await names(`${YEAR}&page=3&limit=2`)).toEqual([])
  expect(await names('startDate=2026-03-16T10:00:05Z&endDate=2026-12-31T00:00:00Z')).toEqual(['Ada Abbott'])
  expect(await names('startDate=2025-01-01T00:00:00Z&endDate=2025-12-31T00:00:00Z')).toEqual([])
  expect(await seamless.listed('companies')).toEqual([])
})

test.each(['contacts', 'companies'] as const)('the listing of %s wants both dates', async (kind) => {
  const { seamless } = seamlessMock()
  const status = async (query: string) => (await seamless.organisation(kind, query)).status
  expect(await status('')).toBe(400)
  expect(await status('startDate=2026-01-01T00:00:00Z')).toBe(400)
  expect(await status('startDate=yesterday&endDate=2026-01-01T00:00:00Z')).toBe(400)
  expect(await status(`${YEAR}&page=0`)).toBe(400)
  expect(await status(`${YEAR}&limit=0`)).toBe(400)
  expect(await status(`${YEAR}&limit=500`)).toBe(200)
  expect(await status(`${YEAR}&limit=501`)).toBe(400)
})

test('addresses, telephone numbers and e-mails are reserved ones, which reach no one', async () => {
  const { mock, seamless } = seamlessMock()
  const ids = await seamless.start(contacts(...Array.from({ length: 100 }, (_, index) => index + 1)))
  const companies = await seamless.start(
    { searchResultIds: Array.from({ length: 40 }, (_, index) => company(index + 1)) },
    'companies',
  )
  await mock.clock.advance('4s')
  const records = [...(await seamless.results(ids)), ...(await seamless.results(companies, 'companies'))]
  const text = JSON.stringify([
    records,
    await seamless.page({ limit: 500 }),
    await seamless.page({ limit: 500 }, 'companies'),
  ])
  const hosts = [...text.matchAll(/(?:@|https?:\/\/)([\w.-]+)/g)].map((match) => match[1]!)
  expect(hosts.filter((host) => !host.endsWith('.example'))).toEqual([])
  const phones = [...text.matchAll(/"(?:contactPhone\d|companyPhone\d|phones)":"([^"]*)"/g)].flatMap((match) =>
    match[1]!.split(','),
  )
  expect(
    phones.filter((phone) => phone !== '' && !/^(?:\d{3}\.555\.01\d\d|\+1-\d{3}-555-01\d\d)$/.test(phone)),
  ).toEqual([])
  expect(phones.length).toBeGreaterThan(200)
})

test('e-mails fit names, companies fit domains, and no two rows are the same', async () => {
  const { seamless } = seamlessMock()
  const rows = (await seamless.page({ limit: 500 })).data
  for (const row of rows)
    expect(row['domain']).toBe(`${String(row['company']).toLowerCase().replaceAll(' ', '-')}.example`)
  expect(new Set(rows.map((row) => row.name)).size).toBe(rows.length)
  const neighbours = rows.filter((row, index) => index > 0 && row['company'] === rows[index - 1]!['company'])
  expect(neighbours).toEqual([])
})
