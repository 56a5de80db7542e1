import { isoText, type Item, random, type Random } from '../../kit.ts'
import { formatDate, daysBefore, monthOf } from './dates.ts'
import { linksOf } from './links.ts'
import { type Place, PLACES } from './places.ts'
import { sizeRange, sumRange } from './ranges.ts'
import { type Trade, tradeOf } from './trades.ts'

/** A company as search shows it, with the data for its other representations, which no schema declares. */
export interface Company extends Item {
  readonly searchResultId: string
  readonly name: string
  readonly domain: string
  readonly city: string
  readonly state: string
  readonly postCode: string
  readonly country: string
  readonly employeeCount: string
  readonly annualRevenue: string
  readonly industries: readonly string[]
  readonly technologies: readonly string[]
  readonly fundingTotal: string
  readonly place: Place
  readonly trade: Trade
  /** Digits of its telephone numbers: 555 with these two digits is reserved for fiction. */
  readonly lines: readonly string[]
}

const made = new WeakMap<Item, { readonly month: number; readonly company: Company }>()

/** A complete company, generated from its name; the item's own fields win. */
export function companyOf(item: Item, now: number): Company {
  const month = monthOf(now)
  let known = made.get(item)
  if (known?.month !== month) made.set(item, (known = { month, company: makeCompany(item, month) }))
  return known.company
}

/** A text as a URL slug; one without Latin letters becomes digits. */
export function slugOf(text: string): string {
  const plain = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
  const slug = plain.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '')
  return slug === '' ? `n${random('seamless', 'slug', text).hex(8)}` : slug
}

/** The host in a domain or URL: `acme.example` for `https://www.acme.example/about`. */
export function hostOf(text: string | undefined): string | undefined {
  const host = text
    ?.trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/^www\./, '')
    .replace(/[/:?#].*$/, '')
  return host !== undefined && /^[^\s.@]+(?:\.[^\s.@]+)+$/.test(host) ? host : undefined
}

/** The host of a company's email addresses: always a reserved name, even where the company's own domain may exist. */
export function mailHostOf({ name, domain }: Pick<Company, 'name' | 'domain'>): string {
  return /(?:^|\.)(?:example(?:\.(?:com|net|org))?|test|invalid)$/.test(domain) ? domain : `${slugOf(name)}.example`
}

/** A researched company: the same facts under other names, with lists as texts. */
export function companyRecord(company: Company): Item {
  const { place, lines } = company
  const street = String(company['street1'])
  return {
    ...linksOf(company.domain, (name) => `${name}Url`),
    intelUrl: `https://links.example/intel/${company.domain}`,
    newsUrl: `https://links.example/news/${company.domain}`,
    linkedInProfileUrl: company['liUrl'],
    linkedInId: company['linkedInId'],
    annualRevenue: company.annualRevenue,
    phones: lines.map((line) => `+1-${place.area}-555-${line}`).join(','),
    phonesAiScores: lines.map((_, index) => String(98 - index * 12)).join(','),
    description: company['description'],
    name: company.name,
    domain: company.domain,
    foundedOn: company['foundedOn'],
    industries: company.industries.join(','),
    location: {
      street1: street,
      city: company.city,
      state: place.stateAbbr,
      postCode: company.postCode,
      country: company.country,
      countryAbbr: place.alpha2,
      countryAlpha2: place.alpha2,
      countryAlpha3: place.alpha3,
      fullString: `${street}, ${company.city}, ${place.stateAbbr} ${company.postCode}, ${company.country}`,
    },
    revenueRange: company['revenueRange'],
    sicCode: company['sicCode'],
    staffCount: company.employeeCount,
    staffCountRange: company['staffCountRange'],
    topTechnologies: company.technologies.join(','),
    newsAndEvents: company['newsAndEvents'],
    fundingTotal: company.fundingTotal,
    latestFundingDate: company['latestFundingDate'],
    latestFundingClassifications: company['latestFundingClassifications'],
    companyType: company['companyType'],
    stockTicker: company['stockTicker'],
  }
}

function makeCompany(item: Item, month: number): Company {
  const name = String(item['name'])
  const chance = random('seamless', 'company', name)
  const slug = slugOf(name)
  const [place, trade] = [chance.pick(PLACES), tradeOf(name)]
  const staff = Math.max(1, Math.round(10 ** (chance.int(0, 42) / 10)))
  const revenue = staff * chance.int(80, 240) * 1000
  const isPublic = staff > 1000
  const first = chance.int(0, 49) * 2
  const own = {
    searchResultId: '',
    name,
    street1: `${chance.int(1, 999)} ${chance.pick(['Harbour Road', 'Mill Lane', 'Station Street', 'Orchard Way'])}`,
    street2: '',
    street3: '',
    city: place.city,
    state: place.state,
    postCode: place.postCode,
    country: place.country,
    domain: `${slug}.example`,
    description: `${name} is an invented company in ${place.city}.`,
    liUrl: `https://linkedin.example/company/${slug}`,
    sicCode: trade.sicCode,
    industries: [trade.companyIndustry],
    annualRevenue: String(revenue),
    employeeCount: String(staff),
    technologies: trade.technologies,
    linkedInId: String(chance.int(1_000_000, 9_999_999)),
    companyLIURL: `https://linkedin.example/company/${slug}`,
    foundedOn: formatDate(daysBefore(month, chance.int(100, 12_000))),
    companyType: isPublic ? 'Public' : 'Private',
    stockTicker: isPublic ? name.slice(0, 4).toUpperCase() : null,
    ...makeFunding(chance, revenue, month),
    newsAndEvents: makeNews(chance, name, month),
    place,
    trade,
    lines: [first, first + 1].map((line) => `01${String(line).padStart(2, '0')}`),
    ...item,
  }
  // Ranges are derived from the numbers, including those that a scenario sets.
  return {
    staffCountRange: sizeRange(Number(own.employeeCount)),
    revenueRange: sumRange(Number(own.annualRevenue)),
    ...own,
  }
}

function makeFunding(chance: Random, revenue: number, month: number) {
  const date = formatDate(daysBefore(month, chance.int(10, 1400)))
  const classification = chance.pick(['Seed', 'Series A', 'Series B', 'Series D'])
  if (chance.next() < 0.4) return { fundingTotal: '', latestFundingDate: undefined, latestFundingClassifications: [] }
  return {
    fundingTotal: String(Math.round(revenue / 4)),
    latestFundingDate: date,
    latestFundingClassifications: [classification],
  }
}

function makeNews(chance: Random, name: string, month: number) {
  const type = chance.pick(['Acquisition', 'Expansion', 'Leadership', 'Partnership', 'Recognition'])
  const date = isoText(daysBefore(month, chance.int(1, 400)))
  const url = `https://news.example/${slugOf(name)}/${slugOf(type)}`
  return chance.next() < 0.5 ? [] : [{ title: `${name}: ${type.toLowerCase()}`, url, date, type }]
}
