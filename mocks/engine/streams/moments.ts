import { contextWith, type VendorContext } from '../../behaviour/context.ts'
import type { EventReading } from '../../behaviour/exchange.ts'
import type { JobRow } from '../../behaviour/jobs/jobs.ts'
import type { Moment } from '../../behaviour/jobs/moments.ts'
import type { Item } from '../../behaviour/outcome.ts'
import type { MemberScope } from '../../spec/codec/print-value.ts'
import type { Condition, Scope } from '../../spec/values/value.ts'
import type { Job } from '../../spec/model/job.ts'
import { jobItem, JobRoot } from '../jobs/items.ts'

/**
 * Reads an event as of its instant, so that it is the same early or late, in a list or in a stream.
 *
 * @returns the scope of that instant, which has the event with its data
 */
export function readEvent(context: VendorContext, job: Job, row: JobRow, moment: Moment): InstantScope {
  const scope = new InstantScope(context, job, row, moment)
  const { data: value, schema } = moment.event
  const data = value?.(scope)
  if (data === undefined) return scope
  scope.addData(schema ? complete(context, { schema, job, row, identity: moment.index }, data) : data)
  return scope
}

/** An instant of a job at which no event happens. */
interface Between {
  readonly at: number
  readonly event: undefined
}

/**
 * The scope of a job at an instant: what the context reads, with the job as it was then. A class, since a stream makes
 * one for each event.
 */
export class InstantScope implements MemberScope {
  readonly #context: VendorContext
  readonly #job: Job
  readonly #row: JobRow
  readonly #instant: Moment | Between
  #data: unknown
  #event: EventReading | undefined
  #root: JobRoot | undefined

  constructor(context: VendorContext, job: Job, row: JobRow, instant: Moment | Between) {
    this.#context = context
    this.#job = job
    this.#row = row
    this.#instant = instant
  }

  /** The event of this instant. */
  get event(): EventReading | undefined {
    const moment = this.#instant
    if (!moment.event) return undefined
    const { index, at, state, nth, entry, event } = moment
    return (this.#event ??= { index, type: event.type, at, state, nth, entry, data: this.#data })
  }

  /** Adds the data of the event, which its own values cannot read. */
  addData(data: unknown): void {
    this.#data = data
    this.#event = undefined
  }

  /** A member of the event, which is what most values read. */
  member(name: string): unknown {
    const moment = this.#instant
    if (!moment.event) return undefined
    switch (name) {
      case 'type':
        return moment.event.type
      case 'data':
        return this.#data
      case 'index':
        return moment.index
      case 'nth':
        return moment.nth
      case 'entry':
        return moment.entry
      case 'state':
        return moment.state
      case 'at':
        return moment.at
      default:
        return undefined
    }
  }

  read(root: string): unknown {
    const { at } = this.#instant
    switch (root) {
      case 'event':
        return this.event
      case 'now':
        return at
      case 'job': {
        const { vendor, tx } = this.#context
        return (this.#root ??= new JobRoot({ vendor, tx, now: at }, this.#job, this.#known()))
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
    return this.#context.make(
      schema as never,
      collection.name,
      this.#row.id,
      place,
      this.#instant.event ? this.#instant.index : '',
    )
  }

  get failed(): Scope['failed'] {
    return this.#context.scope.failed
  }

  /** The job without later entries of its timeline, which are not known yet. */
  #known(): JobRow {
    const instant = this.#instant
    const { timeline } = this.#row
    return !instant.event || instant.step + 1 >= timeline.length
      ? this.#row
      : { ...this.#row, timeline: timeline.slice(0, instant.step + 1) }
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
