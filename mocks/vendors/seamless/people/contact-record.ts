import { type Item, random } from '../../kit.ts'
import { type Contact, nameParts } from './contact.ts'
import { linksOf } from './links.ts'

/** A researched contact: the search fields under other names, with emails, telephones and its whole company. */
export function contactRecord(contact: Contact, username: string): Item {
  const { name, employer } = contact
  const { place } = employer
  const [first, last] = nameParts(name)
  const chance = random('seamless', 'record', name, employer.name)
  const [mobile, office] = [chance.int(0, 49), chance.int(50, 99)].map((line) => `01${String(line).padStart(2, '0')}`)
  const { companyPhone1, companyPhone2 } = phonesOf(contact)
  return {
    contactId: String(chance.int(100_000_000, 999_999_999)),
    username,
    firstName: first,
    middleName: '',
    lastName: last,
    fullName: name,
    name,
    nameOriginal: name,
    email: contact.emails[0],
    personalEmail: '',
    contactPhone1: `${place.area}.555.${mobile}`,
    contactPhone1TotalAI: `${chance.int(80, 99)}%`,
    contactPhone1DataType: 'mobile',
    contactPhone2: `${place.area}.555.${office}`,
    contactPhone2DataType: 'main',
    companyPhone1,
    companyPhone1TotalAI: '99%',
    companyPhone1DataType: 'company',
    companyPhone2,
    companyPhone2TotalAI: '22%',
    companyPhone2DataType: 'company',
    // Unknown values are empty texts here, never null.
    companyPhone3: '',
    companyPhone3TotalAI: '',
    companyPhone3DataType: '',
    ...companyFields(contact),
    title: contact.title,
    department: contact['department'],
    seniority: contact['seniority'],
    lIProfileUrl: contact['liUrl'],
    lISalesNavUrl: contact['salesNavUrl'],
    lIRecruiterUrl: contact['recruiterUrl'],
    contactLocation: locationOf(contact),
    companyLocation: { ...companyLocationOf(contact) },
    website: employer.domain,
    emailDomain: contact.emails[0].split('@').at(-1),
    image: '',
    ...emailFields(contact),
    ...linksOf(employer.domain, (link) => link),
    companyNews: `https://links.example/news/${employer.domain}`,
    formerCompany: contact.formerCompany ?? '',
    formerTitle: contact['formerTitle'] ?? '',
    ...(contact.formerCompany !== null && {
      formerStartedAt: contact['formerStartedAt'],
      formerEndedAt: contact['formerEndedAt'],
    }),
    titleStartedAt: contact.titleStartedAt,
    startedAtCurrentCompany: contact.startedAtCurrentCompany,
    timeAtRole: contact['timeAtRole'],
    timeAtCompany: contact['timeAtCompany'],
    jobHistory: jobHistoryOf(contact),
    jobChangeAlert: contact.jobChangeAlert,
    companyType: contact['companyType'],
    stockTicker: contact['stockTicker'],
    newsAndEvents: contact['newsAndEvents'],
    companyFundingTotal: contact['companyFundingTotal'],
    companyLatestFundingDate: contact['companyLatestFundingDate'],
    companyLatestFundingClassifications: contact['companyLatestFundingClassifications'],
  }
}

function companyFields({ employer, companyLIProfileUrl, industries }: Contact): Item {
  return {
    company: employer.name,
    companyOriginal: employer.name,
    companyDescription: employer['description'],
    companyFounded: String(employer['foundedOn']).slice(0, 4),
    companyIndustry: (industries as readonly string[])[0],
    companyStaffCount: Number(employer.employeeCount),
    // Search has the same range without the word.
    companyStaffCountRange: `${String(employer['staffCountRange'])} employees`,
    companyAnnualRevenue: employer.annualRevenue,
    companyDomain: employer.domain,
    companyRevenueRange: employer['revenueRange'],
    companyLIProfileUrl,
    companyLinkedInId: employer['linkedInId'],
  }
}

function emailFields({ emails }: Contact): Item {
  const fields = emails.flatMap((email, index) => [
    [`email${index + 1}`, email],
    [`email${index + 1}TotalAI`, '97%'],
    [`email${index + 1}EmailAI`, index === 2 ? 'risky' : 'valid'],
  ])
  return { email1Selected: true, ...Object.fromEntries(fields) }
}

function phonesOf({ employer: { lines, place } }: Contact) {
  const [companyPhone1 = '', companyPhone2 = ''] = lines.map((line) => `${place.area}.555.${line}`)
  return { companyPhone1, companyPhone2 }
}

function countryOf({ employer: { place } }: Contact): Item {
  return {
    stateAbbr: place.stateAbbr,
    countryAbbr: place.alpha2,
    countryAlpha2: place.alpha2,
    countryAlpha3: place.alpha3,
    countryNumeric: place.numeric,
  }
}

/** City, state and country, under the field names for people and for companies. */
function areaOf(contact: Contact, { city, state, postCode, country }: Item): Item {
  return { city, state, postCode, county: '', country, ...countryOf(contact) }
}

function locationOf(contact: Contact): Item {
  const { place, postCode } = contact.employer
  const { city, state, country } = contact as Item
  return {
    ...areaOf(contact, { city, state, postCode, country }),
    fullString: `${String(city)}, ${place.stateAbbr} ${postCode}, ${String(country)}`,
    timezone: place.timezone,
    timezoneRawOffset: place.offset,
    timezoneAbbr: place.zone,
  }
}

function companyLocationOf(contact: Contact): Item {
  const { city, state, postCode, country, place, ...employer } = contact.employer
  const [street1, street2, street3] = [employer['street1'], employer['street2'], employer['street3']]
  return {
    street1,
    street2,
    street3,
    ...areaOf(contact, { city, state, postCode, country }),
    fullString: `${String(street1)}, ${city}, ${place.stateAbbr} ${postCode}, ${country}`,
  }
}

/** Newest first; the current one has no end. */
function jobHistoryOf(contact: Contact): Item[] {
  const at = (date: unknown): string => `${String(date)}T00:00:00.000Z`
  const now = {
    companyName: contact.employer.name,
    title: contact.title,
    startedAt: at(contact.startedAtCurrentCompany),
  }
  if (contact.formerCompany === null) return [now]
  const { formerTitle: title, formerStartedAt, formerEndedAt } = contact as Item
  return [
    now,
    { companyName: contact.formerCompany, title, startedAt: at(formerStartedAt), endedAt: at(formerEndedAt) },
  ]
}
