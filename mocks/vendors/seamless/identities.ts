/* Code since a submission may name a person by id, by an address, or by name and employer. */
import type { OperationContext } from '../kit.ts'
import type { Company } from './company.ts'
import type { Contact } from './contact.ts'
import { companiesOf, companyAt, contactAt, contactsOf } from './directory.ts'

/** One item of a submission: the id of a search result, or what is known of somebody. */
type Entry = string | Readonly<Record<string, string | undefined>>

const same = (left: unknown, right: string | undefined): boolean =>
  right !== undefined && String(left).toLowerCase() === right.trim().toLowerCase()

/** Whom an item means; undefined where nobody fits. */
export function findContact(context: OperationContext, entry: Entry): Contact | undefined {
  if (typeof entry === 'string') return contactAt(context, entry)
  return contactsOf(context).find((contact) => {
    const { email, contactName, companyName, domain } = entry
    if (email !== undefined) return contact.emails.some((own) => same(own, email))
    const address = entry['liProfileUrl'] ?? entry['liSalesNavUrl'] ?? entry['liRecruiterUrl']
    // The three addresses end in the same name.
    if (address !== undefined) return same(String(contact['liUrl']).split('/').at(-1), address.split('/').at(-1))
    if (!same(contact.name, contactName)) return false
    return same(contact.employer.name, companyName) || same(contact.employer.domain, domain)
  })
}

export function findCompany(context: OperationContext, entry: Entry): Company | undefined {
  if (typeof entry === 'string') return companyAt(context, entry)
  const { domain, companyName } = entry
  return companiesOf(context).find((company) =>
    domain === undefined ? same(company.name, companyName) : same(company.domain, domain),
  )
}
