import type { OperationContext } from '../../behaviour/operations.ts'
import type { Item } from '../../behaviour/turn.ts'
import { type Company, companyOf } from './company.ts'
import { type Contact, contactOf } from './contact.ts'

/** All companies, whole. */
export function companiesOf(context: OperationContext): readonly Company[] {
  return context.items.list('companies').map((item) => companyOf(item, context.now))
}

/** All contacts, whole, each with its company. */
export function contactsOf(context: OperationContext): readonly Contact[] {
  const employers = new Map(companiesOf(context).map((company) => [company.name, company] as const))
  return context.items.list('contacts').map((item) => {
    const name = String(item['company'])
    return contactOf(item, employers.get(name) ?? strangerOf(name, context.now), context.now)
  })
}

const strangers = new Map<string, Item>()

/** A company that is not in the directory, and whose contacts a scenario has. */
function strangerOf(name: string, now: number): Company {
  let item = strangers.get(name)
  if (!item) strangers.set(name, (item = { name }))
  return companyOf(item, now)
}
