import type { ScenarioChanges } from 'sparring'
import { describe, expect, test } from 'vitest'
import { ENTRY_POINTS, frozenMock, openEntry } from '../../support/mock/mock.ts'
import { receive } from '../../support/server/receiver.ts'
import { contact, seamlessClient, seamlessMock } from '../../support/vendors/seamless.ts'

// People and companies that are in no directory of the mock.

type Jobs = NonNullable<ScenarioChanges<'seamless'>['jobs']>

const JANE = { contactName: 'Jane Doe', companyName: 'Acme' }
const ACME = { companyName: 'Acme' }

/** What research of one contact and one company ends as. */
async function ends(scenario: string, jobs: Jobs = {}, identity: object = JANE, company: object = ACME) {
  const mock = frozenMock({ vendors: ['seamless'] })
  mock.play(scenario as 'seamless/happy-path', { jobs })
  const seamless = seamlessClient(mock.fetch)
  const ids = await seamless.start({ contacts: [identity] })
  const companies = await seamless.start({ companies: [company] }, 'companies')
  await mock.clock.advance('1m')
  const [contact] = await seamless.results(ids)
  const [found] = await seamless.results(companies, 'companies')
  return { mock, seamless, contact: contact!, company: found!, ids, companies }
}

test.each(ENTRY_POINTS)(
  'research finds whoever a client asks for, and search finds them then ($name)',
  async (entry) => {
    const mock = frozenMock({ vendors: ['seamless'] })
    const fetch = await openEntry(entry, mock)
    const seamless = seamlessClient(fetch)
    const count = async (filters: object) => (await seamless.page(filters)).supplementalData.total
    expect(await count({ fullName: ['Jane Doe'] })).toBe(0)
    const [id] = await seamless.start({ contacts: [JANE] })
    await mock.clock.advance('1m')
    const [result] = await seamless.results([id!])
    expect([result!.status, result!.contact]).toMatchObject([
      'done',
      { fullName: 'Jane Doe', firstName: 'Jane', lastName: 'Doe', company: 'Acme', email: 'jdoe@acme.example' },
    ])
    const { data, supplementalData } = await seamless.page({ fullName: ['Jane Doe'], companyName: ['Acme'] })
    expect([supplementalData.total, data[0]]).toMatchObject([
      1,
      { name: 'Jane Doe', company: 'Acme', firstName: 'Jane' },
    ])
    expect(Object.keys(data[0]!).filter((field) => /mail|phone|invented/i.test(field))).toEqual([])
    expect(await seamless.listed()).toEqual([result!.contact])
    const other = seamlessClient(fetch, { Token: 'another' })
    expect((await other.page({ fullName: ['Jane Doe'] })).data).toEqual([])
  },
)

describe('a contact may be named in any way, and its record has what was sent', () => {
  test.each([
    ['by name and company', JANE, { fullName: 'Jane Doe', company: 'Acme' }],
    [
      'by name and a domain',
      { contactName: 'Jane Doe', domain: 'acme-tools.co.uk' },
      { fullName: 'Jane Doe', company: 'Acme Tools', companyDomain: 'acme-tools.co.uk' },
    ],
    [
      'by e-mail alone',
      { email: 'jane.doe@acme.com' },
      { fullName: 'Jane Doe', company: 'Acme', email: 'jane.doe@acme.com', email1: 'jane.doe@acme.com' },
    ],
    [
      'by e-mail with one word before the @',
      { email: 'jane+news@acme.com' },
      { firstName: 'Jane', company: 'Acme', email: 'jane+news@acme.com' },
    ],
    [
      'by profile alone',
      { liProfileUrl: 'https://www.linkedin.com/in/jane-doe-4b1a/?trk=x' },
      { fullName: 'Jane Doe', lIProfileUrl: 'https://www.linkedin.com/in/jane-doe-4b1a/?trk=x' },
    ],
    [
      'by a Sales Navigator address that has no name in it',
      { liSalesNavUrl: 'https://www.linkedin.com/sales/lead/ACwAAB1' },
      { lISalesNavUrl: 'https://www.linkedin.com/sales/lead/ACwAAB1' },
    ],
    [
      'by a Recruiter address',
      { liRecruiterUrl: 'https://www.linkedin.com/recruiter/profile/jane-doe' },
      { fullName: 'Jane Doe', lIRecruiterUrl: 'https://www.linkedin.com/recruiter/profile/jane-doe' },
    ],
    [
      'in letters that are not Latin',
      { contactName: '李 明', companyName: '甲公司' },
      { fullName: '李 明', company: '甲公司' },
    ],
    [
      'at a company of the directory',
      { contactName: 'Jane Doe', companyName: 'alderbrook systems' },
      { fullName: 'Jane Doe', company: 'Alderbrook Systems', companyDomain: 'alderbrook-systems.example' },
    ],
    ['by an initial', { email: 'j.doe2@acme.com' }, { fullName: 'J Doe', company: 'Acme', email: 'j.doe2@acme.com' }],
    [
      'by an address that everybody may have',
      { email: 'jane_doe@gmail.com' },
      { fullName: 'Jane Doe', email: 'jane_doe@gmail.com', companyDomain: expect.stringMatching(/\.example$/) },
    ],
    [
      'by a profile in other letters',
      { liProfileUrl: 'https://www.linkedin.com/in/%E6%9D%8E-%E6%98%8E/' },
      { fullName: '李 明' },
    ],
    ['with accents', { contactName: 'Zoë Müller', companyName: 'Acme' }, { email: 'zmuller@acme.example' }],
  ])('%s', async (_, identity, fields) => {
    const { contact: result } = await ends('seamless/happy-path', {}, identity)
    expect([result.status, result.contact]).toMatchObject(['done', fields])
    const { contact: again } = await ends('seamless/happy-path', {}, identity)
    const timeless = (record: object) => ({ ...record, apiResearchId: '' })
    expect(timeless(again.contact!)).toEqual(timeless(result.contact!))
  })

  test.each([
    ['by name', { companyName: 'Acme Tools' }, { name: 'Acme Tools', domain: 'acme-tools.example' }],
    ['by domain', { domain: 'acme-tools.com' }, { name: 'Acme Tools', domain: 'acme-tools.com' }],
    ['by an address', { domain: 'https://www.acme.io/about' }, { name: 'Acme', domain: 'acme.io' }],
    ['by both', { companyName: 'Acme', domain: 'acme.io' }, { name: 'Acme', domain: 'acme.io' }],
  ])('a company %s', async (_, identity, fields) => {
    const { company, seamless } = await ends('seamless/happy-path', {}, JANE, identity)
    expect([company.status, company.company]).toMatchObject(['done', fields])
    const { data } = await seamless.page({ companyDomain: [fields.domain] }, 'companies')
    expect(data).toMatchObject([{ ...fields, searchResultId: expect.stringMatching(/^cmp_sr_[0-9A-Z]{26}$/) }])
    expect(await seamless.listed('companies')).toMatchObject([fields])
  })
})

test('a job change has the title that was sent', async () => {
  const { mock, seamless } = seamlessMock()
  const ids = await seamless.start({ contacts: [{ ...JANE, title: 'VP of Sales' }], isJobChange: true })
  await mock.clock.advance('4s')
  expect((await seamless.results(ids))[0]!.contact).toMatchObject({
    title: 'VP of Sales',
    department: 'Sales',
    seniority: 'VP',
  })
})

test('a found contact is one person, by the row in search and by every address in the record', async () => {
  const { mock, seamless, contact: first } = await ends('seamless/happy-path')
  const [row] = (await seamless.page({ fullName: ['Jane Doe'] })).data
  expect(row!.searchResultId).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  const record = first.contact!
  const ids = [
    ...(await seamless.start({ searchResultIds: [row!.searchResultId] })),
    ...(await seamless.start({
      contacts: [{ email: String(record['email2']) }, { liProfileUrl: record['lIProfileUrl'] }],
    })),
  ]
  await mock.clock.advance('4s')
  for (const result of await seamless.results(ids))
    expect([result.status, result.contact!['contactId']]).toEqual(['done', record['contactId']])
  expect((await seamless.page({ fullName: ['Jane Doe'] })).supplementalData.total).toBe(1)
  expect(await seamless.listed()).toHaveLength(1)
})

test('a found company employs every contact that is named with it', async () => {
  const { mock, seamless } = await ends('seamless/happy-path', {}, JANE, { companyName: 'Acme', domain: 'acme.io' })
  const ids = await seamless.start({ contacts: [{ contactName: 'John Roe', companyName: 'acme' }] })
  await mock.clock.advance('4s')
  expect((await seamless.results(ids))[0]!.contact).toMatchObject({ company: 'Acme', companyDomain: 'acme.io' })
  const [company] = (await seamless.page({ companyName: ['Acme'] }, 'companies')).data
  expect(company!['numContacts']).toBe('2')
})

test('no mail that was not sent can reach anybody', async () => {
  const { contact: result } = await ends('seamless/happy-path', {}, { email: 'jane.doe@acme.com' })
  const mails = [...JSON.stringify(result.contact).matchAll(/[\w.+]+@([\w.-]+)/g)].map(([, host]) => host)
  expect(mails.filter((host) => host !== 'acme.com' && !host!.endsWith('.example'))).toEqual([])
  expect(mails.filter((host) => host === 'acme.com')).toHaveLength(2)
})

test('webhooks for found contacts fire, with the record that a poll shows', async () => {
  const mock = frozenMock({ vendors: ['seamless'], scenario: 'seamless/webhooks' })
  const received = receive(mock)
  const seamless = seamlessClient(mock.fetch)
  const ids = await seamless.start({ contacts: [JANE, { email: 'jane@acme.com' }] })
  const companies = await seamless.start({ companies: [ACME] }, 'companies')
  await mock.clock.advance('1m')
  const records = [
    ...(await seamless.results(companies, 'companies')).map(({ company }) => company),
    ...(await seamless.results(ids)).map((result) => result.contact),
  ]
  expect(received.map(({ body }) => body)).toEqual(records)
})

describe('the outcome of a scenario applies to every contact that a client names', () => {
  const IDENTITIES = [JANE, { email: 'jane.doe@acme.com' }, { liProfileUrl: 'https://www.linkedin.com/in/jane-doe' }]

  test.each([
    ['seamless/contacts-fail', 'error'],
    ['seamless/contacts-missing', 'missing'],
    ['seamless/contacts-done', 'done'],
    ['seamless/contacts-not-found', 'not found'],
    ['seamless/contacts-already-researched', 'contact-already-researched'],
    ['seamless/contacts-no-credits-left', 'No license or credits available'],
  ])('%s: %s', async (scenario, status) => {
    for (const identity of IDENTITIES) expect((await ends(scenario, {}, identity)).contact.status).toBe(status)
  })

  test.each([
    ['seamless/companies-fail', 'error'],
    ['seamless/companies-missing', 'missing'],
    ['seamless/companies-done', 'done'],
  ])('%s: %s', async (scenario, status) => {
    for (const identity of [ACME, { domain: 'acme.com' }])
      expect((await ends(scenario, {}, JANE, identity)).company.status).toBe(status)
  })

  test('an outcome for all jobs wins over what would come by itself: for an unknown id, and for a repeat', async () => {
    for (const outcome of ['error', 'done'] as const) {
      const jobs = { contactResearch: { outcome }, companyResearch: { outcome } }
      const { mock, seamless } = seamlessMock({}, { jobs })
      const ids = await seamless.start({ searchResultIds: [contact(1), contact(1), 'nothing'] })
      const companies = await seamless.start({ companies: [ACME, ACME], searchResultIds: ['nothing'] }, 'companies')
      await mock.clock.advance('1m')
      expect(await seamless.statuses(ids)).toEqual([outcome, outcome, outcome])
      expect(await seamless.statuses(companies, 'companies')).toEqual([outcome, outcome, outcome])
    }
  })

  test('its outcome of one job takes precedence over its outcome of all jobs', async () => {
    const where = [{ input: { '/email': 'jane.doe@acme.com' }, outcome: 'missing' }] as const
    const jobs = { contactResearch: { outcome: 'error', nth: { 1: { outcome: 'done' } }, where } } as const
    const { mock, seamless } = seamlessMock({}, { jobs })
    const ids = await seamless.start({ contacts: [JANE, { email: 'jane.doe@acme.com' }, { email: 'john@acme.com' }] })
    await mock.clock.advance('1m')
    expect(await seamless.statuses(ids)).toEqual(['done', 'missing', 'error'])
  })

  test('a time that it sets changes no outcome', async () => {
    const { mock, seamless } = seamlessMock({}, { jobs: { contactResearch: { timings: { queued: '2s' } } } })
    const ids = await seamless.start({ searchResultIds: [contact(1), contact(1), 'nothing'] })
    await mock.clock.advance('1m')
    expect(await seamless.statuses(ids)).toEqual(['done', 'duplicate', 'missing'])
  })
})

describe('a state brings what belongs to it, however a job came there', () => {
  test.each([
    ['an own contact', { contacts: [JANE] }],
    ['an id that no search has given', { searchResultIds: ['nothing'] }],
    ['what names nobody', { contacts: [{ email: '?' }] }],
  ])('%s that is done by the word of a scenario has a record', async (_, body) => {
    const { mock, seamless } = seamlessMock({}, { jobs: { contactResearch: { nth: { 1: { outcome: 'done' } } } } })
    const [id] = await seamless.start(body)
    await mock.clock.advance('1m')
    const [result] = await seamless.results([id!])
    expect([result!.status, result!.contact]).toMatchObject([
      'done',
      { apiResearchId: id, fullName: expect.stringMatching(/^\S+ \S+$/), email: expect.stringContaining('@') },
    ])
    expect(await seamless.listed()).toEqual([result!.contact])
  })

  test('a company that is done by the word of a scenario has a record', async () => {
    const { mock, seamless } = seamlessMock({}, { jobs: { companyResearch: { nth: { 1: { outcome: 'done' } } } } })
    const [id] = await seamless.start({ searchResultIds: ['nothing'] }, 'companies')
    await mock.clock.advance('1m')
    const [result] = await seamless.results([id!], 'companies')
    expect([result!.status, result!.company]).toMatchObject(['done', { apiResearchId: id, name: expect.any(String) }])
  })

  test('a duplicate without a first request has a record, and says whose it is', async () => {
    const { mock, seamless } = seamlessMock({}, { jobs: { contactResearch: { outcome: 'duplicate' } } })
    const ids = await seamless.start({ contacts: [JANE] })
    await mock.clock.advance('1m')
    const [result] = await seamless.results(ids)
    const initialRequestId = result!.additionalData!['initialRequestId']
    expect(initialRequestId).toMatch(/^[\w-]{21}$/)
    expect(result).toMatchObject({
      status: 'duplicate',
      contact: { fullName: 'Jane Doe', apiResearchId: initialRequestId, createdAt: expect.stringMatching(/Z$/) },
    })
  })

  test('contacts that were researched before the session have their records, in polls and lists', async () => {
    const { seamless } = seamlessMock()
    const [result] = await seamless.results(['6Ei5iKuSHzJXvqjVPWiZ_'])
    expect([result!.status, result!.searchResultId, result!.contact!['fullName']]).toEqual([
      'done',
      contact(120),
      'Edith Ashworth',
    ])
    const [found] = await seamless.results(['8T7LmzqW2Q6hA19'], 'companies')
    expect([found!.status, found!.company!['name']]).toEqual(['done', 'Piperstone Health'])
    const years = 'startDate=2024-01-01T00:00:00Z&endDate=2026-12-31T00:00:00Z'
    expect(await seamless.listed('contacts', years)).toEqual([result!.contact])
    expect(await seamless.listed('companies', years)).toEqual([found!.company])
  })
})

test('a scenario says who exists: a person and a company that it adds are found, researched and listed', async () => {
  const id = '0f0f0f0f-0000-3000-8000-000000000001'
  const companyId = 'cmp_sr_01J8YQ4FXZ0000000000009999'
  const mock = frozenMock({ vendors: ['seamless'] })
  mock.play('seamless/happy-path', {
    data: {
      contacts: { [id]: { name: 'Jane Doe', company: 'Acme', title: 'HR Director' } },
      companies: { [companyId]: { name: 'Acme', domain: 'acme.example', employeeCount: '250' } },
    },
  })
  const seamless = seamlessClient(mock.fetch)
  const [row] = (await seamless.page({ fullName: ['Jane Doe'] })).data
  expect(row).toMatchObject({ searchResultId: id, department: 'Human Resources', employeeSizeRange: '201 - 500' })
  const ids = [...(await seamless.start({ contacts: [JANE] })), ...(await seamless.start({ searchResultIds: [id] }))]
  const companies = await seamless.start({ companies: [ACME] }, 'companies')
  await mock.clock.advance('1m')
  for (const { contact: record } of await seamless.results(ids))
    expect(record).toMatchObject({ title: 'HR Director', companyStaffCount: 250 })
  expect((await seamless.results(companies, 'companies'))[0]!.company).toMatchObject({ staffCount: '250' })
})
