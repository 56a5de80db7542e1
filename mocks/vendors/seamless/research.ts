import type { Item, OperationContext, Started } from '../kit.ts'
import { companyRecord } from './company.ts'
import { contactRecord } from './contact-record.ts'
import { findCompany, findContact } from './identities.ts'

/** Who is researched is known from the start; the record is kept, so that poll and webhook tell the same. */
export function startContact(context: OperationContext): Started {
  const entry = context.each as string | Readonly<Record<string, string>>
  const searchResultId = typeof entry === 'string' ? entry : undefined
  const contact = findContact(context, entry)
  if (!contact) return { fields: { searchResultId }, outcome: 'missing' }
  const record = contactRecord(contact, String(context.account?.settings['user'] ?? ''))
  return { fields: { searchResultId, subject: contact.searchResultId, record } }
}

export function startCompany(context: OperationContext): Started {
  const company = findCompany(context, context.each as string | Readonly<Record<string, string>>)
  if (!company) return { fields: {}, outcome: 'missing' }
  return { fields: { subject: company.searchResultId, record: companyRecord(company) } }
}

/** A record tells whose research it came from, and when. */
export function showResults(_: OperationContext, body: unknown): unknown {
  const results = body as { readonly data: readonly Item[] }
  return { ...results, data: results.data.map(withRecord) }
}

/** What the organisation has had researched within the dates of the request: each once, as it was researched last. */
export function listResearched(job: string): (context: OperationContext) => readonly Item[] {
  return (context) => {
    const [from, to] = ['startDate', 'endDate'].map((name) => Date.parse(context.query.get(name)!)) as [number, number]
    const seen = new Set<unknown>()
    return doneOf(context, job).flatMap((item): Item[] => {
      const at = Date.parse(String(item['endedAt']))
      if (at < from || at > to || seen.has(item['subject'])) return []
      seen.add(item['subject'])
      const { contact, company } = withRecord(item)
      return [{ ...((contact ?? company) as Item), requestId: item['requestId'] }]
    })
  }
}

/** Keys of the contacts that the organisation knows more of. */
export function researchedContacts(context: OperationContext): ReadonlySet<string> {
  return new Set(doneOf(context, 'contactResearch').map((item) => String(item['subject'])))
}

function doneOf(context: OperationContext, job: string): Item[] {
  return context.jobs
    .list(job)
    .filter((view) => view.state === 'done')
    .map((view) => view.item)
}

function withRecord(item: Item): Item {
  const { requestId, endedAt, additionalData } = item
  const { initialRequestId: apiResearchId = requestId } = (additionalData ?? {}) as Item
  const dated = (record: unknown): Item => ({
    ...(record as Item),
    apiResearchId,
    createdAt: endedAt,
    updatedAt: endedAt,
  })
  return {
    ...item,
    ...(item['contact'] !== undefined && { contact: dated(item['contact']) }),
    ...(item['company'] !== undefined && { company: dated(item['company']) }),
  }
}
