import type { MatchedExchange } from '../../behaviour/exchange.ts'
import { isRecord } from '../../spec/values/is-record.ts'
import { getJob, jobPlace } from '../../behaviour/jobs/jobs.ts'
import { MomentReader } from '../../behaviour/jobs/moments.ts'
import type { Item } from '../../behaviour/outcome.ts'
import type { EventsStep } from '../../spec/model/events.ts'
import { asNumber } from '../../spec/values/scalar.ts'
import { showEnd } from '../jobs/items.ts'
import { type InstantScope, readEvent } from './moments.ts'
import type { Handled } from './pending.ts'

/** Answers with a job's events after the cursor: at once if there are some, else when one is due or the wait ends. */
export function reportEvents(exchange: MatchedExchange, step: EventsStep): Handled {
  const id = exchange.items.get(step.job.collection.item)?.key ?? ''
  const deadline = exchange.now + step.hold / exchange.pace
  return look(exchange, { step, id, after: cursorOf(step.after(exchange.scope)), deadline })
}

/** A long poll for the events of a job. */
interface Poll {
  readonly step: EventsStep
  readonly id: string
  /** Index of the last event that the client has. */
  readonly after: number
  readonly deadline: number
}

function look(exchange: MatchedExchange, poll: Poll): Handled {
  const { step, id, after, deadline } = poll
  const { job, envelope } = step
  exchange.event = { index: after }
  const row = getJob(exchange, job, id)
  // After a reset the session no longer has the job.
  if (!row) return { list: [], envelope }
  const reader = new MomentReader(job, row, after + 1)
  const list: Item[] = []
  for (let moment = reader.take(exchange.now); moment; moment = reader.take(exchange.now)) {
    const scope = readEvent(exchange, job, row, moment)
    exchange.event = scope.event
    list.push(entryOf(step, scope))
  }
  if (list.length > 0) showEnd(exchange, job.collection, id)
  if (list.length > 0 || exchange.now >= deadline) return { list, envelope }
  return {
    pending: {
      until: Math.min(reader.peek()?.at ?? deadline, deadline),
      change: jobPlace(job, id),
      reason: 'events',
      look: (later) => look(later, poll),
    },
  }
}

function entryOf(step: EventsStep, scope: InstantScope): Item {
  const own = Object.fromEntries(step.item.map(([field, value]) => [field, value(scope)] as const))
  const data = scope.member('data')
  return isRecord(data) ? { ...own, ...data } : own
}

function cursorOf(value: unknown): number {
  const index = value === undefined || value === null || value === '' ? -1 : Math.floor(asNumber(value))
  return Number.isNaN(index) ? -1 : Math.max(-1, index)
}
