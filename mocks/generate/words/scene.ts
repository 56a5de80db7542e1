import { singular } from '../../spec/values/singular.ts'
import { snake } from './property-name.ts'

/** The kind of an object, as far as its names show: it decides the meaning of `name` or `state` in it. */
export type Scene = 'person' | 'company' | 'place' | 'country' | 'thing'

/**
 * Determines the kind of an object.
 *
 * @param names - names of the object itself: its property, its component, its title; the nearest first
 * @param properties - names of its properties
 */
export function sceneOf(names: readonly string[], properties: Iterable<string>): Scene {
  const own = new Set([...properties].map(snake))
  for (const name of names) {
    const last = nounOf(name).split(' ').at(-1) ?? ''
    if (persons.has(last)) return 'person'
    if (companies.has(last)) return 'company'
    if (places.has(last)) return 'place'
    if (last === 'country') return 'country'
  }
  if (['first_name', 'last_name', 'given_name', 'family_name'].some((name) => own.has(name))) return 'person'
  if (companySigns.some((name) => own.has(name))) return 'company'
  if (own.has('email') || own.has('username') || own.has('login')) return 'person'
  return own.has('city') && !own.has('id') ? 'place' : 'thing'
}

/** Whether a noun, by its last word, means a company. */
export function isCompany(noun: string): boolean {
  return companies.has(noun.split(' ').at(-1)!)
}

/** Whether an object of this name describes the same subject as its parent: a person's `profile` is the same person. */
export function sharesSubject(name: string): boolean {
  return shared.has(snake(name)) || shared.has(singular(snake(name)))
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '))

/**
 * The noun in an object's name: `user` for `CreateUserRequest`.
 *
 * @returns `''` when the name contains none
 */
export function nounOf(name: string): string {
  let noun = nouns.get(name)
  if (noun === undefined) nouns.set(name, (noun = plainNoun(name)))
  return noun
}

const nouns = new Map<string, string>()

function plainNoun(name: string): string {
  const words = snake(name).split('_')
  while (words.length > 1 && verbs.has(words[0]!)) words.shift()
  while (words.length > 0 && (wrappings.has(words.at(-1)!) || /^v?\d+$/.test(words.at(-1)!))) words.pop()
  const last = words.pop()
  // One or two letters are a language or an abbreviation; of many words, the last ones are the noun.
  if (last === undefined || last.length < 3) return ''
  return [...words.slice(-1).filter((word) => !/\d/.test(word)), singular(last)].join(' ')
}

const verbs = set(
  'create update get list new post put patch upsert add base current default my raw simple full partial',
)
const wrappings = set(
  'request response dto schema model object out output in input create created update updated public read detail details ' +
    'data info resource entity item items record row result results list summary full simple compact base body payload ' +
    'attributes properties array entry schemas type collection paged paginated page response_body response_dto value',
)

const persons = set(
  'person user owner author contact customer member assignee sender recipient creator employee lead candidate manager ' +
    'reviewer reporter participant attendee speaker profile prospect requester submitter committer invitee subscriber ' +
    'worker staff student teacher doctor patient driver guest applicant buyer seller shopper passenger approver editor ' +
    'actor follower friend colleague teammate people beneficiary payee payer cardholder signer signatory instructor ' +
    'mentor coach nurse officer director founder executive supervisor physician spouse admin administrator moderator ' +
    'organizer human individual',
)
const companies = set(
  'company organization organisation org employer business vendor merchant supplier brand enterprise',
)
const places = set('address location')
const companySigns = [
  'employee_count',
  'employees',
  'industry',
  'founded',
  'founded_year',
  'headquarters',
  'company_domain',
  'website',
]
const shared = set(
  'profile personal detail data attribute contact contact_info info address location email email_address phone ' +
    'phone_number result output property field meta company organization employer employment current_company current_employer',
)
