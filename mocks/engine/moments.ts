import type { JobRow } from '../behaviour/jobs.ts'
import type { Moment } from '../behaviour/moments.ts'
import type { EventReading, Item, Turn } from '../behaviour/turn.ts'
import { requiredNames } from '../spec/schema/required.ts'
import type { Scope } from '../spec/value.ts'
import type { Job } from '../spec/vendor.ts'
import { jobItem, JobRoot } from './items.ts'

/** An event as it reads at its own instant, and what else may be read then. */
export interface Told {
  readonly event: EventReading
  readonly scope: Scope
}

/** Works an event out as of its instant: told early or late, in a list or a stream, it is the same. */
export function tell(turn: Turn, job: Job, row: JobRow, moment: Moment): Told {
  const { index, at, state, nth, event } = moment
  // What came after it is not known yet.
  const before = { ...row, timeline: row.timeline.slice(0, moment.entry + 1) }
  const told: EventReading = { index, type: event.type, at, state, nth, data: undefined }
  const data = event.data?.(scopeAt(turn, job, before, at, told))
  const whole = event.schema && data !== undefined ? complete(turn, job, row, event.schema, data, index) : data
  const reading = { ...told, data: whole }
  return { event: reading, scope: scopeAt(turn, job, before, at, reading) }
}

/** What may be read of a job at an instant: beside the exchange, the job as it was then. */
export function scopeAt(turn: Turn, job: Job, row: JobRow, at: number, event: EventReading | undefined): Scope {
  return {
    read: (root) => {
      switch (root) {
        case 'event':
          return event
        case 'now':
          return at
        case 'job':
          return new JobRoot({ vendor: turn.vendor, tx: turn.tx, now: at }, job, row)
        case job.collection.item:
          return itemAt(turn, job, row, at)
        default:
          return turn.scope.read(root)
      }
    },
    list: (collection, where) => turn.scope.list(collection, where),
    failed: turn.scope.failed,
    generate: (schema, place) => turn.make(schema as never, job.collection.name, row.id, place, event?.index ?? ''),
  }
}

/** The job as answers showed it at that instant. */
export function itemAt(turn: Turn, job: Job, row: JobRow, at: number): Item {
  const { now } = turn
  turn.now = at
  try {
    return jobItem(turn, job, row)
  } finally {
    turn.now = now
  }
}

/** What a schema requires and nobody gave is generated; what it does not have is left out. */
export function complete(
  turn: Turn,
  job: Job,
  row: JobRow,
  schema: NonNullable<Moment['event']['schema']>,
  value: unknown,
  index: number | string,
): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  const missing = requiredNames(turn.vendor.schemas, schema).filter((name) => !Object.hasOwn(value, name))
  if (missing.length === 0) return turn.project(schema, value)
  const made = turn.make(schema, job.collection.name, row.id, index) as Item
  return turn.project(schema, { ...value, ...Object.fromEntries(missing.map((name) => [name, made[name]])) })
}
