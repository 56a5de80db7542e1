import type { Job } from '../../spec/model/job.ts'
import type { VendorContext, VendorRows } from '../context.ts'
import { type JobRow, readJob } from './jobs.ts'

/**
 * Finished jobs are kept up to a number, and the rest let go: those first that ended first. Letting go reads all jobs of a kind,
 * so it is done for many at once: by then there are at most a quarter more.
 */

/** Topic of the rows at which finished jobs are let go: before the next request, never while one is answered. */
export const KEEP_TOPIC = 'keep'

/** What is known of the finished jobs of one kind. */
interface Kept {
  /** How many have ended since some were let go, and those that were left then. */
  readonly ended: number
  /** Jobs of all states that were left then. */
  readonly left: number
  /** How many were let go so far. */
  readonly gone: number
  /** Whether some are to be let go before the next request. */
  readonly isPlanned: boolean
}

const NONE: Kept = { ended: 0, left: 0, gone: 0, isPlanned: false }

/** Counts a job that has ended; plans to let some go where that makes too many. */
export function countEnded(context: VendorContext, job: Job): void {
  const { tx, vendor, keepJobs } = context
  const kept = keptOf(context, job)
  const ended = kept.ended + 1
  const isTooMany = ended > keepJobs + Math.max(keepJobs >> 2, kept.left >> 4)
  tx.put(vendor.tables[KEEP_TOPIC], job.name, { ...kept, ended, isPlanned: kept.isPlanned || isTooMany } satisfies Kept)
  if (isTooMany && !kept.isPlanned) tx.schedule({ at: context.now, topic: vendor.tables[KEEP_TOPIC], key: job.name })
}

/** Lets go of the finished jobs that are too many. What is left stays as it was: lists, repeats, balances, ids of later jobs. */
export function letJobsGo(context: VendorContext, name: string): void {
  const { tx, vendor, keepJobs } = context
  const job = vendor.jobs.get(name)
  if (!job) return
  const finished: Array<{ readonly id: string; readonly at: number }> = []
  let count = 0
  for (const [id, row] of tx.rows<JobRow>(job.table)) {
    count++
    const { endedAt } = readJob(job, row, context.now)
    if (endedAt !== null && !isNeeded(job, row)) finished.push({ id, at: endedAt })
  }
  finished.sort((left, right) => left.at - right.at)
  const gone = new Set(finished.slice(0, Math.max(0, finished.length - keepJobs)).map(({ id }) => id))
  if (gone.size > 0) unlink(context, job, gone)
  tx.put(vendor.tables[KEEP_TOPIC], name, {
    ended: finished.length - gone.size,
    left: count - gone.size,
    gone: keptOf(context, job).gone + gone.size,
    isPlanned: false,
  } satisfies Kept)
}

/** What a refusal says beside, where a job of that id may have been there. */
export function goneNote(context: VendorContext, job: Job): string {
  const { gone } = keptOf(context, job)
  const { keepJobs } = context
  return gone === 0
    ? ''
    : `; finished jobs that were removed: ${gone}, since ${keepJobs} of them are kept (--keep-jobs)`
}

/** Whether others refer to it: repeats to their first one, the ledger to one that is not settled; what the spec gives stays. */
function isNeeded(job: Job, row: JobRow): boolean {
  if (job.items.has(row.id) || row.slots !== undefined) return true
  if (job.repeat && row.first === undefined) return true
  return job.credits !== undefined && row.hold !== undefined && row.charged === undefined
}

/** Takes jobs out of the list of their account, which leads from each to the one before, and forgets what only they have. */
function unlink(context: VendorContext, job: Job, gone: ReadonlySet<string>): void {
  const { tx, vendor } = context
  const newest = new Map<string, string | undefined>()
  for (const [id, row] of tx.rows<JobRow>(job.table)) {
    // Jobs of the spec are listed by the spec.
    if (job.items.has(id)) continue
    const before = newest.get(row.account)
    if (gone.has(id)) {
      newest.set(row.account, before)
      continue
    }
    if (row.before !== before) tx.put(job.table, id, { ...row, before } satisfies JobRow)
    newest.set(row.account, id)
  }
  for (const [account, id] of newest) {
    if (id === undefined) tx.remove(job.newest, account)
    else if (tx.get<string>(job.newest, account) !== id) tx.put(job.newest, account, id)
  }
  tx.remove(job.table, gone)
  for (const webhook of vendor.webhooks.values())
    if (webhook.job === job)
      tx.remove(vendor.tables.subscriptions, new Set([...gone].map((id) => `${webhook.name} ${id}`)))
}

function keptOf({ tx, vendor }: VendorRows, job: Job): Kept {
  return tx.get<Kept>(vendor.tables[KEEP_TOPIC], job.name) ?? NONE
}
