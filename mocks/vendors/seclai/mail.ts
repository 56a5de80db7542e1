/* Code since the domains of an account depend on one another: one of a kind, one that is primary. */
import type { Item, OperationContext, OperationResult, OperationSteps, Refused } from '../kit.ts'
import { after, bodyOf, nowOf, numberOf, textOf, uuid } from '../kit.ts'
import { saidIn } from './common.ts'

export const mail: Readonly<Record<string, OperationSteps>> = {
  blockEmailSender: { handle: block },
  setAutoBlockMode: { handle: setMode },
  setEmailTriggerConfig: { handle: configure },
  listAgentEmailOptOuts: { list: optOuts },
  listEmailDomains: { handle: listDomains },
  addEmailDomain: { validate: after(checkDomain), handle: addDomain },
  removeEmailDomain: { handle: removeDomain },
  verifyEmailDomain: { handle: verify },
  setPrimaryEmailDomain: { handle: (context) => ({ item: setPrimary(context, textOf(context.item('domain'), 'id')) }) },
  useSharedEmailDomain: { handle: useShared },
  getDmarcSummary: { handle: dmarc },
}

/** Who has opted out of all mail of the account is an opt-out of each agent too. */
function optOuts(context: OperationContext): readonly Item[] {
  const agent = context.query.get('agent_id')
  return context.items
    .list('optOuts')
    .filter(({ agent_id }) => agent === null || agent_id === null || agent_id === agent)
}

/** Blocking somebody twice gives the same entry. */
function block(context: OperationContext): OperationResult {
  const fields = saidIn(bodyOf(context))
  const { sender_email, match_type = 'address' } = fields
  const known = context.items
    .list('blockedSenders')
    .find((entry) => entry['sender_email'] === sender_email && entry['match_type'] === match_type)
  return { item: known ?? context.items.create('blockedSenders', fields) }
}

function setMode(context: OperationContext): OperationResult {
  const auto_block_mode = bodyOf(context)['mode']
  context.changeAccount({ auto_block_mode })
  const items = context.items.list('blockedSenders').slice(0, 50)
  return { item: { auto_block_mode, items, total: context.items.list('blockedSenders').length } }
}

/** What a null sets: flags return to what a new trigger has. */
const CLEARED: Item = {
  alias: null,
  allowed_senders: null,
  ignore_auto_generated: true,
  queue_on_quota: false,
  require_sender_auth: true,
}

/** What is left out stays, and a null clears; the address follows the alias. */
function configure(context: OperationContext): OperationResult {
  const trigger = context.item('trigger')!
  const said = Object.entries(bodyOf(context))
    .filter(([name]) => Object.hasOwn(CLEARED, name))
    .map(([name, value]) => [`email_${name}`, value === null || value === '' ? CLEARED[name] : value])
  const changed: Item = { ...trigger, ...Object.fromEntries(said) }
  const account = String(context.readAccount('account_id'))
  const alias = textOf(changed, 'email_alias')
  const email_addresses = alias === '' ? [] : [`${alias}.${account}@agent.seclai.com`]
  return { item: context.items.put('triggers', context.params['trigger_id']!, { ...changed, email_addresses }) }
}

function domains(context: OperationContext): readonly Item[] {
  return context.items.list('emailDomains')
}

function has(context: OperationContext, kind: string): boolean {
  return domains(context).some((domain) => domain['kind'] === kind)
}

function listDomains(context: OperationContext): OperationResult {
  const has_custom = has(context, 'custom')
  const has_vanity = has(context, 'vanity')
  return {
    item: {
      domains: domains(context),
      has_custom,
      has_vanity,
      can_add_custom: !has_custom,
      can_add_vanity: !has_vanity,
      custom_plan_names: ['scale'],
      vanity_plan_names: ['starter', 'scale'],
    },
  }
}

/** At most one domain of each kind. */
function checkDomain(context: OperationContext): Refused | undefined {
  const kind = textOf(bodyOf(context), 'kind')
  if (kind !== 'custom' && kind !== 'vanity')
    return context.refuse('UnprocessableEntity#input', `kind is "${kind}", and must be custom or vanity`)
  return has(context, kind) ? context.refuse('UnprocessableEntity#input', `There is a ${kind} domain`) : undefined
}

function addDomain(context: OperationContext): OperationResult {
  const { kind, value, delegated = false } = bodyOf(context)
  const domain = kind === 'vanity' ? `${String(value)}.seclai.com` : String(value)
  const apex = domain.split('.').slice(-2).join('.')
  const record = (key: string, type: string, name: string, text: string): Item => ({
    key,
    type,
    name: `${name}.${domain}`,
    relative_name: name,
    value: text,
    ok: false,
    detail: null,
    mx_host: null,
    mx_priority: null,
  })
  return {
    item: context.items.create('emailDomains', {
      id: uuid(context),
      kind,
      domain,
      delegated,
      zone_apex: apex,
      dns_records: [
        record('dkim', 'CNAME', 's1._domainkey', 's1.dkim.seclai.com'),
        record('dmarc', 'TXT', '_dmarc', 'v=DMARC1; p=none'),
      ],
    }),
  }
}

function save(context: OperationContext, domain: Item, fields: Item): Item {
  return context.items.put('emailDomains', textOf(domain, 'id'), { ...domain, ...fields })
}

/** Finds the records, unless the account's `dns` is broken. */
function verify(context: OperationContext): OperationResult {
  const domain = context.item('domain')!
  const isFound = context.readAccount('dns') !== 'broken'
  const dns_records = (domain['dns_records'] as readonly Item[]).map((record) => ({ ...record, ok: isFound }))
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

/** Only one is primary; only one that is verified can be. */
function setPrimary(context: OperationContext, id: string): Item {
  for (const domain of domains(context))
    if (domain['is_primary'] === true && domain['id'] !== id) save(context, domain, { is_primary: false })
  return save(context, context.item('domain')!, { is_primary: true })
}

function useShared(context: OperationContext): OperationResult {
  for (const domain of domains(context)) if (domain['is_primary'] === true) save(context, domain, { is_primary: false })
  return {}
}

function removeDomain(context: OperationContext): OperationResult {
  context.items.remove('emailDomains', context.params['domain_id']!)
  return { item: { removed: true, cleanup_note: 'The DNS records can be removed.' } }
}

function dmarc(context: OperationContext): OperationResult {
  const days = numberOf(context, 'days', 30)
  const most = numberOf(context, 'top_sources', 10)
  const failing = [{ source_ip: '203.0.113.9', failed_count: 4, header_from: textOf(context.item('domain'), 'domain') }]
  return {
    item: {
      monitored: true,
      window_days: days,
      report_count: days,
      total_messages: 200,
      passed_messages: 196,
      failed_messages: 4,
      pass_rate: 0.98,
      dispositions: {
        none: 196,
        quarantine: 4,
      },
      top_failing_sources: failing.slice(0, Math.max(0, most)),
    },
  }
}
