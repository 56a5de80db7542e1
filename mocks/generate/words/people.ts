import type { Faker, Randomizer } from '@faker-js/faker'
import { random, type Random } from '../../state/hash.ts'
import { places, type Place } from './places.ts'

/** Creates a Faker of one locale with our random numbers; called once, for the first field that needs a name. */
export type LoadFaker = (randomizer: Randomizer) => Faker

/** Faker with its randomness from the given stream until the next call. */
export type FakerOn = (chance: Random) => Faker

export interface Person {
  readonly first: string
  readonly last: string
  readonly user: string
  readonly email: string
  /** Ten digits of a reserved range: area code, 555, 01xx. */
  readonly phone: string
}

export interface Company {
  readonly name: string
  readonly domain: string
}

/** The people and companies of one value; each depends only on the key and the subject. */
export interface People {
  readonly person: (subject: string) => Person
  readonly company: (subject: string) => Company
  /** Their location, which determines phone numbers. */
  readonly place: (subject: string) => Place
  readonly fakerOn: FakerOn
  /** Topics of objects by pointer, so that the name, slug and address of one object agree. */
  readonly topics: Map<string, string>
}

/** Loads Faker at first use. */
export function createFakerOn(load: LoadFaker): FakerOn {
  let stream: Random | undefined
  let faker: Faker | undefined
  return (chance) => {
    stream = chance
    faker ??= load({ next: () => (stream ?? chance).next(), seed: () => {} })
    return faker
  }
}

/** Caches people, since an object has several fields of the same person. */
export function createPeople(key: string, fakerOn: FakerOn): People {
  const persons = new Map<string, Person>()
  const companies = new Map<string, Company>()
  const people: People = {
    fakerOn,
    topics: new Map(),
    person: (subject) => {
      let person = persons.get(subject)
      if (!person)
        persons.set(
          subject,
          (person = makePerson(
            random(key, subject, 'person'),
            fakerOn,
            people.company(subject),
            people.place(subject),
          )),
        )
      return person
    },
    place: (subject) => random(key, subject, 'place').pick(places),
    company: (subject) => {
      let company = companies.get(subject)
      if (!company) companies.set(subject, (company = makeCompany(random(key, subject, 'company'), fakerOn)))
      return company
    },
  }
  return people
}

/** Letters and digits, joined by `-`. */
export function slug(text: string): string {
  if (/^[A-Za-z0-9]+$/.test(text)) return text.toLowerCase()
  return text
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f'’]/g, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}

function makePerson(chance: Random, fakerOn: FakerOn, company: Company, { areaCode }: Place): Person {
  const faker = fakerOn(chance)
  const first = faker.person.firstName()
  const last = lastName(chance, faker)
  const local = `${slug(first)}.${slug(last)}`
  return {
    first,
    last,
    user: local.replace('.', '-'),
    email: `${local}@${company.domain}`,
    phone: `${areaCode}55501${String(chance.int(0, 99)).padStart(2, '0')}`,
  }
}

const trades = ['Labs', 'Systems', 'Partners', 'Group', 'Works', 'Logistics', 'Foods', 'Energy', 'Media', 'Studio']

function makeCompany(chance: Random, fakerOn: FakerOn): Company {
  const name = `${lastName(chance, fakerOn(chance))} ${chance.pick(trades)}`
  return { name, domain: `${slug(name)}.example` }
}

/** Read directly from Faker's list: its templates cost more than all other fields of a person. */
function lastName(chance: Random, faker: Faker): string {
  const names = faker.definitions.person.last_name.generic
  return names ? chance.pick(names) : faker.person.lastName()
}
