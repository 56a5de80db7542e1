/** A vendor's tables besides items, jobs, limits and tokens, and the topics under which rows fall due. */
const TABLES = [
  'account',
  'begun',
  'credits',
  'deliveries',
  'delivery',
  'equal',
  'idempotency',
  'issued',
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

/** A vendor's table names in the store. The strings are reused, since every request looks rows up by them. */
export type Tables = Readonly<Record<TableName, string>>

export function tablesOf(vendor: string): Tables {
  return Object.fromEntries(TABLES.map((name) => [name, `${vendor}/${name}`])) as Tables
}
