import { filterItems, listItems } from '../../behaviour/collections.ts'
import type { VendorContext } from '../../behaviour/context.ts'
import type { ExchangeState } from '../../behaviour/exchange.ts'
import { type JobRow, listJobs } from '../../behaviour/jobs/jobs.ts'
import type { Item } from '../../behaviour/outcome.ts'
import type { Collection } from '../../spec/model/collection.ts'
import type { Job } from '../../spec/model/job.ts'
import type { CollectionStep } from '../../spec/model/operation/steps.ts'
import { asText } from '../../spec/values/scalar.ts'
import { isForeign, isDeleted, itemOf, jobItem, ownerOf, showEnd } from './items.ts'

/** The caller's items, in the collection's order, up to its maximum. */
export function itemsOf(context: VendorContext, collection: Collection): readonly Item[] {
  const job = collection.job === undefined ? undefined : context.vendor.jobs.get(collection.job)
  if (!job) return listItems(context, collection).slice(0, collection.cap)
  const items: Item[] = []
  for (const row of jobRows(context, job)) {
    if (items.length === collection.cap) break
    if (isDeleted(context, job, row)) continue
    items.push(jobItem(context, job, row))
  }
  return items
}

/** The items that a list names by their keys, in that order; undefined where the request names none. */
export function keyedItems(exchange: ExchangeState, step: CollectionStep): readonly Item[] | undefined {
  const wanted = step.keys?.(exchange.scope)
  if (wanted === undefined || wanted === null) return undefined
  const keys = (Array.isArray(wanted) ? wanted.map(asText) : asText(wanted).split(',')).filter((key) => key !== '')
  if (step.in.job !== undefined) exchange.polled = keys.map((id) => ({ id, isOver: showEnd(exchange, step.in, id) }))
  return keys.flatMap((key) => {
    const read = itemOf(exchange, step.in, key)
    const item = read && filterItems(exchange, [read()], step.where)[0]
    return item ? [item] : absentItem(exchange, step, key)
  })
}

/** The placeholder for a missing item, where the operation defines one. */
function absentItem(exchange: ExchangeState, { absent }: CollectionStep, key: string): readonly Item[] {
  if (!absent) return []
  exchange.currentEntry = key
  const item = Object.fromEntries(absent.map(([field, value]) => [field, value(exchange.scope)]))
  exchange.currentEntry = undefined
  return [item]
}

/** The caller's jobs, newest first. */
export function* jobRows(context: VendorContext, job: Job): Generator<JobRow> {
  for (const row of listJobs(context, job, ownerOf(context))) if (!isForeign(context, job, row)) yield row
}
