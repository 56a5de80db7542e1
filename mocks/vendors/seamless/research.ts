import { type Item, type OperationContext, random, readInstant, type Started } from '../kit.ts'
import { companyOf, companyRecord } from './people/company.ts'
import { contactRecord } from './people/contact-record.ts'
import { companyAt, contactAt, contactFrom, companiesOf, doneOf } from './directory.ts'
import { findCompany, findContact } from './identities.ts'
import { type Entry, inventCompany, inventContact, type Invented } from './invent.ts'

/** A kind of research: its input and its records. */
interface Kind {
  readonly job: 'contactResearch' | 'companyResearch'
  /** The field of a result that holds the record. */
  readonly field: 'contact' | 'company'
  /** The record for a search result. */
  readonly recordAt: (context: OperationContext, id: string) => Item | undefined
}

export const CONTACTS: Kind = {
  job: 'contactResearch',
  field: 'contact',
  recordAt: (context, id) => {
    const contact = contactAt(context, id)
    return contact && contactRecord(contact, userOf(context))
  },
}

export const COMPANIES: Kind = {
  job: 'companyResearch',
  field: 'company',
  recordAt: (context, id) => {
    const company = companyAt(context, id)
    return company && companyRecord(company)
  },
}

/**
 * The record is generated at the start and stored, so that poll and webhook agree. A contact outside of the directory
 * is generated from the submission. Research ends as missing for an unknown id and for a submission without a name; the
 * record exists anyway, for scenarios with another end.
 */
export function startContact(context: OperationContext): Started {
  const entry = context.each as Entry
  const known = findContact(context, entry)
  const invented = known ? undefined : inventContact(entry, companiesOf(context))
  const contact = known ?? contactFrom(context, invented!.item)
  const record = contactRecord(contact, userOf(context))
  const searchResultId = typeof entry === 'string' ? entry : undefined
  return started({ searchResultId, subject: contact.searchResultId, record }, invented)
}

export function startCompany(context: OperationContext): Started {
  const entry = context.each as Entry
  const known = findCompany(context, entry)
  const invented = known ? undefined : inventCompany(entry)
  const company = known ?? companyOf(invented!.item, context.now)
  return started({ subject: company.searchResultId, record: companyRecord(company) }, invented)
}

function started(fields: Item, invented: Invented | undefined): Started {
  if (!invented) return { fields }
  return { fields: { ...fields, invented: invented.item }, ...(!invented.isFound && { outcome: 'missing' }) }
}

function userOf({ account }: OperationContext): string {
  return String(account?.settings['user'] ?? '')
}

/** A record names the researcher and the time. */
export function showResults(kind: Kind): (context: OperationContext, body: unknown) => unknown {
  return (context, body) => {
    const results = body as { readonly data: readonly Item[] }
    return { ...results, data: results.data.map((item) => withRecord(context, kind, item)) }
  }
}

/** The organisation's research within the requested dates: the latest of each record. */
export function listResearched(kind: Kind): (context: OperationContext) => readonly Item[] {
  return (context) => {
    const [from, to] = ['startDate', 'endDate'].map((name) => readInstant(context.query.get(name)!)) as [number, number]
    const seen = new Set<unknown>()
    return doneOf(context, kind.job).flatMap(({ item }): Item[] => {
      const at = Date.parse(String(item['endedAt']))
      if (at < from || at > to || seen.has(item['subject'])) return []
      seen.add(item['subject'])
      return [{ ...(withRecord(context, kind, item)[kind.field] as Item), requestId: item['requestId'] }]
    })
  }
}

/** Keys of the contacts that the organisation has had researched. */
export function researchedContacts(context: OperationContext): ReadonlySet<string> {
  return new Set(doneOf(context, CONTACTS.job).map(({ start }) => String(start['subject'])))
}

function withRecord(context: OperationContext, kind: Kind, result: Item): Item {
  const { field } = kind
  const item = result['status'] === 'duplicate' ? withFirst(result) : result
  const { requestId, endedAt, firstEndedAt = endedAt, additionalData } = item
  const { initialRequestId: apiResearchId = requestId } = (additionalData ?? {}) as Item
  // An initial job only names the person it found.
  const record =
    item[field] ?? (item['status'] === 'done' ? kind.recordAt(context, String(item['subject'])) : undefined)
  if (record === undefined) return item
  const dates = { createdAt: firstEndedAt, updatedAt: firstEndedAt }
  return { ...item, [field]: { ...(record as Item), apiResearchId, ...dates } }
}

/** A duplicate refers to a first request; where a scenario makes one without, that was before the session. */
function withFirst(item: Item): Item {
  if ((item['additionalData'] as Item)['initialRequestId'] !== undefined) return item
  const chance = random('seamless', 'first request', String(item['subject']))
  const initialRequestId = Array.from({ length: 21 }, () => chance.pick(NANOID_LETTERS)).join('')
  return { ...item, contact: item['record'], additionalData: { initialRequestId } }
}

const NANOID_LETTERS = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-']
