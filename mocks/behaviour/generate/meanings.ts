import type { Random } from '../../state/hash.ts'
import { chance, type MakeText } from './context.ts'
import { date, dateTime } from './dates.ts'
import { email, uuid, webAddress } from './formats.ts'
import type { Company, Person } from './people.ts'
import { slug } from './people.ts'
import { snake } from './property-name.ts'
import type { Scene } from './scene.ts'
import { letters, sentence, thingName, twoWords } from './words.ts'

/**
 * What a string under this name is: the maker of it, or `undefined` when the name says nothing.
 *
 * @param scene - what the object around it is
 */
export function meaningOf(name: string, scene: Scene): MakeText | undefined {
  const word = snake(name)
  if (word === '') return undefined
  return exact(word, scene) ?? bySuffix.find(([pattern]) => pattern.test(word))?.[1](name)
}

const of =
  (read: (person: Person) => string): MakeText =>
  (context, _path, subject) =>
    read(context.people.person(subject))
const ofCompany =
  (read: (company: Company) => string): MakeText =>
  (context, _path, subject) =>
    read(context.people.company(subject))
const by =
  (make: (random: Random) => string): MakeText =>
  (context, path, _subject, attempt) =>
    make(chance(context, path, attempt))

const fullName = of((person) => `${person.first} ${person.last}`)
const companyName = ofCompany((company) => company.name)

function exact(word: string, scene: Scene): MakeText | undefined {
  switch (word) {
    case 'name':
    case 'display_name':
    case 'full_name':
      if (scene === 'company' && word !== 'full_name') return companyName
      return scene === 'person' || (scene !== 'thing' && word === 'full_name') ? fullName : by(thingName)
    case 'title':
      return scene === 'person' ? jobTitle : by(thingName)
    case 'state':
      return scene === 'place' ? fromFaker((faker) => faker.location.state()) : by(() => 'active')
    default:
      return Object.hasOwn(exactly, word) ? exactly[word] : undefined
  }
}

/** In the form that the schema's pattern asks for; E.164 where it asks for none. */
const phone: MakeText = (context, _path, subject, attempt) => {
  const digits = context.people.person(subject).phone
  const [area, line] = [digits.slice(0, 3), digits.slice(6)]
  const forms = [
    `+1${digits}`,
    `+1 ${area} 555 ${line}`,
    `+1-${area}-555-${line}`,
    `${area}-555-${line}`,
    `(${area}) 555-${line}`,
    digits,
    `1${digits}`,
    `+1 (${area}) 555-${line}`,
  ]
  return forms[attempt % forms.length]!
}

type Fake = ReturnType<Parameters<MakeText>[0]['people']['fakerOn']>
const fromFaker =
  (read: (faker: Fake) => string): MakeText =>
  (context, path, _subject, attempt) =>
    read(context.people.fakerOn(chance(context, path, attempt)))
const jobTitle = fromFaker((faker) => faker.person.jobTitle())
const city = fromFaker((faker) =>
  faker.helpers.arrayElement(faker.definitions.location.city_name ?? [faker.location.city()]),
)
const country = fromFaker((faker) => faker.location.country())
const street = fromFaker((faker) => faker.location.streetAddress())
const id = by((random) => random.hex(12))

const exactly: Readonly<Record<string, MakeText>> = {
  city,
  town: city,
  location: fromFaker((faker) => `${faker.location.city()}, ${faker.location.country()}`),
  country,
  country_name: country,
  country_code: fromFaker((faker) => faker.location.countryCode()),
  region: fromFaker((faker) => faker.location.state()),
  province: fromFaker((faker) => faker.location.state()),
  zip: fromFaker((faker) => faker.location.zipCode('#####')),
  zip_code: fromFaker((faker) => faker.location.zipCode('#####')),
  postal_code: fromFaker((faker) => faker.location.zipCode('#####')),
  postcode: fromFaker((faker) => faker.location.zipCode('#####')),
  address: street,
  street,
  street_address: street,
  address_line1: street,
  timezone: fromFaker((faker) => faker.location.timeZone()),
  time_zone: fromFaker((faker) => faker.location.timeZone()),
  job_title: jobTitle,
  position: jobTitle,
  headline: jobTitle,
  occupation: jobTitle,
  industry: by((random) =>
    random.pick(['Software', 'Logistics', 'Retail', 'Energy', 'Health Care', 'Education', 'Media']),
  ),
  department: by((random) => random.pick(['Sales', 'Engineering', 'Finance', 'Marketing', 'Support', 'Operations'])),
  gender: by((random) => random.pick(['female', 'male'])),
  product: fromFaker((faker) => faker.commerce.productName()),
  product_name: fromFaker((faker) => faker.commerce.productName()),
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
  owner_name: fullName,
  contact: fullName,
  username: of((person) => person.user),
  user_name: of((person) => person.user),
  login: of((person) => person.user),
  handle: of((person) => person.user),
  screen_name: of((person) => person.user),
  nickname: of((person) => person.first),
  status: by(() => 'active'),
  currency: by(() => 'USD'),
  currency_code: by(() => 'USD'),
  language: by(() => 'en'),
  lang: by(() => 'en'),
  locale: by(() => 'en-US'),
  slug: by((random) => slug(twoWords(random))),
  version: by((random) => `${random.int(1, 4)}.${random.int(0, 9)}.${random.int(0, 9)}`),
  color: by((random) => `#${random.hex(6)}`),
  ip: by((random) => `203.0.113.${random.int(1, 254)}`),
  ip_address: by((random) => `203.0.113.${random.int(1, 254)}`),
  mime_type: by(() => 'application/json'),
  content_type: by(() => 'application/json'),
  filename: by((random) => `${slug(twoWords(random))}.pdf`),
  file_name: by((random) => `${slug(twoWords(random))}.pdf`),
  sku: by((random) => letters(random, 8).toUpperCase()),
  uuid: by(uuid),
  guid: by(uuid),
  id,
  key: id,
  cursor: by((random) => random.hex(16)),
  latitude: by((random) => (random.int(-60_0000, 70_0000) / 10_000).toFixed(4)),
  longitude: by((random) => (random.int(-180_0000, 180_0000) / 10_000).toFixed(4)),
}

const text = (): MakeText => by(sentence)
const money = (): MakeText => by((random) => (random.int(500, 50_000) / 100).toFixed(2))

/** Endings of names, tried in this order. */
const bySuffix: ReadonlyArray<readonly [RegExp, (name: string) => MakeText]> = [
  [/(?:^|_)(?:first_name|given_name|firstname|forename)$/, () => of((person) => person.first)],
  [/(?:^|_)(?:last_name|family_name|lastname|surname)$/, () => of((person) => person.last)],
  [/(?:^|_)(?:email|e_mail|email_address)$/, () => email],
  [/(?:^|_)(?:phone|phone_number|mobile|telephone|tel|fax)$/, () => phone],
  [/(?:^|_)(?:company|organization|employer|business|account|org)_name$/, () => companyName],
  [/(?:user|author|owner|contact|person|customer|sender|recipient|member|candidate)_name$/, () => fullName],
  [/_domain$/, () => ofCompany((company) => company.domain)],
  [
    /(?:^|_)(?:url|uri|link|href|website|homepage|site|webhook|avatar|endpoint)$/,
    (name) => (context, path, subject, attempt) => webAddress(context, path, subject, name, attempt),
  ],
  [
    /(?:_at|timestamp|_time|date_time|datetime|^created|^updated|^modified)$/,
    (name) => (context, path, _subject, attempt) => dateTime(context, path, name, attempt),
  ],
  [/(?:^|_)(?:date|birthday|day)$/, (name) => (context, path, _subject, attempt) => date(context, path, name, attempt)],
  [/_uuid$/, () => by(uuid)],
  [/_(?:id|key|cursor)$/, () => id],
  [/(?:token|secret|signature)$/, () => by((random) => random.hex(32))],
  [/(?:^|_)(?:sha|hash|checksum|digest|etag)$/, () => by((random) => random.hex(40))],
  [/(?:^|_)(?:price|amount|cost|total|balance|revenue)$/, money],
  [
    /(?:description|summary|bio|about|message|notes?|comment|content|text|body|reason|snippet|subtitle|caption|detail|details)$/,
    text,
  ],
  [/(?:_name|_title|^label|^subject|^headline|^topic)$/, () => by(thingName)],
]
