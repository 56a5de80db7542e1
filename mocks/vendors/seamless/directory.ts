/* Code since a seed item is three fields, and answers show a hundred that follow from them. */
import type { Item, OperationContext } from '../kit.ts'
import { type Company, companyOf } from './company.ts'
import { type Contact, contactOf } from './contact.ts'

/** All companies, whole. */
export function companiesOf(context: OperationContext): readonly Company[] {
  return context.items.list('companies').map((item) => companyOf(item, context.now))
}

/** All contacts, whole, each with its company. */
export function contactsOf(context: OperationContext): readonly Contact[] {
  const employers = new Map(companiesOf(context).map((company) => [company.name, company] as const))
  return context.items
    .list('contacts')
    .map((item) => wholeContact(context, item, employers.get(String(item['company']))))
}

/** The contact of a search result. */
export function contactAt(context: OperationContext, id: string): Contact | undefined {
  const item = context.items.get('contacts', id)
  const employer = item && companiesOf(context).find((company) => company.name === item['company'])
  return item && wholeContact(context, item, employer)
}

export function companyAt(context: OperationContext, id: string): Company | undefined {
  const item = context.items.get('companies', id)
  return item && companyOf(item, context.now)
}

function wholeContact({ now }: OperationContext, item: Item, employer: Company | undefined): Contact {
  return contactOf(item, employer ?? strangerOf(String(item['company']), now), now)
}

const strangers = new Map<string, Item>()

/** A company that is not in the directory, and whose contacts a scenario has. */
function strangerOf(name: string, now: number): Company {
  let item = strangers.get(name)
  if (!item) strangers.set(name, (item = { name }))
  return companyOf(item, now)
}
