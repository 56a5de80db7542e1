import type { Item, OperationContext } from '../kit.ts'
import { enriched } from './people/contact.ts'
import { companiesOf, contactsOf } from './directory.ts'
import { passesFilters } from './filters.ts'
import { researchedContacts } from './research.ts'

/** The filters are vendor-specific: dates, ages and either of two places, which spec conditions cannot express. */
export function searchContacts(context: OperationContext): readonly Item[] {
  const request = { body: context.body as Item, now: context.now }
  return contactsOf(context).filter((contact) =>
    passesFilters('contacts', { contact, company: contact.employer }, request),
  )
}

export function searchCompanies(context: OperationContext): readonly Item[] {
  const request = { body: context.body as Item, now: context.now }
  return companiesOf(context).filter((company) => passesFilters('companies', { contact: undefined, company }, request))
}

/** A contact that the organisation has had researched has more fields. */
export function showContacts(context: OperationContext, body: unknown): unknown {
  const known = researchedContacts(context)
  const page = body as { readonly data: readonly Item[] }
  return {
    ...page,
    data: page.data.map((row) =>
      known.has(String(row['searchResultId'])) ? { ...row, ...enriched(row as never, context.now) } : row,
    ),
  }
}

/** The number of contacts is counted, so that it is correct. */
export function showCompanies(context: OperationContext, body: unknown): unknown {
  const contacts = Map.groupBy(contactsOf(context), ({ employer }) => employer.name)
  const page = body as { readonly data: readonly Item[] }
  return {
    ...page,
    data: page.data.map((row) => ({ ...row, numContacts: String(contacts.get(String(row['name']))?.length ?? 0) })),
  }
}
