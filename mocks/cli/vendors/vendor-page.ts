import { formatAssumption } from '../check/assumptions.ts'
import type { EventDetails } from '../serve/event-details.ts'
import { columns, type Print } from '../print.ts'
import type { LimitDetails, TokenDetails, VendorDetails } from './vendor-details.ts'

/** Prints everything about one vendor. */
export function printVendor(details: VendorDetails, print: Print): void {
  const { credentials } = details
  print.out(print.paint('bold', `${details.name}: ${details.title}`))
  section(
    print,
    undefined,
    columns([
      ['facts of', details.facts ?? 'not said'],
      ['file', details.file],
      ...details.overlays.map((file) => ['overlay', file]),
      ...details.servers.map((url, index) => [index === 0 ? 'servers' : '', url]),
    ]),
  )
  section(
    print,
    `Dialects (${details.dialects.length})`,
    columns(
      details.dialects.map(({ name, title, file, isDefault }) => [
        name,
        isDefault ? `${title} (default)` : title,
        file,
      ]),
    ),
  )
  section(
    print,
    'Keys',
    credentials ? columns([['send', credentials.send], ...Object.entries(credentials.keys)]) : ['no key is needed'],
  )
  section(
    print,
    `Operations (${details.operations.length})`,
    columns(
      details.operations.map(({ id, method, path, answers }) => [
        id,
        method,
        path,
        answers.join(' ') || 'no answer is documented',
      ]),
    ),
  )
  const leftOut = Object.entries(details.leftOut)
  section(print, `Left out (${leftOut.length})`, columns(leftOut.map((entry) => [...entry])))
  section(print, `Limits (${details.limits.length})`, details.limits.flatMap(limitLines))
  section(print, `Tokens (${details.tokens.length})`, details.tokens.flatMap(tokenLines))
  section(print, `Events (${details.events.length})`, details.events.flatMap(eventLines))
  section(
    print,
    `Plans (${Object.keys(details.plans).length})`,
    columns(Object.entries(details.plans).map(([name, plan]) => [name, planText(plan)])),
  )
  section(print, `Assumptions (${details.assumptions.length})`, details.assumptions.map(formatAssumption))
}

function section(print: Print, title: string | undefined, lines: readonly string[]): void {
  if (lines.length === 0) return
  if (title !== undefined) print.out(`\n${print.paint('bold', title)}`)
  for (const line of lines) print.out(`  ${line}`)
}

function limitLines(limit: LimitDetails): string[] {
  const where = [
    limit.on ? ` on ${limit.on.join(', ')}` : '',
    limit.except.length > 0 ? ` except ${limit.except.join(', ')}` : '',
  ].join('')
  const allows = limit.allows.map(({ plan, amount }) => (plan === null ? amount : `${plan}: ${amount}`))
  return [
    `${limit.name}: ${limit.algorithm} ${limit.per.length > 0 ? `per ${limit.per.join(' and ')}` : 'for all together'}${where}, else ${limit.refuse}`,
    ...allows.map((line) => `  ${line}`),
  ]
}

function tokenLines(tokens: TokenDetails): string[] {
  const lines = [
    ['grants', tokens.grants],
    ['last', tokens.tokens],
    ['PKCE', tokens.pkce],
    ['client by', tokens.clientAuthentication],
    ['clients', tokens.clients],
    ['scopes', tokens.scopes ?? []],
    ['operations', tokens.operations],
  ] as const
  const filled = lines.filter(([, entries]) => entries.length > 0)
  return [`${tokens.scheme}:`, ...columns(filled.map(([name, entries]) => [`  ${name}`, entries.join('; ')]))]
}

function eventLines({ job, types, operations }: EventDetails): string[] {
  return [`${job}: ${types.join(', ') || 'none of its own'}`, ...operations.map((line) => `  ${line}`)]
}

function planText(plan: unknown): string {
  const texts = Object.entries(plan as Readonly<Record<string, unknown>>).map(
    ([key, value]) => `${key} ${valueText(value)}`,
  )
  return texts.join(', ') || 'no numbers of its own'
}

function valueText(value: unknown): string {
  if (value === null) return 'unlimited'
  if (typeof value !== 'object') return String(value)
  return Object.entries(value)
    .map(([key, entry]) => (key === 'amount' ? String(entry) : `${key} ${String(entry)}`))
    .join(' ')
}
