import type { Job } from '../../spec/model/job.ts'
import { canonical, hash } from '../../state/hash.ts'
import type { VendorRows } from '../context.ts'
import type { ExchangeState } from '../exchange.ts'

/** A key equal for duplicate jobs of an account; undefined where jobs are not deduplicated. */
export function dedupeKeyOf(exchange: ExchangeState, job: Job, input: unknown): string | undefined {
  const { repeat } = job
  if (!repeat) return undefined
  const unless = repeat.unless?.(exchange.scope)
  if (unless === true || unless === 'true') return undefined
  return hash(exchange.account?.id ?? 'anonymous', canonical(repeat.by ? repeat.by(exchange.scope) : input))
}

/** The first job with this `dedupeKey`. */
export function findFirst(context: VendorRows, job: Job, dedupeKey: string): string | undefined {
  return context.tx.get<string>(firstsOf(context, job), dedupeKey)
}

export function rememberFirst(context: VendorRows, job: Job, dedupeKey: string, id: string): void {
  context.tx.put(firstsOf(context, job), dedupeKey, id)
}

function firstsOf({ vendor }: VendorRows, job: Job): string {
  return `${vendor.name}/firsts/${job.name}`
}
