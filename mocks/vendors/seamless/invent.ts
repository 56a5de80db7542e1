/*
 * Vendor code because a submission may name any person: one outside of the directory is generated from the submission,
 * always equally.
 */
import { canonical, type Item, random } from '../kit.ts'
import { type Company, hostOf, slugOf } from './people/company.ts'

/** One item of a submission: the id of a search result, or known data of a person or company. */
export type Entry = string | Named
export type Named = Readonly<Record<string, string | undefined>>

/** A person or company outside of the directory. */
export interface Invented {
  /** In the form of a seed item. */
  readonly item: Item
  /** Whether research finds it: false for an unknown id or without a name. */
  readonly isFound: boolean
}

/**
 * A contact with the submitted data, unchanged: name, company, title, domain, e-mail and profile.
 *
 * @param companies - employers for a contact submitted without one
 */
export function inventContact(entry: Entry, companies: readonly Company[]): Invented {
  if (typeof entry === 'string')
    return { item: { searchResultId: entry, ...personOf(entry, companies) }, isFound: false }
  const email = mailOf(entry['email'])
  const profile = profileOf(entry)
  const name = nameOf(entry['contactName']) ?? email?.name ?? profile?.name
  if (name === undefined) return { item: inventContact(canonical(entry), companies).item, isFound: false }
  const domain = hostOf(entry['domain']) ?? email?.domain
  const employer = employerOf(nameOf(entry['companyName']), domain, companies)
  const company = employer?.name ?? nameOf(entry['companyName']) ?? companyNameOf(domain, name, companies)
  const title = nameOf(entry['title'])
  const item = {
    searchResultId: personId(name, company),
    name,
    company,
    ...(title !== undefined && { title }),
    ...(domain !== undefined && !employer && { domain }),
    ...(email && { email: email.address }),
    ...profile?.addresses,
  }
  return { item, isFound: true }
}

/** A company with the submitted name and domain. */
export function inventCompany(entry: Entry): Invented {
  if (typeof entry === 'string') return { item: { searchResultId: entry, name: companyWords(entry) }, isFound: false }
  const domain = hostOf(entry['domain'])
  const name = nameOf(entry['companyName']) ?? (domain === undefined ? undefined : companyOfDomain(domain))
  if (name === undefined) return { item: inventCompany(canonical(entry)).item, isFound: false }
  return {
    item: { searchResultId: companyId(name), name, ...(domain !== undefined && { domain }) },
    isFound: true,
  }
}

/** A text that can be a name: it has a letter or a digit. */
function nameOf(text: string | undefined): string | undefined {
  const name = text?.trim().replaceAll(/\s+/g, ' ')
  return name !== undefined && /[\p{L}\p{N}]/u.test(name) ? name : undefined
}

interface Mail {
  readonly address: string
  readonly name: string
  /** The employer's domain; undefined for an address at a free mail service. */
  readonly domain: string | undefined
}

const FREE_MAIL = new Set([
  'gmail.com',
  'outlook.com',
  'hotmail.com',
  'yahoo.com',
  'icloud.com',
  'proton.me',
  'gmx.net',
])

function mailOf(text: string | undefined): Mail | undefined {
  const address = text?.trim()
  const [, local, host] = /^([^\s@]+)@([^\s@]+)$/.exec(address ?? '') ?? []
  const domain = hostOf(host)
  if (address === undefined || local === undefined || domain === undefined) return undefined
  return {
    address,
    name: nameFromWords(local.replace(/\+.*/, ''), address),
    domain: FREE_MAIL.has(domain) ? undefined : domain,
  }
}

interface Profile {
  readonly name: string
  /** The submitted addresses, under the contact's field names. */
  readonly addresses: Item
}

/** A profile URL often contains its owner's name; otherwise the name is derived from it. */
function profileOf(entry: Named): Profile | undefined {
  const sent = PROFILES.flatMap(([field, own]) => {
    const address = entry[field]?.trim()
    return address !== undefined && URL.canParse(address) ? [[own, address] as const] : []
  })
  const [first] = sent
  if (!first) return undefined
  return { name: nameFromWords(handleOf(first[1]), first[1]), addresses: Object.fromEntries(sent) }
}

/** Fields of a submission, with the contact fields that store them. */
export const PROFILES = [
  ['liProfileUrl', 'liUrl'],
  ['liSalesNavUrl', 'salesNavUrl'],
  ['liRecruiterUrl', 'recruiterUrl'],
] as const

/** The last segment of a profile URL, which is a user name at that site. */
export function handleOf(address: string): string {
  return address
    .replace(/[?#].*/, '')
    .replace(/\/+$/, '')
    .split('/')
    .at(-1)!
}

/**
 * `jane.doe` and `jane-doe-4b1` become Jane Doe; one word is a first name, and a text without words gets a random name.
 */
function nameFromWords(text: string, identity: string): string {
  const chance = random('seamless', 'name', identity)
  const [first, family] = [chance.pick(FIRST_NAMES), chance.pick(FAMILY_NAMES)]
  // Numbers after a name make it unique; a part with more digits is not a name.
  const parts = decoded(text).split(/[.\-_,\s]+/)
  const names = parts.map((part) => part.replace(/\d+$/, '')).filter((part) => /^\p{L}+$/u.test(part))
  if (names.join('').length < 2) return `${first} ${family}`
  return names.length === 1 ? `${capitalised(names[0]!)} ${family}` : names.slice(0, 3).map(capitalised).join(' ')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const FIRST_NAMES = ['Ada', 'Bruno', 'Cleo', 'Diego', 'Edith', 'Felix', 'Hana', 'Jonas', 'Lena', 'Omar']
const FAMILY_NAMES = ['Abbott', 'Bergstrom', 'Calloway', 'Dietrich', 'Fairbank', 'Ibarra', 'Norwood', 'Okafor']

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1)
}

/** The known company of that name; without a name, the one with that domain. */
function employerOf(
  name: string | undefined,
  domain: string | undefined,
  companies: readonly Company[],
): Company | undefined {
  if (name !== undefined) return companies.find((company) => isAlike(company.name, name))
  return domain === undefined ? undefined : companies.find((company) => isAlike(company.domain, domain))
}

export function isAlike(left: unknown, right: string | undefined): boolean {
  return right !== undefined && String(left).toLowerCase() === right.trim().toLowerCase()
}

/** The employer's name where no known company matches: derived from the domain, else that of any known company. */
function companyNameOf(domain: string | undefined, name: string, companies: readonly Company[]): string {
  return domain === undefined ? personOf(name, companies).company : companyOfDomain(domain)
}

/** `acme-tools.co.uk` becomes Acme Tools. */
function companyOfDomain(domain: string): string {
  const labels = domain.split('.')
  const hasTwoEndings = labels.length > 2 && labels.at(-1)!.length === 2 && labels.at(-2)!.length <= 3
  const own = labels.at(hasTwoEndings ? -3 : -2)!
  return own.split(/[-_]/).filter(Boolean).map(capitalised).join(' ')
}

/** A name and an employer, generated only from an identity. */
function personOf(
  identity: string,
  companies: readonly Company[],
): { readonly name: string; readonly company: string } {
  const chance = random('seamless', 'somebody', identity)
  const name = `${chance.pick(FIRST_NAMES)} ${chance.pick(FAMILY_NAMES)}`
  return { name, company: companies.length === 0 ? companyWords(identity) : chance.pick(companies).name }
}

function companyWords(identity: string): string {
  const chance = random('seamless', 'a company', identity)
  const name = chance.pick(['Amberline', 'Copperfield', 'Fernhill', 'Larkmoor', 'Stonebridge'])
  return `${name} ${chance.pick(['Systems', 'Labs', 'Logistics', 'Works'])}`
}

/** A UUID, as contact ids are. */
function personId(name: string, company: string): string {
  const digits = random('seamless', 'person', slugOf(name), slugOf(company)).hex(30)
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-3${digits.slice(12, 15)}-8${digits.slice(15, 18)}-${digits.slice(18)}`
}

/** In the vendor's format: `cmp_sr_` and a ULID. */
function companyId(name: string): string {
  const chance = random('seamless', 'company id', slugOf(name))
  return `cmp_sr_01${Array.from({ length: 24 }, () => chance.pick(ULID_LETTERS)).join('')}`
}

const ULID_LETTERS = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ']
