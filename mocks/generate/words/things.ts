import type { Faker } from '@faker-js/faker'
import { random, type Random } from '../../state/hash.ts'
import { ownerPointer, type Context, type MakeText } from '../context.ts'
import { slug } from './people.ts'
import { countries, type Country } from './places.ts'
import { area, sentence, topic, type About, type SentenceKind } from './words.ts'

/**
 * The name of a thing: `Regional Marketing Campaign`. Name, title and slug of one object agree.
 *
 * @param noun - what kind of thing it is, in plain words; `''` where it is not known
 */
export function thingName(noun: string): MakeText {
  const last = noun.split(' ').at(-1) ?? ''
  const own = Object.hasOwn(names, last) ? names[last] : undefined
  const kind = titled(noun)
  return (context, path, _subject, attempt) => {
    // Where the full name does not fit, the kind of thing is dropped, since it is known anyway.
    if (own || attempt > 4) {
      const stream = randomOfOwner(context, path, attempt)
      return (own ?? area)(context.people.fakerOn(stream), stream)
    }
    const name = topicOf(context, path, attempt)
    return kind === '' || attempt > 1 || name.endsWith(kind) ? name : `${name} ${kind}`
  }
}

/** The same as a URL segment: `regional-marketing-campaign`. */
export function thingSlug(noun: string): MakeText {
  const name = thingName(noun)
  return (...place) => slug(name(...place))
}

/** A sentence about what stands there. */
export function sentenceOf(kind: SentenceKind, noun = ''): MakeText {
  const last = noun.split(' ').at(-1) ?? ''
  return (context, path, _subject, attempt) => {
    const stream = random(context.key, path, 'sentence', attempt)
    const faker = context.people.fakerOn(stream)
    if (kind === 'descriptions' && attempt < 2 && isProduct.test(last))
      return `${productName(faker, randomOfOwner(context, path, attempt))}, with two years of warranty.`
    if (attempt > 6) return topic(faker, stream)
    const about: About = {
      noun: noun === '' ? 'collection' : noun,
      company: () => context.people.company(`${ownerPointer(path)}/*about`).name,
      city: () => context.people.place(ownerPointer(path)).city,
    }
    return sentence(kind, faker, stream, about)
  }
}

/** One field of the country that an object is. */
export function ofCountry(read: (country: Country) => string): MakeText {
  return (context, path, _subject, attempt) => read(randomOfOwner(context, path, attempt).pick(countries))
}

/** The topic of an object: `Regional Marketing`. */
export function topicOf(context: Context, path: string, attempt: number): string {
  const { topics, fakerOn } = context.people
  const key = attempt === 0 ? ownerPointer(path) : `${ownerPointer(path)}~${attempt}`
  let known = topics.get(key)
  if (known === undefined) {
    const stream = randomOfOwner(context, path, attempt)
    topics.set(key, (known = topic(fakerOn(stream), stream)))
  }
  return known
}

/** The randomness of an object: fields that use it agree. */
export function randomOfOwner(context: Context, path: string, attempt: number): Random {
  const owner = ownerPointer(path)
  return attempt === 0 ? random(context.key, owner, 'thing') : random(context.key, owner, 'thing', attempt)
}

function titled(noun: string): string {
  return noun.replaceAll(/(?:^| )[a-z]/g, (letter) => letter.toUpperCase())
}

const isProduct = /^(?:product|item|article|good|variant|sku|listing|offer)$/

type Name = (faker: Faker, chance: Random) => string

const productName: Name = (faker, chance) => {
  const { adjective, material, product: kinds } = faker.definitions.commerce.product_name
  return `${chance.pick(adjective)} ${chance.pick(material)} ${chance.pick(kinds)}`
}
const department: Name = (faker, chance) => chance.pick(faker.definitions.commerce.department)
const columnName: Name = (faker) => faker.database.column()
const groupName =
  (kind: string): Name =>
  (faker, chance) =>
    `${area(faker, chance)} ${kind}`

const venue =
  (kind: string): Name =>
  (faker, chance) =>
    `${chance.pick(faker.definitions.person.last_name.generic ?? ['Miller'])} ${kind}`

/** Things with their own kind of names. */
const names: Readonly<Record<string, Name>> = {
  product: productName,
  item: productName,
  article: (faker, chance) => `How to Improve ${topic(faker, chance)}`,
  post: (faker, chance) => `What We Learned About ${topic(faker, chance)}`,
  task: (faker, chance) => `Prepare the ${topic(faker, chance)} Report`,
  issue: (faker, chance) => `${topic(faker, chance)} report shows wrong totals`,
  ticket: (faker, chance) => `${topic(faker, chance)} report shows wrong totals`,
  event: (faker, chance) => `${topic(faker, chance)} Meeting`,
  good: productName,
  sku: productName,
  variant: productName,
  listing: productName,
  book: (faker) => faker.book.title(),
  song: (faker) => faker.music.songName(),
  track: (faker) => faker.music.songName(),
  album: (faker) => faker.music.album(),
  artist: (faker) => faker.music.artist(),
  genre: (faker) => faker.music.genre(),
  food: (faker) => faker.food.dish(),
  dish: (faker) => faker.food.dish(),
  recipe: (faker) => faker.food.dish(),
  meal: (faker) => faker.food.dish(),
  ingredient: (faker) => faker.food.ingredient(),
  pet: (faker) => faker.animal.petName(),
  animal: (faker) => faker.animal.type(),
  dog: (faker) => faker.animal.petName(),
  cat: (faker) => faker.animal.petName(),
  vehicle: (faker) => faker.vehicle.vehicle(),
  car: (faker) => faker.vehicle.vehicle(),
  airline: (faker) => faker.airline.airline().name,
  airport: (faker) => faker.airline.airport().name,
  language: (faker) => faker.location.language().name,
  color: (faker) => faker.color.human(),
  colour: (faker) => faker.color.human(),
  city: (faker, chance) => chance.pick(faker.definitions.location.city_name ?? ['Springfield']),
  state: (faker, chance) => chance.pick(faker.definitions.location.state ?? ['Ohio']),
  country: (_faker, chance) => chance.pick(countries).name,
  continent: (faker) => faker.location.continent(),
  place: venue('Coffee House'),
  venue: venue('Hall'),
  restaurant: venue('Kitchen'),
  cafe: venue('Coffee House'),
  store: venue('Market'),
  shop: venue('Market'),
  hotel: venue('Hotel'),
  office: venue('House'),
  category: department,
  department: groupName('Department'),
  team: groupName('Team'),
  group: groupName('Group'),
  tag: (faker, chance) => area(faker, chance).toLowerCase(),
  role: (_faker, chance) => chance.pick(['Admin', 'Editor', 'Member', 'Viewer']),
  plan: (_faker, chance) => chance.pick(['Free', 'Starter', 'Pro', 'Enterprise']),
  tier: (_faker, chance) => chance.pick(['Free', 'Starter', 'Pro', 'Enterprise']),
  table: (faker, chance) => area(faker, chance).toLowerCase(),
  column: columnName,
  branch: (faker, chance) => slug(topic(faker, chance)),
  repository: (faker, chance) => slug(topic(faker, chance)),
  repo: (faker, chance) => slug(topic(faker, chance)),
  model: (_faker, chance) => `${chance.pick(['base', 'large', 'mini', 'pro'])}-${chance.int(1, 4)}`,
  header: (_faker, chance) => chance.pick(['Accept', 'Content-Type', 'User-Agent', 'X-Request-Id']),
  parameter: columnName,
  field: columnName,
  attribute: columnName,
}
