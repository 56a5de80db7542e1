import type { Faker } from '@faker-js/faker'
import type { Random } from '../../state/hash.ts'
import { chance, type MakeText } from '../context.ts'
import { generatedUuid } from './formats.ts'
import { slug, type Company, type Person } from './people.ts'
import type { Place } from './places.ts'
import { sentenceOf, thingName } from './things.ts'
import { area, givenName, letters, topic } from './words.ts'

/** A field of the person that the place describes. */
export const of =
  (read: (person: Person) => string): MakeText =>
  (context, _path, subject) =>
    read(context.people.person(subject))
/** A field of the company that the place describes. */
export const ofCompany =
  (read: (company: Company) => string): MakeText =>
  (context, _path, subject) =>
    read(context.people.company(subject))
/** Purely random values. */
export const by =
  (make: (random: Random) => string): MakeText =>
  (context, path, _subject, attempt) =>
    make(chance(context, path, attempt))
/** Values from Faker's words. */
const fromFaker =
  (read: (faker: Faker, chance: Random) => string): MakeText =>
  (context, path, _subject, attempt) => {
    const stream = chance(context, path, attempt)
    return read(context.people.fakerOn(stream), stream)
  }

export const fullName = of((person) => `${person.first} ${person.last}`)
export const companyName = ofCompany((company) => company.name)
export const jobTitle = fromFaker(jobTitleOf)
export const slogan = fromFaker((faker) => {
  const phrase = faker.company.buzzPhrase()
  return `We ${phrase}.`
})
/** A code, of the length that its schema requires. */
export const id: MakeText = (context, path, _subject, attempt) =>
  chance(context, path, attempt).hex(ID_LENGTHS[attempt] ?? 12)
const ID_LENGTHS = [12, 24, 32, 40, 64, 20, 16, 8]
export const digits = by((random) => String(random.int(1, 60)))

/** What a person does, and where. */
export const bio: MakeText = (context, path, subject, attempt) => {
  const stream = chance(context, path, attempt)
  const title = jobTitleOf(context.people.fakerOn(stream), stream)
  return attempt > 1 ? title : `${title} at ${context.people.company(subject).name}.`
}

function jobTitleOf(faker: Faker, stream: Random): string {
  return `${area(faker, stream)} ${stream.pick(faker.definitions.person.job_type)}`
}

/** In the form of the schema's pattern; E.164 without one. */
export const phone: MakeText = (context, _path, subject, attempt) => {
  const number = context.people.person(subject).phone
  const [code, line] = [number.slice(0, 3), number.slice(6)]
  const forms = [
    `+1${number}`,
    `+1 ${code} 555 ${line}`,
    `+1-${code}-555-${line}`,
    `${code}-555-${line}`,
    `(${code}) 555-${line}`,
    number,
    `1${number}`,
    `+1 (${code}) 555-${line}`,
  ]
  return forms[attempt % forms.length]!
}

const ofPlace =
  (read: (place: Place) => string): MakeText =>
  (context, _path, subject) =>
    read(context.people.place(subject))
const city = ofPlace((place) => place.city)
const state: MakeText = (context, _path, subject, attempt) => {
  const { state: name, stateCode } = context.people.place(subject)
  return attempt === 0 ? name : stateCode
}
const zip = ofPlace((place) => place.zip)
const timeZone = ofPlace((place) => place.timeZone)
const inTurn =
  (forms: readonly string[]): MakeText =>
  (_context, _path, _subject, attempt) =>
    forms[attempt % forms.length]!
const country = inTurn(['United States', 'US', 'USA'])
const street = fromFaker(
  (faker, random) => `${random.int(1, 999)} ${random.pick(faker.definitions.location.street_name)}`,
)
const productName = thingName('product')
const oneOf = (words: string): MakeText => {
  const list = words.split('|')
  return by((random) => random.pick(list))
}
const label = fromFaker((faker, random) => area(faker, random).toLowerCase())
const department = fromFaker((faker, random) => random.pick(faker.definitions.commerce.department))
const message = sentenceOf('messages')
/** `reports:read`. */
export const permission = by(
  (random) => `${random.pick(['reports', 'users', 'files', 'orders'])}:${random.pick(['read', 'write'])}`,
)
/** `K4T9Q2ZB`. */
export const code = by((random) => letters(random, 8).toUpperCase())
export const oneKind = oneOf('standard|basic|custom|default')
export const modelCode = by((random) => `${random.pick(['base', 'large', 'mini', 'pro'])}-${random.int(1, 4)}`)

/** Makers by name. */
export const exactly: Readonly<Record<string, MakeText | undefined>> = {
  city,
  town: city,
  locality: city,
  birthplace: city,
  location: ofPlace((place) => `${place.city}, ${place.stateCode}`),
  country,
  country_name: country,
  country_code: inTurn(['US', 'USA', '+1', '1']),
  nationality: by(() => 'American'),
  region: state,
  province: state,
  state_code: ofPlace((place) => place.stateCode),
  province_code: ofPlace((place) => place.stateCode),
  state: by(() => 'active'),
  zip,
  zip_code: zip,
  zipcode: zip,
  postal_code: zip,
  postcode: zip,
  address: street,
  street,
  street_name: street,
  street_address: street,
  address_line1: street,
  address_line_1: street,
  line1: street,
  address_line2: by((random) => `Suite ${random.int(1, 40)}`),
  address_line_2: by((random) => `Suite ${random.int(1, 40)}`),
  line2: by((random) => `Suite ${random.int(1, 40)}`),
  timezone: timeZone,
  time_zone: timeZone,
  tz: timeZone,
  job_title: jobTitle,
  position: jobTitle,
  headline: bio,
  occupation: jobTitle,
  bio,
  tagline: slogan,
  slogan,
  industry: oneOf('Software|Logistics|Retail|Energy|Health Care|Education|Media'),
  department: oneOf('Sales|Engineering|Finance|Marketing|Support|Operations'),
  gender: oneOf('female|male'),
  product: productName,
  product_name: productName,
  company: companyName,
  organization: companyName,
  organisation: companyName,
  org: companyName,
  employer: companyName,
  business: companyName,
  domain: ofCompany((company) => company.domain),
  host: ofCompany((company) => company.domain),
  hostname: ofCompany((company) => company.domain),
  author: fullName,
  owner: fullName,
  owner_name: fullName,
  contact: fullName,
  customer: fullName,
  user: fullName,
  person: fullName,
  employee: fullName,
  username: of((person) => person.user),
  user_name: of((person) => person.user),
  login: of((person) => person.user),
  handle: of((person) => person.user),
  screen_name: of((person) => person.user),
  nickname: of((person) => person.first),
  initials: of((person) => `${person.first[0]}${person.last[0]}`),
  status: by(() => 'active'),
  category: department,
  tag: label,
  label,
  keyword: label,
  interest: label,
  skill: label,
  hobby: oneOf('hiking|chess|cooking|photography|gardening'),
  role: oneOf('admin|editor|member|viewer'),
  plan: oneOf('free|starter|pro|enterprise'),
  tier: oneOf('free|starter|pro|enterprise'),
  priority: oneOf('low|normal|high'),
  severity: oneOf('low|medium|high'),
  environment: by(() => 'production'),
  source: oneOf('web|email|import|api'),
  channel: oneOf('web|email|phone|chat'),
  event: oneOf('created|updated|deleted'),
  event_type: oneOf('created|updated|deleted'),
  action: oneOf('created|updated|deleted'),
  method: by(() => 'GET'),
  model: modelCode,
  model_name: modelCode,
  currency: inTurn(['USD', 'usd', '$']),
  currency_code: inTurn(['USD', 'usd']),
  currency_symbol: by(() => '$'),
  language: inTurn(['en', 'eng', 'en-US', 'English']),
  language_code: inTurn(['en', 'eng', 'en-US']),
  lang: inTurn(['en', 'eng', 'en-US']),
  locale: inTurn(['en-US', 'en_US', 'en']),
  version: by((random) => `${random.int(1, 4)}.${random.int(0, 9)}.${random.int(0, 9)}`),
  color: by((random) => `#${random.hex(6)}`),
  colour: by((random) => `#${random.hex(6)}`),
  ip: by((random) => `203.0.113.${random.int(1, 254)}`),
  ip_address: by((random) => `203.0.113.${random.int(1, 254)}`),
  user_agent: by(() => 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'),
  browser: oneOf('Firefox|Chrome|Safari|Edge'),
  os: oneOf('Linux|Windows|macOS|Android|iOS'),
  operating_system: oneOf('Linux|Windows|macOS|Android|iOS'),
  platform: oneOf('web|ios|android'),
  device: oneOf('desktop|phone|tablet'),
  device_type: oneOf('desktop|phone|tablet'),
  path: fromFaker((faker, random) => `/reports/${slug(topic(faker, random))}`),
  sku: code,
  uuid: by(generatedUuid),
  guid: by(generatedUuid),
  id,
  key: id,
  cursor: by((random) => random.hex(16)),
  last4: by((random) => String(random.int(1000, 9999))),
  last_four: by((random) => String(random.int(1000, 9999))),
  card_brand: oneOf('visa|mastercard|amex'),
  month: oneOf('January|February|March|April|May|June|July|August|September|October|November|December'),
  quarter: oneOf('Q1|Q2|Q3|Q4'),
  weekday: oneOf('Monday|Tuesday|Wednesday|Thursday|Friday'),
  latitude: ofPlace((place) => place.latitude.toFixed(4)),
  longitude: ofPlace((place) => place.longitude.toFixed(4)),
  lat: ofPlace((place) => place.latitude.toFixed(4)),
  lng: ofPlace((place) => place.longitude.toFixed(4)),
  cron: by(() => '0 6 * * 1'),
  emoji: by(() => '📈'),
  owned_by: companyName,
  managed_by: fullName,
  identifier: id,
  sub: id,
  kid: id,
  after: id,
  before: id,
  code,
  reference: code,
  coupon: code,
  provider: companyName,
  county: ofPlace((place) => `${place.city} County`),
  seniority: oneOf('Entry|Senior|Manager|Director'),
  verdict: by(() => 'passed'),
  phase: by(() => 'running'),
  complexity: oneOf('low|medium|high'),
  modality: by(() => 'text'),
  format: oneOf('json|csv|pdf'),
  sentiment: oneOf('positive|neutral|negative'),
  unit: oneOf('piece|hour|kg'),
  log: message,
  word: label,
  answered_by: fullName,
  direction: oneOf('inbound|outbound'),
  outcome: by(() => 'success'),
  payment_method: by(() => 'card'),
  created_via: by(() => 'api'),
  via: by(() => 'api'),
  about_me: bio,
  password: by((random) => `${letters(random, 6)}-${letters(random, 6)}`),
  price_unit: by(() => 'USD'),
  initial: of((person) => person.first.charAt(0)),
  middle_initial: of((person) => person.last.charAt(0)),
  last_initial: of((person) => person.last.charAt(0)),
  middle_name: fromFaker((faker, random) => givenName(faker, random)),
  iso_country: inTurn(['US', 'USA']),
  iso_code: inTurn(['US', 'USA']),
  ticker: by((random) => letters(random, 4).replaceAll(/\d/g, 'x').toUpperCase()),
  count: digits,
  duration: digits,
  size: digits,
  genre: thingName('genre'),
  artist: thingName('artist'),
  album: thingName('album'),
  ingredient: thingName('ingredient'),
  html: (...place) => `<p>${message(...place)}</p>`,
}
