/* Vendor code because most filters of the two searches look at several fields, at dates, or at one another. */
import { type Item, readInstant } from '../kit.ts'
import type { Company } from './people/company.ts'
import type { Contact } from './people/contact.ts'
import { sumRange } from './people/ranges.ts'

/** The data that a filter tests; company search has no contact. */
export interface Subject {
  readonly contact: Contact | undefined
  readonly company: Company
}

/** Whether a row passes one filter of the request. */
type Filter = (subject: Subject, wanted: readonly string[], request: Request) => boolean

interface Request {
  readonly body: Item
  readonly now: number
}

/** Values of one filter are alternatives, and all filters must pass; absent filters do. */
export function passesFilters(kind: 'contacts' | 'companies', subject: Subject, request: Request): boolean {
  return Object.entries(request.body).every(([name, value]) => {
    const own = kind === 'contacts' ? CONTACTS : COMPANIES
    // Names unknown to the vendor are ignored.
    const filter = Object.hasOwn(own, name) ? own[name] : undefined
    if (!filter || value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return true
    return filter(subject, (Array.isArray(value) ? value : [value]) as readonly string[], request)
  })
}

const lower = (value: unknown): string => String(value ?? '').toLowerCase()
const isOne = (value: unknown, wanted: readonly string[]): boolean =>
  wanted.some((entry) => lower(entry) === lower(value))
const mentions = (values: readonly unknown[], wanted: readonly string[]): boolean =>
  wanted.some((entry) => values.some((value) => lower(value).includes(lower(entry))))

const DAY = 86_400_000
const isWithin = (date: unknown, days: number, now: number): boolean => {
  const at = Date.parse(String(date))
  return at <= now && at >= now - days * DAY
}

/** Ranges of company age in years. */
const AGES: Readonly<Record<string, readonly [from: number, to: number]>> = {
  'Less than 1 Year': [0, 1],
  'Last 1-3 Years': [1, 4],
  'Last 4-10 Years': [4, 10],
  '10+ Years': [10, Infinity],
}

const companyName: Filter = ({ company }, wanted, { body }) => {
  const { companyNameSearchType: how } = body
  if (how === 'exact') return isOne(company.name, wanted)
  // Related companies share a family name.
  if (how === 'related')
    return isOne(
      company.name.split(' ')[0],
      wanted.map((name) => name.split(' ')[0]!),
    )
  return mentions([company.name], wanted)
}

const foundedOn: Filter = ({ company }, wanted, { now }) => {
  const age = (now - Date.parse(String(company['foundedOn']))) / (365.25 * DAY)
  return wanted.some((label) => {
    const [from, to] = AGES[label]!
    return age >= from && age < to
  })
}

const technologies: Filter = ({ company }, wanted, { body }) => {
  const has = (name: string): boolean => isOne(name, company.technologies)
  return body['technologiesIsOr'] === false ? wanted.every(has) : wanted.some(has)
}

const newsTypes: Filter = ({ company }, wanted, { body, now }) => {
  const days = (body['newsTypeDates'] as readonly string[] | undefined)?.[0]
  return (company['newsAndEvents'] as readonly Item[]).some(
    ({ type, date }) => isOne(type, wanted) && (days === undefined || isWithin(date, Number(days), now)),
  )
}

const newsTypeDates: Filter = ({ company }, [days], { now }) =>
  (company['newsAndEvents'] as readonly Item[]).some(({ date }) => isWithin(date, Number(days), now))

const fundingDates: Filter = ({ company }, [days], { now }) => isWithin(company['latestFundingDate'], Number(days), now)

const fundingClassifications: Filter = ({ company }, wanted) =>
  (company['latestFundingClassifications'] as readonly string[]).some((entry) => isOne(entry, wanted))

const fundingTotals: Filter = ({ company: { fundingTotal } }, wanted) =>
  fundingTotal !== '' && isOne(sumRange(Number(fundingTotal)), wanted)

/** Filters that both searches have under the same names. */
const SHARED: Readonly<Record<string, Filter>> = {
  companyName,
  companyDomain: ({ company }, wanted) => isOne(company.domain, wanted),
  companySize: ({ company }, wanted) => isOne(company['staffCountRange'], wanted),
  companyRevenue: ({ company }, wanted) => isOne(company['revenueRange'], wanted),
  companyType: ({ company }, wanted) => isOne(company['companyType'], wanted),
  technologies,
  newsTypes,
  newsTypeDates,
}

const COMPANIES: Readonly<Record<string, Filter>> = {
  ...SHARED,
  industry: ({ company }, wanted) => company.industries.some((entry) => isOne(entry, wanted)),
  companyState: ({ company }, wanted) => isOne(company.state, wanted),
  companyCountry: ({ company }, wanted) => isOne(company.country, wanted),
  companyZipCode: ({ company }, wanted) => isOne(company.postCode, wanted),
  companyKeyword: ({ company }, wanted) => mentions([company.name, company['description']], wanted),
  foundedOn,
  latestFundingDates: fundingDates,
  latestFundingClassifications: fundingClassifications,
  latestFundingTotals: fundingTotals,
}

/** Filters by the location of the contact, of its company, of either or of both, as locationType says. */
const located =
  (field: string): Filter =>
  ({ contact, company }, wanted, { body }) => {
    const [own, employers] = [isOne(contact![field] ?? company[field], wanted), isOne(company[field], wanted)]
    switch (body['locationType']) {
      case 'contact':
        return own
      case 'company':
        return employers
      case 'bothAND':
        return own && employers
      default:
        return own || employers
    }
  }

const jobChanges: Filter = ({ contact }, [wanted], { now }) => {
  const { changeType, dayRange } = wanted as unknown as { readonly changeType?: string; readonly dayRange?: string }
  const { jobChangeAlert: change, titleStartedAt, startedAtCurrentCompany } = contact!
  const days = dayRange ? Number(/\d+/.exec(dayRange)![0]) : undefined
  const at = change === 'New Hire' ? startedAtCurrentCompany : titleStartedAt
  if (!changeType && days === undefined) return true
  if (change === null || (changeType && !changeType.includes(change))) return false
  return days === undefined || isWithin(at, days, now)
}

const pastCompany: Filter = ({ contact }, [wanted]) =>
  isOne(contact!.formerCompany, (wanted as unknown as { readonly names: readonly string[] }).names)

const CONTACTS: Readonly<Record<string, Filter>> = {
  ...SHARED,
  industry: ({ contact }, wanted) =>
    (contact!['industries'] as readonly string[]).some((entry) => isOne(entry, wanted)),
  contactState: located('state'),
  contactCountry: located('country'),
  contactZipCode: located('postCode'),
  department: ({ contact }, wanted) => isOne(contact!['department'], wanted),
  seniority: ({ contact }, wanted) => isOne(contact!['seniority'], wanted),
  fullName: ({ contact }, wanted) => mentions([contact!.name], wanted),
  jobTitle: ({ contact }, wanted) => mentions([contact!.title], wanted),
  contactKeyword: ({ contact, company }, wanted) => mentions([contact!.name, contact!.title, company.name], wanted),
  companyFoundedOn: foundedOn,
  jobChanges,
  pastCompany,
  lastModifiedAfter: ({ contact }, [wanted]) => modifiedAt(contact!) >= readInstant(wanted!),
  lastModifiedBefore: ({ contact }, [wanted]) => modifiedAt(contact!) <= readInstant(wanted!),
  companyLatestFundingDates: fundingDates,
  companyLatestFundingClassifications: fundingClassifications,
  companyLatestFundingTotals: fundingTotals,
}

function modifiedAt(contact: Contact): number {
  return readInstant(String(contact['lastModifiedAt']))
}
