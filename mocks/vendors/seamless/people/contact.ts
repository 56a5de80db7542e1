import { isoText, type Item, random } from '../../kit.ts'
import { type Company, mailHostOf, slugOf } from './company.ts'
import { formatDate, daysBefore, monthOf, timeSince } from './dates.ts'
import { departmentOf, seniorityOf, TITLES } from './titles.ts'

/** A contact as search shows it, with the data for its other representations, which no schema declares. */
export interface Contact extends Item {
  readonly searchResultId: string
  readonly name: string
  readonly title: string
  readonly formerCompany: string | null
  readonly jobChangeAlert: 'New Hire' | 'New Promotion' | null
  readonly startedAtCurrentCompany: string
  readonly titleStartedAt: string
  /** Its employer. */
  readonly employer: Company
  readonly emails: readonly [string, string, string]
}

const made = new WeakMap<Item, { readonly month: number; readonly employer: Company; readonly contact: Contact }>()

/** A complete contact, generated from name and company; the item's own fields win. */
export function contactOf(item: Item, employer: Company, now: number): Contact {
  const month = monthOf(now)
  let known = made.get(item)
  if (known?.month !== month || known.employer !== employer)
    made.set(item, (known = { month, employer, contact: makeContact(item, employer, month) }))
  return known.contact
}

/** Additional fields of a contact that the organisation has had researched. */
export function enriched(
  { name, employer, startedAtCurrentCompany, salesNavUrl, recruiterUrl }: Contact,
  now: number,
): Item {
  const slug = slugOf(name)
  const [first, last] = nameParts(name)
  return {
    companyRevenue: employer['revenueRange'],
    firstName: first,
    middleName: '',
    lastName: last,
    companyDomainAlias: employer.domain,
    contactLIRecruiterUrl: recruiterUrl,
    contactLISalesNavUrl: salesNavUrl,
    contactXUrl: `https://x.example/${slug}`,
    contactFBUrl: `https://facebook.example/${slug}`,
    contactGURL: `https://search.example/?q=${slug}`,
    companyGRURL: `https://search.example/?q=${slugOf(employer.name)}`,
    companyXUrl: `https://x.example/${slugOf(employer.name)}`,
    companyFBUrl: `https://facebook.example/${slugOf(employer.name)}`,
    contactCurrentCompanyYears: String(
      Math.floor((monthOf(now) - Date.parse(startedAtCurrentCompany)) / (365 * 86_400_000)),
    ),
  }
}

export function nameParts(name: string): readonly [first: string, last: string] {
  const [first = '', ...rest] = name.split(' ')
  return [first, rest.join(' ')]
}

const FORMER = ['Harbourline Research', 'Tidewater Studio', 'Candlewick Group', 'Lanternfield Labs']

function makeContact(item: Item, employer: Company, month: number): Contact {
  const name = String(item['name'])
  const chance = random('seamless', 'contact', name, employer.name)
  const slug = slugOf(name)
  const title = String(item['title'] ?? chance.pick(TITLES))
  const change = chance.pick<Contact['jobChangeAlert']>(['New Hire', 'New Promotion', null, null])
  const [recently, long] = [chance.int(5, 350), chance.int(400, 3000)]
  const joined = formatDate(daysBefore(month, change === 'New Hire' ? recently : long))
  const began = formatDate(daysBefore(month, change === null ? chance.int(360, long) : recently))
  const left = formatDate(daysBefore(Date.parse(joined), 20))
  const hasFormer = change === 'New Hire' || chance.next() < 0.5
  const modified = isoText(daysBefore(month, chance.int(1, 200)) + chance.int(0, 86_399) * 1000)
  return {
    searchResultId: '',
    name,
    company: employer.name,
    title,
    department: departmentOf(title),
    seniority: seniorityOf(title),
    domain: employer.domain,
    city: employer.city,
    state: employer.state,
    country: employer.country,
    companyCity: employer.city,
    companyState: employer.state,
    companyCountry: employer.country,
    liUrl: `https://linkedin.example/in/${slug}`,
    companyLIProfileUrl: employer['liUrl'],
    sicCode: employer['sicCode'],
    industries: [employer.trade.industry],
    startedAtCurrentCompany: joined,
    titleStartedAt: began,
    timeAtRole: timeSince(began, month),
    timeAtCompany: timeSince(joined, month),
    companyFoundedOn: employer['foundedOn'],
    // The vendor declares a date-time, but uses another format.
    lastModifiedAt: modified.slice(0, 19).replace('T', ' '),
    employeeSizeRange: employer['staffCountRange'],
    timezone: employer.place.timezone,
    newsAndEvents: employer['newsAndEvents'],
    companyFundingTotal: employer.fundingTotal,
    companyLatestFundingDate: employer['latestFundingDate'],
    companyLatestFundingClassifications: employer['latestFundingClassifications'],
    jobChangeAlert: change,
    formerCompany: hasFormer ? chance.pick(FORMER) : null,
    formerTitle: hasFormer ? chance.pick(TITLES) : null,
    formerStartedAt: hasFormer ? formatDate(daysBefore(Date.parse(left), chance.int(200, 1500))) : null,
    formerEndedAt: hasFormer ? left : null,
    companyType: employer['companyType'],
    stockTicker: employer['stockTicker'],
    employer,
    emails: emailsOf(slug, employer, item['email']),
    salesNavUrl: `https://linkedin.example/sales/${slug}`,
    recruiterUrl: `https://linkedin.example/recruiter/${slug}`,
    ...item,
  }
}

/** @param sent - the submitted address */
function emailsOf(slug: string, employer: Company, sent: unknown): Contact['emails'] {
  const host = mailHostOf(employer)
  const [first, last = 'mail'] = slug.split(/-(.*)/)
  const [short, full, other] = [
    `${first!.slice(0, 1)}${last}`,
    `${first!}.${last}`,
    `${first!}${last.slice(0, 1)}`,
  ].map((local) => `${local}@${host}`) as [string, string, string]
  return typeof sent === 'string' ? [sent, full, other] : [short, full, other]
}
