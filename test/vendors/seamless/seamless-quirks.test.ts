import { expect, test } from 'vitest'
import { frozenMock, NOW } from '../../support/mock/mock.ts'
import { receive } from '../../support/server/receiver.ts'
import { company, contacts, seamlessClient, seamlessMock } from '../../support/vendors/seamless.ts'

// What clients of this vendor trip over, one test each.

async function records() {
  const { mock, seamless } = seamlessMock()
  const ids = await seamless.start(contacts(1))
  const companies = await seamless.start({ searchResultIds: [company(1)] }, 'companies')
  await mock.clock.advance('4s')
  return {
    seamless,
    contact: (await seamless.results(ids))[0]!.contact!,
    company: (await seamless.results(companies, 'companies'))[0]!.company!,
    row: (await seamless.page({ limit: 1 })).data[0]!,
    companyRow: (await seamless.page({ limit: 1 }, 'companies')).data[0]!,
  }
}

test('quirk: a 422 is spelled msg, a 429 message, and both have a code', async () => {
  const keys = async (options: Parameters<typeof seamlessMock>[1]) =>
    Object.keys((await seamlessMock({}, options).seamless.research(contacts(1))).body as object)
  expect(await keys({ accounts: { default: { credits: 0 } } })).toEqual(['code', 'msg'])
  expect(await keys({ accounts: { default: { license: 'none' } } })).toEqual(['code', 'msg'])
  expect(await keys({ limits: { requests: { limit: 0 } } })).toEqual(['code', 'message'])
})

test.each([
  ['seamless/key-revoked', { message: 'Invalid token' }],
  ['seamless/key-missing', { message: 'Unauthorized' }],
  ['seamless/wire-401', { msg: 'Invalid token' }],
])(
  'quirk: a 401 has no code, and is spelled as the document says or as clients have met it (%s)',
  async (scenario, body) => {
    const answer = await seamlessMock({ scenario }).seamless.search()
    expect([answer.status, answer.body]).toEqual([401, body])
  },
)

test('quirk: on the wire a missing credential has another text than a wrong one', async () => {
  const mock = frozenMock({ vendors: { seamless: { dialect: 'wire' } } })
  const body = async (credential: Readonly<Record<string, string>>) =>
    (await seamlessClient(mock.fetch, credential).search()).body
  expect(await body({})).toEqual({ msg: 'Unauthorized' })
  expect(await body({ Token: 'a-revoked' })).toEqual({ msg: 'Invalid token' })
  expect(await body({ Token: 'a', Authorization: 'Bearer a' })).toEqual({ msg: 'Invalid token' })
})

test('quirk: a missing licence is a 422, and no 401, 402 or 403', async () => {
  expect((await seamlessMock({ scenario: 'seamless/license-missing' }).seamless.search()).status).toBe(422)
})

test('quirk: research that fails or finds nothing is a 200', async () => {
  for (const outcome of ['error', 'missing', 'not found', 'No license or credits available']) {
    const { mock, seamless } = seamlessMock({}, { jobs: { contactResearch: { outcome } } } as never)
    const ids = await seamless.start(contacts(1))
    await mock.clock.advance('5s')
    const answer = await seamless.poll(ids)
    expect([answer.status, (answer.body as { data: unknown[] }).data]).toEqual([
      200,
      [expect.objectContaining({ status: outcome })],
    ])
  }
})

test('quirk: a poll says in words what went wrong with a contact, and not with a company', async () => {
  const jobs = { contactResearch: { nth: { 1: { outcome: 'error' }, 2: { outcome: 'missing' } } } } as const
  const { mock, seamless } = seamlessMock({}, { jobs: { ...jobs, companyResearch: { outcome: 'error' } } })
  const ids = await seamless.start(contacts(1, 2, 3))
  const companies = await seamless.start({ searchResultIds: [company(1)] }, 'companies')
  await mock.clock.advance('4s')
  expect((await seamless.results([...ids, 'unknown'])).map(({ message }) => message)).toEqual([
    'The research failed.',
    'No result was found.',
    undefined,
    'No result was found.',
  ])
  expect(await seamless.results(companies, 'companies')).toEqual([{ requestId: companies[0], status: 'error' }])
})

test('quirk: the token of the next page is JSON in base64, and the last page has a null in its place', async () => {
  const { seamless } = seamlessMock()
  const { supplementalData: first } = await seamless.page({ limit: 100 })
  expect(JSON.parse(atob(first.nextToken!))).toBeTypeOf('object')
  const { supplementalData: last } = await seamless.page({ limit: 100, nextToken: first.nextToken })
  expect(last).toEqual({ isMore: false, total: 120, perPage: 100, nextToken: null })
})

test('quirk: times at a company and in a role are words, and a job that goes on has no end', async () => {
  const { contact, row } = await records()
  expect([row['timeAtRole'], row['timeAtCompany']].join(' ')).toMatch(/^(?:\d+ (?:Yr|Mo) ?)+$/)
  const [now, ...before] = contact['jobHistory'] as ReadonlyArray<Readonly<Record<string, unknown>>>
  expect([now!['companyName'], 'endedAt' in now!, before.every((job) => 'endedAt' in job)]).toEqual([
    contact['company'],
    false,
    true,
  ])
})

test('quirk: a poll of many ids is one parameter with commas, and each id has its answer in its place', async () => {
  const { seamless } = seamlessMock()
  const [own] = await seamless.start(contacts(1))
  expect((await seamless.results(['a', own!, 'b'])).map(({ requestId, status }) => [requestId, status])).toEqual([
    ['a', 'missing'],
    [own, 'queued'],
    ['b', 'missing'],
  ])
})

test('quirk: a licence is asked of what reads and writes data, and not of a request for a token', async () => {
  const mock = frozenMock({ vendors: ['seamless'], scenario: 'seamless/license-missing' })
  const { clientId, clientSecret, refreshToken } = mock.credentials('seamless').tokens!['OAuth2']!
  const body = {
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uri: 'https://client.example/callback',
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
  }
  expect((await seamlessClient(mock.fetch, {}).send('POST', '/oauth/accessToken', { body })).status).toBe(200)
})

test('quirk: searches, polls and listings cost nothing, and an item costs its credit whatever is found', async () => {
  const { mock, seamless } = seamlessMock()
  const left = async () => (await seamless.search()).headers['x-publicapi-credits']
  await seamless.search({}, 'companies')
  await seamless.organisation()
  expect(await left()).toBe('1000')
  await seamless.poll(await seamless.start({ searchResultIds: ['nothing'] }))
  await mock.clock.advance('4s')
  expect(await left()).toBe('999')
})

test('quirk: the reset is in epoch seconds, and no Retry-After says how long', async () => {
  const { seamless } = seamlessMock({}, { limits: { requests: { limit: 0 } } })
  const { headers } = await seamless.search()
  expect([headers['x-ratelimit-reset'], headers['retry-after']]).toEqual([String(NOW / 1000 + 60), undefined])
})

test('quirk: one profile address has four names', async () => {
  const { contact, company, row, companyRow, seamless } = await records()
  expect([contact['lIProfileUrl'], 'liUrl' in contact, 'liProfileUrl' in contact]).toEqual([row['liUrl'], false, false])
  expect([company['linkedInProfileUrl'], 'liUrl' in company]).toEqual([companyRow['liUrl'], false])
  const answer = await seamless.research({ contacts: [{ liProfileUrl: row['liUrl'] }] })
  expect(answer.status).toBe(202)
})

test('quirk: scores are texts with a percent sign, and some telephones have none', async () => {
  const { contact } = await records()
  expect(contact['email1TotalAI']).toBe('97%')
  expect(contact['contactPhone1TotalAI']).toMatch(/^\d\d%$/)
  expect('contactPhone2TotalAI' in contact).toBe(false)
})

test('quirk: a list in search results is a text with commas in a company record', async () => {
  const { company, companyRow } = await records()
  expect(company['industries']).toBe((companyRow['industries'] as string[]).join(','))
  expect(company['topTechnologies']).toBe((companyRow['technologies'] as string[]).join(','))
  const [phones, scores] = [String(company['phones']).split(','), String(company['phonesAiScores']).split(',')]
  expect([phones.length, scores.length]).toEqual([2, 2])
})

test('quirk: the staff of a company is a number in a contact and a text elsewhere', async () => {
  const { contact, company, companyRow } = await records()
  const staff = contact['companyStaffCount']
  expect([typeof staff, company['staffCount'], companyRow['employeeCount']]).toEqual([
    'number',
    String(staff),
    String(staff),
  ])
})

test('quirk: the range of the staff has a word behind it in a contact alone', async () => {
  const { contact, company, row } = await records()
  expect(contact['companyStaffCountRange']).toBe(`${String(row['employeeSizeRange'])} employees`)
  expect(company['staffCountRange']).toBe(row['employeeSizeRange'])
})

test('quirk: the instant of a change has a space and no zone', async () => {
  const { row } = await records()
  expect(row['lastModifiedAt']).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
})

test('quirk: an unknown value is an empty text in a record, and null in a row', async () => {
  const { contact, seamless } = await records()
  expect([contact['middleName'], contact['personalEmail'], contact['image'], contact['companyPhone3']]).toEqual([
    '',
    '',
    '',
    '',
  ])
  const without = (await seamless.page({ limit: 500 })).data.find((row) => row['formerCompany'] === null)!
  expect([without['formerTitle'], without['formerStartedAt']]).toEqual([null, null])
})

test('quirk: the ids of contacts and companies look different, before and after', async () => {
  const { contact, company, row, companyRow } = await records()
  expect(contact['apiResearchId']).toMatch(/^[\w-]{21}$/)
  expect(company['apiResearchId']).toMatch(/^[0-9A-Za-z]{15}$/)
  expect(contact['contactId']).toMatch(/^\d{9}$/)
  expect(row.searchResultId).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  expect(companyRow.searchResultId).toMatch(/^cmp_sr_[0-9A-Z]{26}$/)
})

test('quirk: search shows neither e-mail nor telephone, nor how many employees a contact has around it', async () => {
  const { row } = await records()
  expect(Object.keys(row).filter((name) => /e-?mail|phone|employeeCount/i.test(name))).toEqual([])
})

test('quirk: keys that are not known are ignored, so a misspelled filter finds everybody', async () => {
  const { seamless } = seamlessMock()
  expect((await seamless.page({ fullName: ['Ada Abbott'] })).supplementalData.total).toBe(1)
  expect((await seamless.page({ fullname: ['Ada Abbott'], colour: 'blue' })).supplementalData.total).toBe(120)
})

test('quirk: an industry that is not in the list finds no one, and the two lists are spelled differently', async () => {
  const { seamless } = seamlessMock()
  const total = async (industry: string, kind: 'contacts' | 'companies') =>
    (await seamless.page({ industry: [industry] }, kind)).supplementalData.total
  expect(await total('Marketing & Advertising', 'contacts')).toBeGreaterThan(0)
  expect(await total('Marketing and Advertising', 'contacts')).toBe(0)
  expect(await total('Marketing and Advertising', 'companies')).toBeGreaterThan(0)
  expect(await total('Marketing & Advertising', 'companies')).toBe(0)
})

test('quirk: filters of funding and foundation have a prefix in contact search alone', async () => {
  const { seamless } = seamlessMock()
  const all = { contacts: 120, companies: 40 }
  for (const [kind, own, other] of [
    ['contacts', 'companyFoundedOn', 'foundedOn'],
    ['companies', 'foundedOn', 'companyFoundedOn'],
  ] as const) {
    const total = async (name: string) => (await seamless.page({ [name]: ['10+ Years'] }, kind)).supplementalData.total
    expect([(await total(own)) < all[kind], await total(other)]).toEqual([true, all[kind]])
  }
})

test('quirk: contacts take ids or identities, companies both at once', async () => {
  const { seamless } = seamlessMock()
  expect((await seamless.research({ ...contacts(1), contacts: [{ email: 'a@b.example' }] })).status).toBe(400)
  const both = { searchResultIds: [company(1)], companies: [{ companyName: 'Birchfield Partners' }] }
  expect((await seamless.research(both, 'companies')).status).toBe(202)
})

test('quirk: companies have neither the status queued nor duplicate', async () => {
  const { mock, seamless } = seamlessMock()
  const body = { searchResultIds: [company(1)] }
  const [first, again] = [await seamless.start(body, 'companies'), await seamless.start(body, 'companies')]
  expect(await seamless.statuses([...first, ...again], 'companies')).toEqual(['researching', 'researching'])
  await mock.clock.advance('3s')
  expect(await seamless.statuses([...first, ...again], 'companies')).toEqual(['done', 'done'])
})

test('quirk: a submission is no success of its own: 202, success true, and nothing of what will be', async () => {
  const { seamless } = seamlessMock()
  const answer = await seamless.research({ searchResultIds: ['nobody'] })
  expect([answer.status, Object.keys(answer.body as object)]).toEqual([202, ['success', 'requestIds']])
})

test('quirk: the same submission twice makes two requests, since there is no idempotency key', async () => {
  const { seamless } = seamlessMock()
  const [first, second] = [await seamless.start(contacts(1)), await seamless.start(contacts(1))]
  expect(first[0]).not.toBe(second[0])
})

test('quirk: listings have no total, no success and no sign of a next page', async () => {
  const { seamless } = await records()
  for (const kind of ['contacts', 'companies'] as const)
    expect(Object.keys((await seamless.organisation(kind)).body as object)).toEqual(['data'])
})

test('quirk: a token has an instant to expire at, and neither a type nor a life', async () => {
  const mock = frozenMock({ vendors: ['seamless'] })
  const { clientId, clientSecret, refreshToken } = mock.credentials('seamless').tokens!['OAuth2']!
  const body = {
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uri: 'https://client.example/callback',
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
  }
  const answer = await seamlessClient(mock.fetch, {}).send('POST', '/oauth/accessToken', { body })
  expect([answer.status, Object.keys(answer.body as object).sort()]).toEqual([
    200,
    ['access_token', 'expires_at', 'refresh_token'],
  ])
  expect((answer.body as { expires_at: number }).expires_at).toBe(NOW / 1000 + 3600)
})

test('quirk: a webhook has neither its type nor its time; only the URL and apiResearchId identify it', async () => {
  const mock = frozenMock({ vendors: ['seamless'], scenario: 'seamless/webhooks' })
  const received = receive(mock)
  const [id] = await seamlessClient(mock.fetch).start(contacts(1))
  await mock.clock.advance('4s')
  const [{ body, headers }] = received as [(typeof received)[number]]
  expect([body['apiResearchId'], body['event'], body['type'], body['phones'], body['linkedInProfileUrl']]).toEqual([
    id,
    undefined,
    undefined,
    undefined,
    undefined,
  ])
  expect(Object.keys(headers).filter((name) => /signature|timestamp|event/.test(name))).toEqual([])
})
