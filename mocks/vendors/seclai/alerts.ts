/* Vendor code because a subscription belongs to the caller, and a default preference has no item. */
import type { Item, OperationContext, OperationResult, OperationSteps, Refused } from '../kit.ts'
import { after, bodyOf, listOf, nowOf, uuid } from '../kit.ts'
import { ALERT_TYPES, SOURCE_ALERTS } from './alert-types.ts'
import { change, changesIn, givenIn } from './common.ts'

export const alerts: Readonly<Record<string, OperationSteps>> = {
  subscribeToAlert: { handle: (context) => subscribe(context, true) },
  unsubscribeFromAlert: { handle: (context) => subscribe(context, false) },
  listAlertConfigs: { list: listConfigs },
  createAlertConfig: {
    handle: (context) => ({
      item: context.items.create('alertConfigs', distributed(context, givenIn(bodyOf(context)))),
    }),
  },
  updateAlertConfig: { handle: updateConfig },
  listOrganizationAlertPreferences: { list: listPreferences },
  updateOrganizationAlertPreference: {
    guard: after(checkOrganization),
    handle: changePreference,
  },
  getUnreadModelAlertCount: { handle: (context) => ({ item: { count: unread(context).length } }) },
  markAllModelAlertsRead: { handle: markAllRead },
}

/** Repeating it changes nothing. */
function subscribe(context: OperationContext, wanted: boolean): OperationResult {
  const alert = context.item('alert')!
  const user_id = context.readAccount('user_id')
  const others = listOf<Item>(alert, 'subscribers').filter((entry) => entry['user_id'] !== user_id)
  const own = { id: uuid(context), user_id, user_name: context.readAccount('user_name'), created_at: nowOf(context) }
  const subscribers = wanted ? [...others, own] : others
  const fields = { subscribers, is_subscribed: wanted, subscriber_count: subscribers.length }
  if (alert['is_subscribed'] !== wanted) context.items.put('alerts', String(alert['id']), { ...alert, ...fields })
  context.resolve('alert', String(alert['id']), () => context.items.get('alerts', String(alert['id']))!)
  return {}
}

/** Configs of one agent or source where the query names it; else those of the account, for agents or for sources. */
function listConfigs(context: OperationContext): readonly Item[] {
  const { query } = context
  const [agent, source] = [query.get('agent_id'), query.get('source_connection_id')]
  const configs = context.items.list('alertConfigs')
  if (agent !== null || source !== null)
    return configs.filter(
      ({ agent_id, source_connection_id }) =>
        (agent === null || agent_id === agent) && (source === null || source_connection_id === source),
    )
  const isOfSources = query.get('scope') === 'source'
  return configs.filter(
    ({ agent_id, source_connection_id, alert_type }) =>
      agent_id === null && source_connection_id === null && SOURCE_ALERTS.has(alert_type) === isOfSources,
  )
}

function updateConfig(context: OperationContext): OperationResult {
  const { recipient_user_ids: recipients, ...body } = bodyOf(context)
  const fields = {
    ...changesIn(body, ['threshold']),
    ...(recipients !== undefined && { recipient_user_ids: recipients ?? [] }),
  }
  return { item: change(context, 'alertConfigs', context.item('alertConfig')!, distributed(context, fields)) }
}

/** An organization's alerts go to its owner and admins, whatever distribution the request has. */
function distributed(context: OperationContext, fields: Item): Item {
  const id = context.readAccount('account_id')
  const isOrganization = organizationsOf(context).some((organization) => organization['account_id'] === id)
  return isOrganization ? { ...fields, distribution_type: 'owner_admins' } : fields
}

/** Preferences for the organizations that the caller manages. */
function listPreferences(context: OperationContext): Item[] {
  if (!['owner', 'admin'].includes(String(context.readAccount('role')))) return []
  const wanted = context.query.get('organization_id')
  const own = context.items.list('alertPreferences').map(showPreference)
  const all = context.query.get('include_defaults') === 'true'
  const defaults = organizationsOf(context).flatMap(({ id }) =>
    [...ALERT_TYPES]
      .filter((type) => !own.some((entry) => entry['organization_id'] === id && entry['alert_type'] === type))
      .map((alert_type) => ({ organization_id: id, alert_type, subscribed: true, is_override: false })),
  )
  return [...own, ...(all ? defaults : [])].filter((entry) => wanted === null || entry['organization_id'] === wanted)
}

function organizationsOf(context: OperationContext): readonly Item[] {
  return (context.readAccount('organizations') ?? []) as readonly Item[]
}

function checkOrganization(context: OperationContext): Refused | undefined {
  const id = context.params['organization_id']
  const isOwn = organizationsOf(context).some((organization) => organization['id'] === id)
  return isOwn ? undefined : context.refuse('NotFound#item', `the caller is in no organization "${id}"`)
}

/** The default needs no item. */
function changePreference(context: OperationContext): OperationResult {
  const { organization_id, alert_type } = context.params as { organization_id: string; alert_type: string }
  const subscribed = bodyOf(context)['subscribed'] === true
  const key = `${organization_id} ${alert_type}`
  const preference = { organization_id, alert_type, subscribed, is_override: !subscribed }
  if (subscribed) context.items.remove('alertPreferences', key)
  else context.items.put('alertPreferences', key, { key, ...preference })
  return { item: preference }
}

function showPreference({ organization_id, alert_type, subscribed, is_override }: Item): Item {
  return { organization_id, alert_type, subscribed, is_override }
}

function unread(context: OperationContext): Item[] {
  return context.items.list('modelAlerts').filter((alert) => alert['read_at'] === null)
}

function markAllRead(context: OperationContext): OperationResult {
  for (const alert of unread(context))
    context.items.put('modelAlerts', String(alert['id']), { ...alert, read_at: nowOf(context) })
  return {}
}
