/** What a vendor keeps rows of beside its items, jobs, limits and tokens, and the topics under which rows fall due. */
const TABLES = [
  'account',
  'ask',
  'begun',
  'credits',
  'deliveries',
  'delivery',
  'equal',
  'idempotency',
  'issued',
  'job',
  'keep',
  'latency',
  'next',
  'ordinal',
  'past',
  'plan',
  'slots',
  'slots/line',
  'slots/place',
  'subscriptions',
  'webhook',
  'webhooks',
  'webhooks/behind',
] as const

export type TableName = (typeof TABLES)[number]

/** Names of a vendor's tables in the store: the same texts each time, since rows are looked up by them on every request. */
export type Tables = Readonly<Record<TableName, string>>

export function tablesOf(vendor: string): Tables {
  return Object.fromEntries(TABLES.map((name) => [name, `${vendor}/${name}`])) as Tables
}
