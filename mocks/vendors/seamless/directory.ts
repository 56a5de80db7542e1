/* Vendor code because a seed item has three fields, and answers have a hundred derived ones. */
import type { Item, JobView, OperationContext } from '../kit.ts'
import { type Company, companyOf } from './people/company.ts'
import { type Contact, contactOf } from './people/contact.ts'

/** All companies that the organisation can find, complete: those of the directory, then researched ones. */
export function companiesOf(context: OperationContext): readonly Company[] {
  return [...context.items.list('companies'), ...foundBy(context, 'companyResearch')].map((item) =>
    companyOf(item, context.now),
  )
}

/** All contacts that the organisation can find, complete, each with its company. */
export function contactsOf(context: OperationContext): readonly Contact[] {
  const employers = new Map(companiesOf(context).map((company) => [company.name, company] as const))
  return [...context.items.list('contacts'), ...foundBy(context, 'contactResearch')].map((item) =>
    wholeContact(context, item, employers.get(String(item['company']))),
  )
}

/** The contact of a search result. */
export function contactAt(context: OperationContext, id: string): Contact | undefined {
  const item = context.items.get('contacts', id) ?? foundAt(context, 'contactResearch', id)
  return item && contactFrom(context, item)
}

export function companyAt(context: OperationContext, id: string): Company | undefined {
  const item = context.items.get('companies', id) ?? foundAt(context, 'companyResearch', id)
  return item && companyOf(item, context.now)
}

/** A complete contact, in the directory or not. */
export function contactFrom(context: OperationContext, item: Item): Contact {
  const employer = companiesOf(context).find((company) => company.name === item['company'])
  return wholeContact(context, item, employer)
}

/** Research jobs of a kind that ended with a record, newest first. */
export function doneOf(context: OperationContext, job: string): JobView[] {
  return context.jobs.list(job).filter(({ state }) => state === 'done')
}

/** Researched records outside of the directory: the latest of each, in the order of the first finds. */
function foundBy(context: OperationContext, job: string): readonly Item[] {
  const found = new Map<unknown, Item>()
  for (const { start } of doneOf(context, job).reverse()) {
    const item = start['invented'] as Item | undefined
    if (item) found.set(item['searchResultId'], item)
  }
  return [...found.values()]
}

function foundAt(context: OperationContext, job: string, id: string): Item | undefined {
  return foundBy(context, job).find((item) => item['searchResultId'] === id)
}

function wholeContact({ now }: OperationContext, item: Item, employer: Company | undefined): Contact {
  return contactOf(item, employer ?? strangerOf(String(item['company']), item['domain'], now), now)
}

const strangers = new Map<string, Item>()
const STRANGERS_KEPT = 1000

/** A company outside of the directory: the employer of a person in a scenario or a request. */
function strangerOf(name: string, domain: unknown, now: number): Company {
  const key = JSON.stringify([name, domain])
  let item = strangers.get(key)
  if (!item) {
    if (strangers.size >= STRANGERS_KEPT) strangers.clear()
    strangers.set(key, (item = { name, ...(typeof domain === 'string' && { domain }) }))
  }
  return companyOf(item, now)
}
