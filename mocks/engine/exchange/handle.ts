import {
  applyPatches,
  createItem,
  deleteItem,
  filterItems,
  isWithin,
  orderItems,
  putItem,
} from '../../behaviour/collections.ts'
import type { MatchedExchange } from '../../behaviour/exchange.ts'
import { getJob, moveJob, readJob } from '../../behaviour/jobs/jobs.ts'
import { isRefused, type Item, refuse, type Refused } from '../../behaviour/outcome.ts'
import { pageItems, pageOf } from '../../behaviour/pages.ts'
import { type Written, writtenFields } from '../../behaviour/written-fields.ts'
import { handleTokens } from '../../behaviour/tokens/grants.ts'
import type { StreamStep } from '../../spec/model/events.ts'
import { isRecord } from '../../spec/values/is-record.ts'
import { asText } from '../../spec/values/scalar.ts'
import type { CollectionStep, JobStep } from '../../spec/model/operation/steps.ts'
import { jobItem, readItem, setItem, showEnd, visibleFields } from '../jobs/items.ts'
import { itemsOf, keyedItems } from '../jobs/list-items.ts'
import { followEvents } from '../jobs/job-events.ts'
import { isStreamWanted, start } from '../jobs/start-job.ts'
import type { Handled } from '../streams/pending.ts'
import { reportEvents } from '../streams/poll.ts'
import { runHandle, runList } from './vendor-code.ts'

/** The last step: runs the operation and returns what its answer shows. */
export function handle(exchange: MatchedExchange): Handled | Refused {
  if (!exchange.code?.handle) return handleBySpec(exchange)
  const result = runHandle(exchange, () => handleBySpec(exchange))
  followEvents(exchange)
  return result
}

function handleBySpec(exchange: MatchedExchange): Handled | Refused {
  const { job, tokens, events, stream, collection, reference } = exchange.operation
  if (job) return job.kind === 'start' ? start(exchange, job) : move(exchange, job)
  if (tokens) return handleTokens(exchange, tokens)
  if (events) return reportEvents(exchange, events)
  if (stream) return streamOrItem(exchange, stream)
  if (collection) return handleCollection(exchange, collection)
  if (reference) return { bytes: exchange.vendor.referencePage() }
  return {}
}

/** The stream of the job that the path names; the job itself where the client does not accept a stream. */
function streamOrItem(exchange: MatchedExchange, step: StreamStep): Handled {
  const found = exchange.items.get(step.job.collection.item)
  return found && isStreamWanted(exchange, step) ? { stream: { step, job: found.key } } : { item: found?.read() }
}

/** Applies a verb to the job that the path names. */
function move(
  exchange: MatchedExchange,
  { job, verb, refuse: refusal }: JobStep & { readonly kind: 'verb' },
): Handled | Refused {
  const row = getJob(exchange, job, exchange.items.get(job.collection.item)?.key ?? '')
  if (!row) throw new Error(`Failed to ${verb}: the path names no ${job.name}.`)
  const moved = moveJob(exchange, job, row, verb)
  if (typeof moved === 'string') return refuse('handle', refusal, 409, moved)
  exchange.job = row.id
  exchange.isJobOver = readJob(job, moved, exchange.now).state.final
  followEvents(exchange)
  showEnd(exchange, job.collection, row.id)
  return { item: jobItem(exchange, job, getJob(exchange, job, row.id) ?? moved, visibleFields(exchange)) }
}

function handleCollection(exchange: MatchedExchange, step: CollectionStep): Handled | Refused {
  const collection = step.in
  const found = exchange.items.get(collection.item)
  switch (step.do) {
    case 'list': {
      const all = runList(exchange, () => keyedItems(exchange, step) ?? listBySpec(exchange, step))
      const bare = step.bare && isNothing(step.bare.unless(exchange.scope)) ? step.bare : undefined
      const { page } = bare ?? step
      const cut = page && pageItems(exchange, collection, all, page)
      if (cut && isRefused(cut)) return cut
      exchange.page = cut?.page ?? pageOf({ number: 1, size: all.length, offset: 0, total: all.length, next: null })
      const list = cut?.items ?? all
      if (collection.job !== undefined)
        for (const item of list) showEnd(exchange, collection, asText(item[collection.key]))
      return bare ? { list, overlay: bare.overlay } : { list, envelope: step.envelope }
    }
    case 'read':
      return { item: found && readItem(exchange, collection, found), envelope: step.envelope }
    case 'create': {
      const item = createItem(exchange, collection, written(exchange, step).fields)
      const key = asText(item[collection.key])
      const isSet = step.set.length > 0
      return {
        item: isSet ? putItem(exchange, collection, key, patched(exchange, item, step)) : item,
        envelope: step.envelope,
      }
    }
    case 'update': {
      const before = step.set.length > 0 ? found!.read() : updated(found!.read(), written(exchange, step))
      const item = putItem(exchange, collection, found!.key, patched(exchange, before, step))
      setItem(exchange, collection.item, { ...found!, read: () => item, fixed: item })
      return { item, envelope: step.envelope }
    }
    case 'delete': {
      const item = found!.read()
      deleteItem(exchange, collection, found!.key)
      return { item, envelope: step.envelope }
    }
  }
}

/** The fields of the item from the request's body. */
function written(exchange: MatchedExchange, { in: collection, envelope }: CollectionStep): Written {
  const sent = isRecord(exchange.input?.value) ? exchange.input.value : {}
  const shown = envelope === undefined ? exchange.operation.success?.schema : undefined
  return writtenFields(exchange.vendor, sent, collection.schema ?? shown)
}

function updated(item: Item, { fields, cleared }: Written): Item {
  const whole = { ...item, ...fields }
  return cleared.length === 0
    ? whole
    : Object.fromEntries(Object.entries(whole).filter(([name]) => !cleared.includes(name)))
}

function patched(exchange: MatchedExchange, item: Item, { set }: CollectionStep): Item {
  return applyPatches(item, set, exchange) as Item
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

function listBySpec(exchange: MatchedExchange, step: CollectionStep): readonly Item[] {
  const collection = step.in
  const own = itemsOf(exchange, collection)
  const inside = collection.within.length > 0 ? own.filter((item) => isWithin(exchange, collection, item)) : own
  const kept = filterItems(exchange, inside, step.where)
  return step.sort ? orderItems(exchange, collection, kept, step.sort) : kept
}
