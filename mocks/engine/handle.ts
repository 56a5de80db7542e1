import { createItem, deleteItem, filterItems, isWithin, orderItems, updateItem } from '../behaviour/collections.ts'
import { getJob, moveJob } from '../behaviour/jobs.ts'
import { isRefused } from '../behaviour/operations.ts'
import { pageItems, pageOf } from '../behaviour/pages.ts'
import { handleTokens } from '../behaviour/tokens/step.ts'
import type { Item, Refused, Turn } from '../behaviour/turn.ts'
import type { StreamStep } from '../spec/events.ts'
import { isRecord } from '../spec/is-record.ts'
import type { CollectionStep, JobStep } from '../spec/vendor.ts'
import { asText } from '../spec/scalar.ts'
import { itemsOf, jobItem, keyedItems, shownFields } from './items.ts'
import type { Handled } from './pending.ts'
import { tellEvents } from './poll.ts'
import { isStreamWanted, start } from './start.ts'
import { runHandle, runList } from './steps.ts'

/**
 * The last step: the operation does its work and makes what its answer shows.
 *
 * @param settle - tells the other behaviours what happened, before the answer is read off
 */
export function handle(turn: Turn, settle: () => void): Handled | Refused {
  if (!turn.steps?.handle) return handleBySpec(turn, settle)
  const made = runHandle(turn, () => handleBySpec(turn, settle))
  settle()
  return made
}

function handleBySpec(turn: Turn, settle: () => void): Handled | Refused {
  const { operation } = turn
  if (operation?.job) return handleJob(turn, operation.job, settle)
  if (operation?.tokens) return handleTokens(turn, operation.tokens)
  if (operation?.events) return tellEvents(turn, operation.events)
  if (operation?.stream) return streamOrShow(turn, operation.stream)
  if (operation?.collection) return handleCollection(turn, operation.collection)
  return {}
}

/** The stream of a job that the path names; the job itself where the client takes no stream. */
function streamOrShow(turn: Turn, step: StreamStep): Handled {
  const found = turn.items.get(step.job.collection.item)
  return found && isStreamWanted(turn, step) ? { stream: { step, job: found.key } } : { item: found?.read() }
}

function handleJob(turn: Turn, step: JobStep, settle: () => void): Handled | Refused {
  const { job } = step
  if (step.kind === 'start') return start(turn, step, settle)
  const found = turn.items.get(job.collection.item)
  const moved = moveJob(turn, job, found?.key ?? '', step.verb)
  if ('stage' in moved) return moved
  settle()
  return { item: jobItem(turn, job, getJob(turn, job, moved.id)!, shownFields(turn)) }
}

function handleCollection(turn: Turn, step: CollectionStep): Handled | Refused {
  const collection = step.in
  const found = turn.items.get(collection.item)
  switch (step.do) {
    case 'list': {
      const all = runList(turn, () => keyedItems(turn, step) ?? listBySpec(turn, step))
      const cut = step.page && pageItems(turn, collection, all, step.page)
      if (cut && isRefused(cut)) return cut
      turn.page = cut?.page ?? pageOf(1, all.length, 0, all.length, null)
      return { list: cut?.items ?? all, envelope: step.envelope }
    }
    case 'read':
      return { item: found?.read(), envelope: step.envelope }
    case 'create': {
      const sent = isRecord(turn.input) ? turn.input : {}
      const item = createItem(turn, collection, sent)
      const key = asText(item[collection.key])
      return {
        item: step.set.length > 0 ? updateItem(turn, collection, key, item, step.set) : item,
        envelope: step.envelope,
      }
    }
    case 'update': {
      const sent = isRecord(turn.input) ? turn.input : {}
      const before = step.set.length > 0 ? found!.read() : { ...found!.read(), ...sent }
      const item = updateItem(turn, collection, found!.key, before, step.set)
      turn.items.set(collection.item, { ...found!, read: () => item })
      return { item, envelope: step.envelope }
    }
    case 'delete': {
      const item = found!.read()
      deleteItem(turn, collection, found!.key)
      return { item, envelope: step.envelope }
    }
  }
}

function listBySpec(turn: Turn, step: CollectionStep): readonly Item[] {
  const collection = step.in
  const own = itemsOf(turn, collection)
  const inside = collection.within.length > 0 ? own.filter((item) => isWithin(turn, collection, item)) : own
  const kept = filterItems(turn, inside, step.where)
  return step.sort ? orderItems(turn, collection, kept, step.sort) : kept
}
