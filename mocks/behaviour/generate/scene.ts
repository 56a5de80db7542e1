import { singular } from '../../spec/singular.ts'
import { snake } from './property-name.ts'

/** What an object is, as far as its names tell: it decides what `name` or `state` means in it. */
export type Scene = 'person' | 'company' | 'place' | 'thing'

/**
 * Tells what an object is.
 *
 * @param names - names of the object itself: its property, its component, its title; the nearest first
 * @param properties - names of its properties
 */
export function sceneOf(names: readonly string[], properties: Iterable<string>): Scene {
  const own = new Set([...properties].map(snake))
  for (const name of names) {
    const last = singular(snake(name)).split('_').at(-1) ?? ''
    if (persons.has(last)) return 'person'
    if (companies.has(last)) return 'company'
    if (places.has(last)) return 'place'
  }
  if (['first_name', 'last_name', 'given_name', 'family_name'].some((name) => own.has(name))) return 'person'
  if (companySigns.some((name) => own.has(name))) return 'company'
  if (own.has('email') || own.has('username') || own.has('login')) return 'person'
  return own.has('city') && !own.has('id') ? 'place' : 'thing'
}

/** Whether an object under this name speaks of what its parent speaks of: a person's `profile` is the same person. */
export function sharesSubject(name: string): boolean {
  return shared.has(snake(name)) || shared.has(singular(snake(name)))
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '))

const persons = set(
  'person user owner author contact customer member assignee sender recipient creator employee lead candidate manager ' +
    'reviewer reporter participant attendee speaker profile prospect requester submitter committer invitee subscriber',
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
