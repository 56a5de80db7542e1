import type { Faker } from '@faker-js/faker'
import type { Random } from '../../state/hash.ts'

/** Faker's words that read well in any order; others are left out. */
interface Topics {
  readonly kinds: readonly string[]
  readonly areas: readonly string[]
}

const topics = new WeakMap<Faker, Topics>()

const noKinds = set('Lead Senior Direct Dynamic Human Chief Principal Forward Legacy Product')
const noAreas = set(
  'Solutions Directives Implementation Functionality Paradigm Tactics Group Division Accountability Interactions Factors ' +
    'Configuration Intranet Markets Response Program Applications',
)

function set(words: string): ReadonlySet<string> {
  return new Set(words.split(' '))
}

function topicsOf(faker: Faker): Topics {
  let known = topics.get(faker)
  if (!known) {
    const { job_descriptor: kinds, job_area: areas } = faker.definitions.person
    known = {
      kinds: (kinds ?? []).filter((word) => !noKinds.has(word)),
      areas: (areas ?? []).filter((word) => !noAreas.has(word)),
    }
    topics.set(faker, known)
  }
  return known
}

/** A field of work: `Marketing`. */
export function area(faker: Faker, chance: Random): string {
  return chance.pick(topicsOf(faker).areas)
}

/** The same, in two words: `Regional Marketing`. */
export function topic(faker: Faker, chance: Random): string {
  const { kinds, areas } = topicsOf(faker)
  return `${chance.pick(kinds)} ${chance.pick(areas)}`
}

/** A given name. */
export function givenName(faker: Faker, chance: Random): string {
  const names = faker.definitions.person.first_name.generic
  return names ? chance.pick(names) : faker.person.firstName()
}

/** The subject of a sentence. */
export interface About {
  /** The kind of its subject: `workflow`. */
  readonly noun: string
  readonly company: () => string
  readonly city: () => string
}

/** Words are generated on demand: most sentences use two of four. */
type Sentence = (about: About, area: () => string, name: () => string) => string

const messages: readonly Sentence[] = [
  ({ company }, area) => `Could you send me the latest ${area()} figures for ${company()}?`,
  (_about, area, name) => `${name()} has updated the ${area()} plan; please have a look before Friday.`,
  ({ company }) => `The review with ${company()} has moved to Tuesday at ten.`,
  () => 'Thanks for the quick answer, that solved it.',
  (_about, area) => `Please add the ${area()} numbers before the report goes out.`,
  ({ company, city }) => `We received the order from ${company()} and will ship it to ${city()} tomorrow.`,
  ({ company }) => `I cannot find the last invoice for ${company()}; could you send it again?`,
  (_about, area, name) => `${name()} takes over the ${area()} tasks from Monday on.`,
]

const descriptions: readonly Sentence[] = [
  ({ noun, company }, area) => `The ${noun} that ${company()} uses for ${area()}.`,
  ({ noun, company }, area, name) =>
    `${/^[aeio]/.test(noun) ? 'An' : 'A'} ${noun} about ${area()}, prepared by ${name()} for ${company()}.`,
  ({ company }, area) => `Everything about ${area()} at ${company()} in one place.`,
  ({ company, city }, area) => `Brings together the ${area()} work of ${company()} in ${city()}.`,
  ({ company }, area) => `Collects ${area()} results from ${company()} and reports them every week.`,
  (_about, area, name) => `Set up by ${name()} to keep track of ${area()}.`,
]

const questions: readonly Sentence[] = [
  ({ city }) => `Which suppliers can deliver to ${city()} this week?`,
  ({ company }) => `What did ${company()} order last month?`,
  (_about, area) => `Who is responsible for ${area()}?`,
  ({ company }, area) => `How has ${area()} at ${company()} changed since last year?`,
]

const failures: readonly Sentence[] = [
  () => 'The connection timed out before the transfer was complete.',
  () => 'The file could not be read: it is empty.',
  ({ company }) => `The server of ${company()} did not answer.`,
  () => 'The page asked for a login and was left.',
  () => 'The result was larger than the limit allows.',
]

const reasons: readonly Sentence[] = [
  () => 'Requested by the customer.',
  () => 'The trial period has ended.',
  (_about, _area, name) => `${name()} asked for the change.`,
  ({ company }) => `Agreed with ${company()} by phone.`,
  () => 'The details had changed in the meantime.',
]

const kinds = { messages, descriptions, questions, failures, reasons }

/** What a sentence is for. */
export type SentenceKind = keyof typeof kinds

/** A sentence of its kind. */
export function sentence(kind: SentenceKind, faker: Faker, chance: Random, about: About): string {
  const make = chance.pick<Sentence>(kinds[kind])
  return make(
    about,
    () => area(faker, chance).toLowerCase(),
    () => givenName(faker, chance),
  )
}

/** Letters and digits of the given number. */
export function letters(chance: Random, length: number): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'
  let text = ''
  for (let index = 0; index < length; index++) text += alphabet[chance.int(0, index === 0 ? 25 : 35)]
  return text
}
