import type { Operations } from '../kit.ts'
import { searchCompanies, searchContacts, showCompanies, showContacts } from './people-search.ts'
import { COMPANIES, CONTACTS, listResearched, showResults, startCompany, startContact } from './research.ts'

/** Seamless's vendor code: its filters, and three representations of one person or company. */
export const operations: Operations = {
  searchContacts: { list: searchContacts, body: showContacts },
  searchCompanies: { list: searchCompanies, body: showCompanies },
  researchContacts: { start: startContact },
  researchCompanies: { start: startCompany },
  pollContactsResearchResults: { body: showResults(CONTACTS) },
  pollCompanyResearchResults: { body: showResults(COMPANIES) },
  getContacts: { list: listResearched(CONTACTS) },
  getCompanies: { list: listResearched(COMPANIES) },
}
