/* Vendor code because a submission may name a person by id, by an address, or by name and employer. */
import type { OperationContext } from '../kit.ts'
import { type Company, hostOf } from './people/company.ts'
import type { Contact } from './people/contact.ts'
import { companiesOf, companyAt, contactAt, contactsOf } from './directory.ts'
import { type Entry, handleOf, isAlike, PROFILES } from './invent.ts'

/** The known contact that an entry refers to; undefined where none matches. */
export function findContact(context: OperationContext, entry: Entry): Contact | undefined {
  if (typeof entry === 'string') return contactAt(context, entry)
  const { email, contactName, companyName } = entry
  const domain = hostOf(entry['domain'])
  const handles = PROFILES.flatMap(([field]) => entry[field] ?? []).map(handleOf)
  const contacts = contactsOf(context)
  return (
    contacts.find(({ emails }) => emails.some((own) => isAlike(own, email))) ??
    contacts.find((contact) => handles.some((handle) => handle !== '' && hasHandle(contact, handle))) ??
    contacts.find(
      ({ name, employer }) =>
        isAlike(name, contactName) && (isAlike(employer.name, companyName) || isAlike(employer.domain, domain)),
    )
  )
}

/** The three URLs of a directory contact end in the same handle; other URLs end as sent. */
function hasHandle(contact: Contact, handle: string): boolean {
  return PROFILES.some(([, own]) => contact[own] !== undefined && isAlike(handleOf(String(contact[own])), handle))
}

export function findCompany(context: OperationContext, entry: Entry): Company | undefined {
  if (typeof entry === 'string') return companyAt(context, entry)
  const domain = hostOf(entry['domain'])
  const companies = companiesOf(context)
  return (
    companies.find((company) => isAlike(company.domain, domain)) ??
    companies.find((company) => isAlike(company.name, entry['companyName']))
  )
}
