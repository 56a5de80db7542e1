import { contextWith, type VendorContext } from '../../behaviour/context.ts'
import type { EventReading } from '../../behaviour/exchange.ts'
import type { JobRow } from '../../behaviour/jobs/jobs.ts'
import type { Moment } from '../../behaviour/jobs/moments.ts'
import type { Item } from '../../behaviour/outcome.ts'
import type { Scope } from '../../spec/values/value.ts'
import type { Job } from '../../spec/model/job.ts'
import { jobItem, JobRoot } from '../jobs/items.ts'

/** An event as read at its own instant, with the scope for other values of that instant. */
export interface ReadEvent {
  readonly event: EventReading
  readonly scope: Scope
}

/** Reads an event as of its instant, so that it is the same early or late, in a list or in a stream. */
export function readEvent(context: VendorContext, job: Job, row: JobRow, moment: Moment): ReadEvent {
  const { index, at, state, nth, entry, event } = moment
  // Later entries are not known yet.
  const before = { ...row, timeline: row.timeline.slice(0, moment.step + 1) }
  const bare: EventReading = { index, type: event.type, at, state, nth, entry, data: undefined }
  const data = event.data?.(scopeAt(context, job, before, { at, event: bare }))
  const whole =
    event.schema && data !== undefined
      ? complete(context, { schema: event.schema, job, row, identity: index }, data)
      : data
  const reading = { ...bare, data: whole }
  return { event: reading, scope: scopeAt(context, job, before, { at, event: reading }) }
}

/** An instant of a job, and the event that happened then. */
export interface JobInstant {
  readonly at: number
  readonly event: EventReading | undefined
}

/** The scope of a job at an instant: what the context reads, with the job as it was then. */
export function scopeAt(context: VendorContext, job: Job, row: JobRow, { at, event }: JobInstant): Scope {
  return {
    read: (root) => {
      switch (root) {
        case 'event':
          return event
        case 'now':
          return at
        case 'job':
          return new JobRoot({ vendor: context.vendor, tx: context.tx, now: at }, job, row)
        case job.collection.item:
          return itemAt(context, job, row, at)
        default:
          return context.scope.read(root)
      }
    },
    list: (collection, where) => context.scope.list(collection, where),
    failed: context.scope.failed,
    generate: (schema, place) => context.make(schema as never, job.collection.name, row.id, place, event?.index ?? ''),
  }
}

/** The job's item as answers showed it at that instant. */
export function itemAt(context: VendorContext, job: Job, row: JobRow, at: number): Item {
  return jobItem(at === context.now ? context : contextAt(context, at), job, row)
}

/** The same transaction at another instant. */
function contextAt(context: VendorContext, at: number): VendorContext {
  const { scope } = context
  return contextWith(context, {
    now: at,
    scope: {
      read: (root) => (root === 'now' ? at : scope.read(root)),
      list: (collection, where) => scope.list(collection, where),
      generate: (schema, place) => scope.generate(schema, place),
      failed: scope.failed,
    },
  })
}

/** The schema of a value, and which value of a job it is. */
export interface Completion {
  readonly schema: NonNullable<Moment['event']['schema']>
  readonly job: Job
  readonly row: JobRow
  readonly identity: number | string
}

/** Generates what a schema requires and the value lacks, and removes what the schema does not have. */
export function complete(context: VendorContext, { schema, job, row, identity }: Completion, value: unknown): unknown {
  return context.project(schema, context.complete(schema, value, { identity: [job.collection.name, row.id, identity] }))
}
