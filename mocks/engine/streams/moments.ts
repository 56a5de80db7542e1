import { contextWith, type VendorContext } from '../../behaviour/context.ts'
import type { EventReading } from '../../behaviour/exchange.ts'
import type { JobRow } from '../../behaviour/jobs/jobs.ts'
import type { Moment } from '../../behaviour/jobs/moments.ts'
import type { Item } from '../../behaviour/outcome.ts'
import type { Scope } from '../../spec/values/value.ts'
import type { Job } from '../../spec/model/job.ts'
import { jobItem, JobRoot } from '../jobs/items.ts'

/** An event as it reads at its own instant, and what else may be read then. */
export interface ReadEvent {
  readonly event: EventReading
  readonly scope: Scope
}

/** Works an event out as of its instant: sent early or late, in a list or a stream, it is the same. */
export function readEvent(context: VendorContext, job: Job, row: JobRow, moment: Moment): ReadEvent {
  const { index, at, state, nth, entry, event } = moment
  // What came after it is not known yet.
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

/** What may be read of a job at an instant: beside what the context reads, the job as it was then. */
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

/** The job as answers showed it at that instant. */
export function itemAt(context: VendorContext, job: Job, row: JobRow, at: number): Item {
  return jobItem(at === context.now ? context : contextAt(context, at), job, row)
}

/** The same transaction, as of another instant. */
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

/** What a value is to be: what schema it has, and which of a job it is. */
export interface Completion {
  readonly schema: NonNullable<Moment['event']['schema']>
  readonly job: Job
  readonly row: JobRow
  readonly identity: number | string
}

/** What a schema requires and is missing is generated; what it does not have is left out. */
export function complete(context: VendorContext, { schema, job, row, identity }: Completion, value: unknown): unknown {
  return context.project(schema, context.complete(schema, value, { identity: [job.collection.name, row.id, identity] }))
}
