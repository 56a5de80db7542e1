import { compileAcknowledge } from '../../spec/compile/webhooks.ts'
import { parseDuration } from '../../spec/values/duration.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import type { Compiling } from '../../spec/values/value.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { asRecord, entriesOf, type Raw } from '../raw.ts'
import type { Mishap, WebhookSettings } from '../situation.ts'

/** Speaks of every webhook that is not named. */
const ALL = 'default'

/** What a scenario says goes wrong with webhooks: for each that it speaks of, what it says of all laid under its own. */
export function compileWebhooks(
  vendor: Vendor,
  raw: unknown,
  report: Compiling['report'],
): Map<string, WebhookSettings> {
  const node = asRecord(raw)
  for (const name of Object.keys(node)) {
    if (name === ALL || vendor.webhooks.has(name)) continue
    report({
      code: 'unknown-webhook',
      pointer: `/webhooks/${name}`,
      message: `"${name}" is not a webhook of ${vendor.name}.${didYouMean(name, [ALL, ...vendor.webhooks.keys()])}`,
    })
  }
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

/** Only what is written, so that it can be laid over something else. */
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
