import type { LimitDetails, VendorDetails } from '../../mocks/cli/vendors/vendor-details.ts'
import { asRecord, entriesOf } from '../../mocks/scenario/raw.ts'
import type { Vendor } from '../../mocks/spec/model/vendor.ts'
import { codes, table } from './markdown.ts'

export function limitRow(limit: LimitDetails): string[] {
  const on = limit.on ? `, on ${codes(limit.on)}` : ''
  const except = limit.except.length > 0 ? `, except ${codes(limit.except)}` : ''
  return [
    `\`${limit.name}\``,
    `${limit.algorithm}, per ${limit.per.join(' and ')}${on}${except}`,
    limit.allows.map(({ plan, amount }) => (plan === null ? amount : `${plan}: ${amount}`)).join('; '),
    `\`${limit.refuse}\``,
  ]
}

export function tokenPart({ tokens }: VendorDetails): string[] {
  if (tokens.length === 0) return []
  return [
    '## Tokens',
    table(
      ['scheme', 'grants', 'last', 'operations'],
      tokens.map(({ scheme, grants, tokens: lives, operations }) => [
        `\`${scheme}\``,
        codes(grants),
        lives.join('; '),
        operations.map((text) => text.replace(/ (.*)/, ' `$1`')).join(', '),
      ]),
    ),
  ]
}

export function eventPart({ events }: VendorDetails): string[] {
  if (events.length === 0) return []
  return [
    '## Events',
    table(
      ['job', 'events', 'operations'],
      events.map(({ job, types, operations }) => [
        `\`${job}\``,
        codes(types),
        operations.map((text) => text.replace(/^(.*?):/, '`$1`:')).join('; '),
      ]),
    ),
  ]
}

export function planPart(details: VendorDetails): string[] {
  const plans = Object.entries(details.plans)
  if (plans.length === 0) return []
  const rows = plans.map(([name, plan]) => {
    const { credits, ...others } = asRecord(plan)
    const { amount, every } = asRecord(credits)
    const paid =
      credits === undefined
        ? 'not counted'
        : `${String(amount)}${every === undefined ? '' : `, every ${String(every)}`}`
    const rest = Object.entries(others).map(
      ([key, value]) => `${key} ${value === null ? 'unlimited' : JSON.stringify(value)}`,
    )
    return [`\`${name}\``, paid, rest.join(', ')]
  })
  return ['## Plans and credits', table(['plan', 'credits', 'what else'], rows)]
}

export function jobParts(vendor: Vendor, raw: Readonly<Record<string, unknown>>): string[] {
  if (vendor.jobs.size === 0) return []
  const parts = [...vendor.jobs.values()].flatMap((job) => {
    const node = asRecord(raw[job.name])
    const settle = asRecord(asRecord(node['credits'])['settle'])
    const rows = entriesOf(node['states']).map(([name, value]) => {
      const state = asRecord(value)
      const ways = [
        ...(state['then'] === undefined ? [] : [`\`${String(state['then'])}\``]),
        ...(Array.isArray(state['or'])
          ? state['or'].map((other) => `\`${String(other)}\` when a scenario says so`)
          : []),
        ...entriesOf(state['on']).map(([verb, target]) => `\`${String(target)}\` by ${verb}`),
      ]
      const charge = settle[name] ?? settle['default']
      const cost = charge === 'hold' || charge === undefined ? 'what was held' : String(charge)
      const isPaid = node['credits'] !== undefined && state['final'] === true
      return [`\`${name}\``, String(state['for'] ?? ''), ways.join(', ') || 'final', isPaid ? cost : '']
    })
    return [`\`${job.name}\`:`, table(['state', 'lasts', 'then', 'charged'], rows)]
  })
  return ['## Jobs', ...parts]
}
