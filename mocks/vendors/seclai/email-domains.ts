/* Vendor code because the domains of an account depend on each other: one of each kind, one primary. */
import type { Item, OperationContext, OperationResult, OperationSteps, Refused } from '../kit.ts'
import { after, bodyOf, listOf, nowOf, numberOf, textOf, uuid } from '../kit.ts'

export const emailDomains: Readonly<Record<string, OperationSteps>> = {
  listEmailDomains: { body: withCapabilities },
  addEmailDomain: { validate: after(checkDomain), handle: addDomain },
  removeEmailDomain: { handle: removeDomain },
  verifyEmailDomain: { handle: verify },
  setPrimaryEmailDomain: { handle: (context) => ({ item: setPrimary(context, textOf(context.item('domain'), 'id')) }) },
  useSharedEmailDomain: { handle: useShared },
  getDmarcSummary: { handle: dmarc },
}

function domains(context: OperationContext): readonly Item[] {
  return context.items.list('emailDomains')
}

function has(context: OperationContext, kind: unknown): boolean {
  return domains(context).some((domain) => domain['kind'] === kind)
}

/** Plans that allow a domain of a kind. */
const PLANS = { custom: ['starter', 'scale'], vanity: ['starter', 'scale'] } as const

/** Reports both what the plan allows and whether a domain already exists. */
function withCapabilities(context: OperationContext, body: unknown): Item {
  const plan = context.readAccount('plan')
  return {
    ...(body as Item),
    has_custom: has(context, 'custom'),
    has_vanity: has(context, 'vanity'),
    can_add_custom: PLANS.custom.some((name) => name === plan),
    can_add_vanity: PLANS.vanity.some((name) => name === plan),
    custom_plan_names: PLANS.custom,
    vanity_plan_names: PLANS.vanity,
  }
}

/** At most one domain of each kind. */
function checkDomain(context: OperationContext): Refused | undefined {
  const { kind } = bodyOf(context)
  return has(context, kind)
    ? context.refuse('UnprocessableEntity#input', `kind: the account has a ${String(kind)} domain already`)
    : undefined
}

function addDomain(context: OperationContext): OperationResult {
  const { kind, value, delegated: isDelegated = false } = bodyOf(context)
  const isCustom = kind === 'custom'
  const domain = isCustom ? String(value) : `${String(value)}.seclai.com`
  const delegated = isCustom && isDelegated === true
  const zone_apex = delegated ? domain : domain.split('.').slice(-2).join('.')
  const dns_records = isCustom ? recordsFor(domain, zone_apex, delegated) : []
  return {
    item: context.items.create('emailDomains', { id: uuid(context), kind, domain, delegated, zone_apex, dns_records }),
  }
}

interface DnsRecord {
  /** In front of the domain; undefined for the domain itself. */
  readonly label?: string
  readonly value: string
  readonly mx_host?: string
  readonly mx_priority?: number
}

/**
 * The records that the customer must publish: a delegation, or the records themselves. Vanity domains are in the
 * vendor's own zone.
 */
function recordsFor(domain: string, apex: string, delegated: boolean): Item[] {
  const record = (key: string, type: string, { label, value, ...more }: DnsRecord): Item => {
    const name = label === undefined ? domain : `${label}.${domain}`
    const relative_name = name === apex ? '@' : name.slice(0, -apex.length - 1)
    return { key, type, name, relative_name, value, ok: false, detail: null, mx_host: null, mx_priority: null, ...more }
  }
  if (delegated) return ['1', '2'].map((nth) => record(`ns_${nth}`, 'NS', { value: `ns-${nth}.dns.seclai.com` }))
  const mx = { mx_host: 'inbound.seclai.com', mx_priority: 10 }
  return [
    record('dkim', 'CNAME', { label: 's1._domainkey', value: 's1.dkim.seclai.com' }),
    record('spf', 'TXT', { value: 'v=spf1 include:seclai.com ~all' }),
    record('mx', 'MX', { value: '10 inbound.seclai.com', ...mx }),
  ]
}

function save(context: OperationContext, domain: Item, fields: Item): Item {
  return context.items.put('emailDomains', textOf(domain, 'id'), { ...domain, ...fields })
}

/** Finds the records, unless the account's `dns` is broken. */
function verify(context: OperationContext): OperationResult {
  const domain = context.item('domain')!
  const isFound = context.readAccount('dns') !== 'broken'
  const dns_records = listOf<Item>(domain, 'dns_records').map((record) => ({ ...record, ok: isFound }))
  const at = { last_checked_at: nowOf(context), dns_records }
  if (!isFound) {
    const error_message = 'The DNS records were not found.'
    return { item: save(context, domain, { ...at, status: 'failed', verified: false, error_message }) }
  }
  const verified_at = domain['verified_at'] ?? nowOf(context)
  return {
    item: save(context, domain, { ...at, status: 'verified', verified: true, verified_at, error_message: null }),
  }
}

/** Only one domain is primary, and it must be verified. */
function setPrimary(context: OperationContext, id: string): Item {
  for (const domain of domains(context))
    if (domain['is_primary'] === true && domain['id'] !== id) save(context, domain, { is_primary: false })
  return save(context, context.item('domain')!, { is_primary: true })
}

function useShared(context: OperationContext): OperationResult {
  for (const domain of domains(context)) if (domain['is_primary'] === true) save(context, domain, { is_primary: false })
  return {}
}

/** After removal, the delegation of a vendor-managed zone stays with the registrar, where others could take it over. */
function removeDomain(context: OperationContext): OperationResult {
  const { domain, delegated } = context.item('domain')!
  context.items.remove('emailDomains', context.params['domain_id']!)
  const note = `Delete the NS records of ${String(domain)} at your registrar: they lead to a zone that is gone.`
  return { item: { removed: true, cleanup_note: delegated === true ? note : null } }
}

/** Maximum days of a summary. */
const MOST_DAYS = 365
/** Failing messages per thousand. */
const FAILED = 20
const A_DAY = 40

/** Reports exist for zones that the vendor controls, from the day of verification. */
function dmarc(context: OperationContext): OperationResult {
  const { kind, delegated, domain, verified_at } = context.item('domain')!
  const monitored = kind === 'vanity' || delegated === true
  const window_days = Math.min(Math.max(1, numberOf(context, 'days', 30)), MOST_DAYS)
  const since = typeof verified_at === 'string' ? Date.parse(verified_at) : context.now
  const report_count = monitored
    ? Math.min(window_days, Math.max(0, Math.floor((context.now - since) / 86_400_000)))
    : 0
  const total_messages = report_count * A_DAY
  const failed_messages = Math.round((total_messages * FAILED) / 1000)
  const passed_messages = total_messages - failed_messages
  const reject = Math.floor(failed_messages / 4)
  const failing = [{ source_ip: '203.0.113.9', failed_count: failed_messages, header_from: domain }]
  return {
    item: {
      monitored,
      window_days,
      report_count,
      total_messages,
      passed_messages,
      failed_messages,
      pass_rate: total_messages === 0 ? null : passed_messages / total_messages,
      dispositions: { none: passed_messages, quarantine: failed_messages - reject, reject },
      top_failing_sources:
        failed_messages === 0 ? [] : failing.slice(0, Math.max(0, numberOf(context, 'top_sources', 10))),
    },
  }
}
