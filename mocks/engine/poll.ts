import { getJob, jobPlace } from '../behaviour/jobs.ts'
import { MomentReader } from '../behaviour/moments.ts'
import type { Item, Turn } from '../behaviour/turn.ts'
import type { EventsStep } from '../spec/events.ts'
import { asNumber } from '../spec/scalar.ts'
import { type Told, tell } from './moments.ts'
import type { Handled } from './pending.ts'

/** Tells of a job's events after the cursor: at once where there are some, else when one falls due or the wait is over. */
export function tellEvents(turn: Turn, step: EventsStep): Handled {
  const id = turn.items.get(step.job.collection.item)?.key ?? ''
  return look(turn, step, id, cursorOf(step.after(turn.scope)), turn.now + step.hold / turn.session.pace)
}

function look(turn: Turn, step: EventsStep, id: string, after: number, deadline: number): Handled {
  const { job, envelope } = step
  turn.event = { index: after }
  const row = getJob(turn, job, id)
  // A session that was reset knows the job no more.
  if (!row) return { list: [], envelope }
  const reader = new MomentReader(job, row, after + 1)
  const list: Item[] = []
  for (let moment = reader.take(turn.now); moment; moment = reader.take(turn.now)) {
    const told = tell(turn, job, row, moment)
    turn.event = told.event
    list.push(entryOf(step, told))
  }
  if (list.length > 0 || turn.now >= deadline) return { list, envelope }
  return {
    pending: {
      until: Math.min(reader.peek()?.at ?? deadline, deadline),
      change: jobPlace(job, id),
      reason: 'events',
      again: () => look(turn, step, id, after, deadline),
    },
  }
}

function entryOf(step: EventsStep, { event, scope }: Told): Item {
  const own = Object.fromEntries(step.item.map(([field, value]) => [field, value(scope)] as const))
  const { data } = event
  return data !== null && typeof data === 'object' && !Array.isArray(data) ? { ...own, ...data } : own
}

function cursorOf(value: unknown): number {
  const index = value === undefined || value === null || value === '' ? -1 : Math.floor(asNumber(value))
  return Number.isNaN(index) ? -1 : Math.max(-1, index)
}
