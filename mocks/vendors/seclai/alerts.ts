/* Code since a subscription is the caller's own, and a preference that is the default has no item. */
import type { Item, OperationContext, OperationResult, OperationSteps, Refused } from '../kit.ts'
import { after, bodyOf, listOf, nowOf, uuid } from '../kit.ts'
import { saidIn, updates } from './common.ts'

export const alerts: Readonly<Record<string, OperationSteps>> = {
  subscribeToAlert: { handle: (context) => subscribe(context, true) },
  unsubscribeFromAlert: { handle: (context) => subscribe(context, false) },
  createAlertConfig: { handle: (context) => ({ item: context.items.create('alertConfigs', saidIn(bodyOf(context))) }) },
  updateAlertConfig: { handle: updates('alertConfigs', 'alertConfig') },
  listOrganizationAlertPreferences: { list: listPreferences },
  updateOrganizationAlertPreference: {
    guard: after(checkOrganization),
    handle: changePreference,
  },
  getUnreadModelAlertCount: { handle: (context) => ({ item: { count: unread(context).length } }) },
  markAllModelAlertsRead: { handle: markAllRead },
}

/** Once more changes nothing. */
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

/** Alert types for which an organization may choose. */
const TYPES = [
  'consecutive_failures',
  'credits_low_threshold',
  'error_rate_spike',
  'pull_failed',
  'run_failed',
  'slow_run',
]

function listPreferences(context: OperationContext): Item[] {
  const wanted = context.query.get('organization_id')
  const own = context.items.list('alertPreferences').map(showPreference)
  const all = context.query.get('include_defaults') === 'true'
  const defaults = organizationsOf(context).flatMap(({ id }) =>
    TYPES.filter((type) => !own.some((entry) => entry['organization_id'] === id && entry['alert_type'] === type)).map(
      (alert_type) => ({ organization_id: id, alert_type, subscribed: true, is_override: false }),
    ),
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

/** What everybody has needs no entry of its own. */
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
