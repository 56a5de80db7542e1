import { compileAcknowledge } from '../../spec/compile/webhooks.ts'
import { parseDuration } from '../../spec/values/duration.ts'
import { asRecord, entriesOf, type Raw } from '../raw.ts'
import type { Mishap, WebhookSettings } from '../situation.ts'
import type { ScenarioCursor } from './context.ts'

/** The name of the settings for all other webhooks. */
const ALL = 'default'

/** Compiles `webhooks`: the mishaps of each, with its own settings over those for all. */
export function compileWebhookSettings(webhooks: ScenarioCursor): Map<string, WebhookSettings> {
  const { vendor } = webhooks.context
  const names = [ALL, ...vendor.webhooks.keys()]
  for (const [, settings] of webhooks.entries()) settings.key.isOneOf(names, 'webhook', `a webhook of ${vendor.name}`)
  const node = webhooks.record()
  const all = asRecord(node[ALL])
  const settings = new Map<string, WebhookSettings>()
  for (const webhook of vendor.webhooks.values()) {
    if (!(ALL in node) && !(webhook.name in node)) continue
    const own = asRecord(node[webhook.name])
    settings.set(webhook.name, {
      always: { ...mishapOf(all), ...mishapOf(own) },
      nth: nthOf(asRecord(all['nth']), asRecord(own['nth'])),
      acknowledge: compileAcknowledge(
        { ...asRecord(all['acknowledge']), ...asRecord(own['acknowledge']) },
        webhook.acknowledge,
      ),
    })
  }
  return settings
}

function nthOf(...layers: readonly Raw[]): Map<number, Mishap> {
  const nth = new Map<number, Mishap>()
  for (const layer of layers)
    for (const [ordinal, value] of entriesOf(layer))
      nth.set(Number(ordinal), { ...nth.get(Number(ordinal)), ...mishapOf(asRecord(value)) })
  return nth
}

/** Only the keywords present, so that it can be merged over another. */
function mishapOf(node: Raw): Mishap {
  const { drop, duplicate, reorder, delay, tamper } = node
  return {
    ...(drop !== undefined && { drop: drop === true ? Number.POSITIVE_INFINITY : Number(drop) }),
    ...(duplicate !== undefined && { duplicate: Number(duplicate) }),
    ...(reorder !== undefined && { reorder: reorder === true }),
    ...(delay !== undefined && { delay: parseDuration(String(delay)) ?? 0 }),
    ...(tamper !== undefined && { tamper: tamper as Mishap['tamper'] }),
  }
}
