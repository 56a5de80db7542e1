import { contextWith, type VendorContext } from '../../behaviour/context.ts'
import type { EventReading } from '../../behaviour/exchange.ts'
import type { JobRow } from '../../behaviour/jobs/jobs.ts'
import type { Moment } from '../../behaviour/jobs/moments.ts'
import type { Item } from '../../behaviour/outcome.ts'
import type { Condition, Scope } from '../../spec/values/value.ts'
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
  const bare: EventReading = { index, type: event.type, at, state, nth, entry, data: undefined }
  const bareScope = new InstantScope(context, job, row, { at, event: bare, step: moment.step })
  const data = event.data?.(bareScope)
  if (data === undefined) return { event: bare, scope: bareScope }
  const whole = event.schema ? complete(context, { schema: event.schema, job, row, identity: index }, data) : data
  const reading: EventReading = { index, type: event.type, at, state, nth, entry, data: whole }
  return { event: reading, scope: new InstantScope(context, job, row, { at, event: reading, step: moment.step }) }
}

/** An instant of a job, and the event that happened then. */
export interface JobInstant {
  readonly at: number
  readonly event: EventReading | undefined
  /** Index of the last entry of its timeline that is known then; undefined if all are. */
  readonly step?: number | undefined
}

/**
 * The scope of a job at an instant: what the context reads, with the job as it was then. A class, since a stream makes
 * two of them for each event.
 */
export class InstantScope implements Scope {
  readonly #context: VendorContext
  readonly #job: Job
  readonly #row: JobRow
  readonly #instant: JobInstant

  constructor(context: VendorContext, job: Job, row: JobRow, instant: JobInstant) {
    this.#context = context
    this.#job = job
    this.#row = row
    this.#instant = instant
  }

  read(root: string): unknown {
    const { at, event } = this.#instant
    switch (root) {
      case 'event':
        return event
      case 'now':
        return at
      case 'job': {
        const { vendor, tx } = this.#context
        return new JobRoot({ vendor, tx, now: at }, this.#job, this.#known())
      }
      case this.#job.collection.item:
        return itemAt(this.#context, this.#job, this.#known(), at)
      default:
        return this.#context.scope.read(root)
    }
  }

  list(collection: string, where: readonly Condition[]): readonly unknown[] {
    return this.#context.scope.list(collection, where)
  }

  generate(schema: unknown, place: string): unknown {
    const { collection } = this.#job
    return this.#context.make(schema as never, collection.name, this.#row.id, place, this.#instant.event?.index ?? '')
  }

  get failed(): Scope['failed'] {
    return this.#context.scope.failed
  }

  /** The job without later entries of its timeline, which are not known yet. */
  #known(): JobRow {
    const { step } = this.#instant
    const { timeline } = this.#row
    return step === undefined || step + 1 >= timeline.length
      ? this.#row
      : { ...this.#row, timeline: timeline.slice(0, step + 1) }
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
