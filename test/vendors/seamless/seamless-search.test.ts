import { expect, test } from 'vitest'
import { ENTRY_POINTS, frozenMock, NOW, openEntry } from '../../support/mock/mock.ts'
import { type Page, type Row, seamlessClient, seamlessMock } from '../../support/vendors/seamless.ts'

const DAY = 86_400_000

test.each(ENTRY_POINTS)(
  'all contacts come page by page, each of them once, and the totals are true ($name)',
  async (entry) => {
    const mock = frozenMock({ vendors: ['seamless'] })
    const seamless = seamlessClient(await openEntry(entry, mock))
    const ids: string[] = []
    let nextToken: string | null = null
    const pages: Page['supplementalData'][] = []
    do {
      const page: Page = await seamless.page({ nextToken })
      ids.push(...page.data.map((row) => row.searchResultId))
      pages.push(page.supplementalData)
      nextToken = page.supplementalData.nextToken
    } while (nextToken !== null)
    expect(pages.map(({ isMore, total, perPage }) => [isMore, total, perPage])).toEqual([
      [true, 120, 50],
      [true, 120, 50],
      [false, 120, 50],
    ])
    expect([ids.length, new Set(ids).size]).toEqual([120, 120])
  },
)

test('companies come page by page, too, and each says how many contacts it truly has', async () => {
  const { seamless } = seamlessMock()
  const first = await seamless.page({ limit: 30 }, 'companies')
  const second = await seamless.page({ limit: 30, nextToken: first.supplementalData.nextToken }, 'companies')
  expect([first.data.length, second.data.length, second.supplementalData]).toEqual([
    30,
    10,
    { isMore: false, total: 40, perPage: 30, nextToken: null },
  ])
  for (const { name, numContacts } of first.data.slice(0, 5)) {
    const contacts = await seamless.page({ companyName: [name], companyNameSearchType: 'exact' })
    expect(String(contacts.supplementalData.total)).toBe(numContacts)
  }
})

test('a token of other filters, of another organisation, of company search, or an unknown one is a bad request', async () => {
  const { mock, seamless } = seamlessMock()
  const { nextToken } = (await seamless.page({ department: ['Sales'], limit: 2 })).supplementalData
  expect((await seamless.search({ department: ['Sales'], limit: 9, nextToken })).status).toBe(200)
  const other = seamlessClient(mock.fetch, { Token: 'another' })
  for (const answer of [
    await seamless.search({ department: ['Legal'], nextToken }),
    await seamless.search({ nextToken }, 'companies'),
    await seamless.search({ nextToken: 'eyJwYWdlIjoyfQ' }),
    await other.search({ department: ['Sales'], nextToken }),
  ])
    expect([answer.status, Object.keys(answer.body as object)]).toEqual([400, ['message']])
})

test('a page has at most 500 rows, and less than one is a bad request', async () => {
  const { seamless } = seamlessMock()
  expect((await seamless.page({ limit: 9000 })).supplementalData.perPage).toBe(500)
  expect((await seamless.search({ limit: 0 })).body).toEqual({ message: 'limit must be at least 1' })
  expect((await seamless.search({ limit: 2.5 })).status).toBe(400)
})

/** What every row of an answer has to be, and one that must not be in it. */
type Case = readonly [what: string, filters: object, fits: (row: Row) => boolean]

const isOf =
  (field: string, ...values: readonly unknown[]) =>
  (row: Row) =>
    values.includes(row[field])
const CONTACTS: readonly Case[] = [
  ['a department', { department: ['Sales', 'Legal'] }, isOf('department', 'Sales', 'Legal')],
  ['a seniority', { seniority: ['C-Level'] }, isOf('seniority', 'C-Level')],
  ['a title', { jobTitle: ['engineer'] }, (row) => /engineer/i.test(String(row['title']))],
  ['a name', { fullName: ['ada'] }, (row) => /ada/i.test(row.name)],
  [
    'a keyword',
    { contactKeyword: ['sales'] },
    (row) => /sales/i.test(`${row.name} ${String(row['title'])} ${String(row['company'])}`),
  ],
  ['a company', { companyName: ['energy'] }, (row) => /energy/i.test(String(row['company']))],
  [
    'exactly a company',
    { companyName: ['Alderbrook Systems'], companyNameSearchType: 'exact' },
    isOf('company', 'Alderbrook Systems'),
  ],
  [
    'a related company',
    { companyName: ['Alderbrook Energy'], companyNameSearchType: 'related' },
    isOf('company', 'Alderbrook Systems'),
  ],
  ['a domain', { companyDomain: ['alderbrook-systems.example'] }, isOf('domain', 'alderbrook-systems.example')],
  [
    'an industry',
    { industry: ['Computer Software'] },
    (row) => (row['industries'] as string[]).includes('Computer Software'),
  ],
  ['a state', { contactState: ['California', 'Ohio'] }, isOf('state', 'California', 'Ohio')],
  ['a country', { contactCountry: ['canada'], locationType: 'company' }, isOf('companyCountry', 'Canada')],
  ['a post code', { contactZipCode: ['78701'], locationType: 'bothAND' }, isOf('city', 'Austin')],
  ['a size', { companySize: ['2 - 10', '11 - 50'] }, isOf('employeeSizeRange', '2 - 10', '11 - 50')],
  ['a type', { companyType: 'Public' }, isOf('companyType', 'Public')],
  [
    'an age',
    { companyFoundedOn: ['10+ Years'] },
    (row) => Date.parse(String(row['companyFoundedOn'])) < NOW - 10 * 365 * DAY,
  ],
  ['a job change', { jobChanges: { changeType: 'New Hire' } }, isOf('jobChangeAlert', 'New Hire')],
  [
    'a recent change',
    { jobChanges: { changeType: 'New Hire or New Promotion', dayRange: 'Last 180 Days' } },
    (row) =>
      Date.parse(String(row[row['jobChangeAlert'] === 'New Hire' ? 'startedAtCurrentCompany' : 'titleStartedAt'])) >
      NOW - 180 * DAY,
  ],
  ['a past company', { pastCompany: { names: ['Tidewater Studio'] } }, isOf('formerCompany', 'Tidewater Studio')],
  [
    'changes since',
    { lastModifiedAfter: '2026-01-15T00:00:00Z' },
    (row) => String(row['lastModifiedAt']) >= '2026-01-15',
  ],
  [
    'changes until',
    { lastModifiedBefore: '2026-01-15T00:00:00Z' },
    (row) => String(row['lastModifiedAt']) <= '2026-01-15',
  ],
  [
    'news',
    { newsTypes: ['Acquisition', 'Expansion'] },
    (row) => /Acquisition|Expansion/.test(JSON.stringify(row['newsAndEvents'])),
  ],
  [
    'recent news',
    { newsTypeDates: ['90'] },
    (row) => (row['newsAndEvents'] as Array<{ date: string }>).some(({ date }) => Date.parse(date) > NOW - 90 * DAY),
  ],
  [
    'a funding',
    { companyLatestFundingClassifications: ['Seed'] },
    (row) => (row['companyLatestFundingClassifications'] as string[]).includes('Seed'),
  ],
  [
    'a recent funding',
    { companyLatestFundingDates: ['365'] },
    (row) => Date.parse(String(row['companyLatestFundingDate'])) > NOW - 365 * DAY,
  ],
  [
    'a sum of fundings',
    { companyLatestFundingTotals: ['$1M - $5M'] },
    (row) => Number(row['companyFundingTotal']) >= 1_000_000 && Number(row['companyFundingTotal']) < 5_000_000,
  ],
]
const COMPANIES: readonly Case[] = [
  [
    'an industry',
    { industry: ['Marketing and Advertising'] },
    (row) => (row['industries'] as string[]).includes('Marketing and Advertising'),
  ],
  ['a state', { companyState: ['Texas'] }, isOf('state', 'Texas')],
  ['a country', { companyCountry: ['Canada'] }, isOf('country', 'Canada')],
  ['a post code', { companyZipCode: ['94107'] }, isOf('postCode', '94107')],
  ['a revenue', { companyRevenue: ['$5M - $20M'] }, isOf('revenueRange', '$5M - $20M')],
  ['a size', { companySize: ['51 - 200'] }, isOf('staffCountRange', '51 - 200')],
  ['a keyword', { companyKeyword: ['health'] }, (row) => /health/i.test(row.name)],
  [
    'one of two technologies',
    { technologies: ['React', 'Java'] },
    (row) => /React|Java/.test((row['technologies'] as string[]).join()),
  ],
  [
    'both technologies',
    { technologies: ['React', 'Kubernetes'], technologiesIsOr: false },
    (row) => (row['technologies'] as string[]).includes('Kubernetes'),
  ],
  ['an age', { foundedOn: ['Last 4-10 Years'] }, (row) => Date.parse(String(row['foundedOn'])) > NOW - 10 * 366 * DAY],
  [
    'fundings',
    { latestFundingDates: ['1095'], latestFundingClassifications: ['Series A', 'Series B'] },
    (row) => /Series [AB]/.test(String(row['latestFundingClassifications'])),
  ],
  [
    'a sum of fundings',
    { latestFundingTotals: ['$1M - $5M', '$100K - $1M'] },
    (row) => Number(row['fundingTotal']) < 5_000_000,
  ],
]

test.each(CONTACTS)('contacts can be searched by %s', async (_, filters, fits) => {
  const { seamless } = seamlessMock()
  const { data, supplementalData } = await seamless.page({ ...filters, limit: 500 })
  expect(data.length).toBeGreaterThan(0)
  expect(data.length).toBeLessThan(120)
  expect(supplementalData.total).toBe(data.length)
  expect(data.filter((row) => !fits(row))).toEqual([])
  const all = (await seamless.page({ limit: 500 })).data
  expect(all.filter(fits).length).toBe(data.length)
})

test.each(COMPANIES)('companies can be searched by %s', async (_, filters, fits) => {
  const { seamless } = seamlessMock()
  const { data } = await seamless.page({ ...filters, limit: 500 }, 'companies')
  expect(data.length).toBeGreaterThan(0)
  expect(data.length).toBeLessThan(40)
  expect(data.filter((row) => !fits(row))).toEqual([])
})

test('filters narrow each other, the values of one are alternatives, and what is empty or null filters nothing', async () => {
  const { seamless } = seamlessMock()
  const total = async (filters: object) => (await seamless.page(filters)).supplementalData.total
  const [sales, legal] = [await total({ department: ['Sales'] }), await total({ department: ['Legal'] })]
  expect(await total({ department: ['Sales', 'Legal'] })).toBe(sales + legal)
  expect(await total({ department: ['Sales'], seniority: ['VP'] })).toBeLessThan(sales)
  expect(await total({ department: [], companyType: null, jobChanges: null, pastCompany: null })).toBe(120)
})

test('lists of filters have an end', async () => {
  const { seamless } = seamlessMock()
  const names = (length: number): string[] => Array.from({ length }, (_, index) => `n${index}`)
  expect((await seamless.search({ companyName: names(100) })).status).toBe(200)
  expect((await seamless.search({ companyName: names(101) })).status).toBe(400)
  expect((await seamless.search({ seniority: ['Boss'] })).status).toBe(400)
  expect((await seamless.search({ pastCompany: {} })).status).toBe(400)
})

test('a scenario may change people and companies, and their rows and records follow', async () => {
  const id = 'cmp_sr_01J8YQ4FXZ0000000000000001'
  const { mock, seamless } = seamlessMock({}, {
    data: { companies: { [id]: { employeeCount: '20000', city: 'Oslo' } } },
  } as never)
  const [row] = (await seamless.page({ companyName: ['Alderbrook'] }, 'companies')).data
  expect(row).toMatchObject({ staffCountRange: '10,001+', city: 'Oslo' })
  const [contact] = (await seamless.page({ companyName: ['Alderbrook'] })).data
  expect(contact).toMatchObject({ employeeSizeRange: '10,001+', companyCity: 'Oslo' })
  const ids = await seamless.start({ searchResultIds: [contact!.searchResultId] })
  await mock.clock.advance('4s')
  expect((await seamless.results(ids))[0]!.contact).toMatchObject({
    companyStaffCount: 20_000,
    companyStaffCountRange: '10,001+ employees',
    companyLocation: { city: 'Oslo' },
  })
})
