import type { Job } from '../../spec/model/job.ts'
import type { VendorContext, VendorRows } from '../context.ts'
import { type JobRow, readJob } from './jobs.ts'

/**
 * Keeps a limited number of finished jobs and deletes those that ended first. Deleting reads all jobs of a kind, so it
 * is done in batches: up to a quarter more are kept until then.
 */

/** Topic of the due rows for deleting finished jobs: before the next request, never while one is answered. */
export const KEEP_TOPIC = 'keep'

/** Counts of the finished jobs of one kind. */
interface Kept {
  /** Jobs that have ended since the last deletion, plus those kept then. */
  readonly ended: number
  /** Jobs in any state kept at the last deletion. */
  readonly left: number
  /** Jobs deleted so far. */
  readonly gone: number
  /** Whether a deletion is scheduled before the next request. */
  readonly isPlanned: boolean
}

const NONE: Kept = { ended: 0, left: 0, gone: 0, isPlanned: false }

/** Counts a job that has ended; schedules a deletion if there are too many. */
export function countEnded(context: VendorContext, job: Job): void {
  const { tx, vendor, keepJobs } = context
  const kept = keptOf(context, job)
  const ended = kept.ended + 1
  const isTooMany = ended > keepJobs + Math.max(keepJobs >> 2, kept.left >> 4)
  tx.put(vendor.tables[KEEP_TOPIC], job.name, { ...kept, ended, isPlanned: kept.isPlanned || isTooMany } satisfies Kept)
  if (isTooMany && !kept.isPlanned) tx.schedule({ at: context.now, topic: vendor.tables[KEEP_TOPIC], key: job.name })
}

/** Deletes surplus finished jobs. The rest is unchanged: lists, repeats, balances, ids of later jobs. */
export function deleteOldJobs(context: VendorContext, name: string): void {
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

/** A note for refusals, where a job with that id may have been deleted. */
export function deletedJobsNote(context: VendorContext, job: Job): string {
  const { gone } = keptOf(context, job)
  const { keepJobs } = context
  return gone === 0
    ? ''
    : `; finished jobs that were removed: ${gone}, since ${keepJobs} of them are kept (--keep-jobs)`
}

/** Whether others refer to it: repeats to their first job, the ledger to unsettled jobs. Seed jobs are kept. */
function isNeeded(job: Job, row: JobRow): boolean {
  if (job.items.has(row.id) || row.slots !== undefined) return true
  if (job.repeat && row.first === undefined) return true
  return job.credits !== undefined && row.hold !== undefined && row.charged === undefined
}

/** Removes jobs from their account's list, in which each links to the one before, with rows only they use. */
function unlink(context: VendorContext, job: Job, gone: ReadonlySet<string>): void {
  const { tx, vendor } = context
  const newest = new Map<string, string | undefined>()
  for (const [id, row] of tx.rows<JobRow>(job.table)) {
    // The spec lists its own jobs.
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
