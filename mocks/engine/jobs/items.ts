import { completed, filterItems, findItem, hasFromStart, isWithin } from '../../behaviour/collections.ts'
import type { VendorContext, VendorRows } from '../../behaviour/context.ts'
import type { ExchangeState, MatchedExchange, ResolvedItem } from '../../behaviour/exchange.ts'
import { getJob, type JobReading, type JobRow, NO_OWNER, readJob, stateOf } from '../../behaviour/jobs/jobs.ts'
import { deletedJobsNote } from '../../behaviour/jobs/delete-old-jobs.ts'
import { MomentReader } from '../../behaviour/jobs/moments.ts'
import { isJobQueued, taken } from '../../behaviour/jobs/slots.ts'
import { type Item, refuse, type Refused } from '../../behaviour/outcome.ts'
import { asText } from '../../spec/values/scalar.ts'
import { shownNames } from '../../spec/schema/project.ts'
import { type Condition, ROOT, type Root, type Scope } from '../../spec/values/value.ts'
import type { Collection } from '../../spec/model/collection.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { Job, JobField } from '../../spec/model/job.ts'

/** Reads items of collections and items of jobs in the same way. */

/** The *resolve* stage: finds the caller's item for every path parameter that names one, or answers 404. */
export function resolve(exchange: ExchangeState): Refused | undefined {
  const { operation } = exchange
  if (!operation) return undefined
  for (const [param, collection] of operation.items) {
    const value = exchange.params[param]!
    const item = itemOf(exchange, collection, value)
    const where = operation.collection?.in === collection ? operation.collection.where : []
    if (
      !item ||
      (collection.within.length > 0 && !isWithin(exchange, collection, item())) ||
      (where.length > 0 && filterItems(exchange, [item()], where).length === 0)
    ) {
      const refusal = collection.notFound ?? operation.refusals.notFound
      return refuse(
        'resolve',
        refusal,
        404,
        `no item "${value}" in ${collection.name}${collection.owner === 'account' ? ' of this account' : ''}${letGo(exchange, collection)}`,
      )
    }
    const fixed = collection.job === undefined ? item() : undefined
    setItem(exchange, collection.item, { collection: collection.name, key: value, read: item, fixed })
    if (collection.job !== undefined) {
      exchange.job = value
      exchange.isJobOver = showEnd(exchange, collection, value)
    }
    const missing = missingPart(exchange, collection, item)
    if (missing) return missing
  }
  return undefined
}

/** Stores an item under its root name. */
export function setItem(exchange: ExchangeState, root: string, item: ResolvedItem): void {
  const items = new Map<string, ResolvedItem>()
  for (const [name, known] of exchange.items) items.set(name, known)
  exchange.items = items.set(root, item)
}

/** A note for an item that may be a deleted job; else empty. */
function letGo(exchange: ExchangeState, collection: Collection): string {
  const job = exchange.vendor.jobs.get(collection.job ?? '')
  return job ? deletedJobsNote(exchange, job) : ''
}

/** Records the end of a job that the answer shows; returns whether the job has ended. */
export function showEnd(exchange: ExchangeState, collection: Collection, id: string): boolean {
  const job = exchange.vendor.jobs.get(collection.job ?? '')
  const row = job && getJob(exchange, job, id)
  if (!row) return false
  const state = stateOf(job, row, exchange.now)
  if (state.final && !exchange.ends.includes(state)) exchange.ends = [...exchange.ends, state]
  return state.final
}

/** Refuses with 404 if the item lacks the part at `collection.exists.at`. */
function missingPart(exchange: ExchangeState, collection: Collection, item: () => Item): Refused | undefined {
  const step = exchange.operation?.collection
  if (!step?.exists || step.in !== collection) return undefined
  let value: unknown = item()
  const path: string[] = []
  for (const segment of step.exists.at) {
    const name = asText(segment(exchange.scope))
    path.push(name)
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) {
      return refuse('resolve', step.exists.refuse, 404, `the item has no ${path.join('/')}`)
    }
    value = (value as Record<string, unknown>)[name]
  }
  return undefined
}

/** Returns a function that reads an item. A job's item is built on each read, since time and verbs change it. */
export function itemOf(exchange: ExchangeState, collection: Collection, key: string): (() => Item) | undefined {
  const job = collection.job === undefined ? undefined : exchange.vendor.jobs.get(collection.job)
  if (!job) {
    const found = findItem(exchange, collection, key)
    return found && (() => found)
  }
  if (!ownJob(exchange, job, key)) return undefined
  return () => jobItem(exchange, job, getJob(exchange, job, key)!)
}

/** The owner of the jobs that a caller starts. All callers without a key are one owner. */
export function ownerOf({ account }: Pick<VendorContext, 'account'>): string {
  return account?.id ?? 'anonymous'
}

/** Whether a job is another account's. A seed job is its listed account's, else of callers that act for themselves. */
export function isForeign(context: VendorContext, { collection }: Job, row: JobRow): boolean {
  if (row.account === NO_OWNER) return !hasFromStart(context, collection, row.id)
  return collection.owner === 'account' && row.account !== ownerOf(context)
}

/** The caller's job with that id, unless its state hides it. */
export function ownJob(context: VendorContext, job: Job, id: string): JobRow | undefined {
  const row = getJob(context, job, id)
  return row && !isForeign(context, job, row) && !isDeleted(context, job, row) ? row : undefined
}

export function isDeleted(context: VendorContext, job: Job, row: JobRow): boolean {
  return stateOf(job, row, context.now).gone
}

/** What reading a job needs. */
type Reading = Pick<VendorContext, 'vendor' | 'tx' | 'now'>

/**
 * A job as its collection shows it.
 *
 * @param visible - the fields that will be read; all fields if omitted
 */
export function jobItem(context: VendorContext, job: Job, row: JobRow, visible?: ReadonlySet<string>): Item {
  const root = new JobRoot(context, job, row)
  const scope = new JobScope(context, root, job, row)
  const item: Record<string, unknown> = { [job.collection.key]: job.collection.keyValue(row.id) }
  for (const field in row.start) if (!visible || visible.has(field)) item[field] = row.start[field]
  for (const shown of job.item)
    if (!visible || visible.has(shown.field)) item[shown.field] = valueOf(shown, root, scope)
  for (const shown of root.reading.state.item)
    if (!visible || visible.has(shown.field)) item[shown.field] = valueOf(shown, root, scope)
  return completed(context, job.collection, { key: row.id, fields: item }, visible)
}

function valueOf({ value, member }: JobField, root: JobRoot, scope: Scope): unknown {
  if (member === undefined) return value(scope)
  const own = root[ROOT](member)
  return own instanceof Uint8Array ? asText(own) : own
}

const visible = new WeakMap<Operation, { readonly fields: ReadonlySet<string> | undefined }>()

/** The fields that the normal answer shows; all fields if the vendor's code may read the item. */
export function visibleFields({ code, operation, vendor }: MatchedExchange): ReadonlySet<string> | undefined {
  if (code) return undefined
  let known = visible.get(operation)
  if (!known) {
    const schema = operation.success?.schema
    known = { fields: schema && shownNames(vendor.schemas, schema) }
    visible.set(operation, known)
  }
  return known.fields
}

/** An item that the path names, as the normal answer shows it. */
export function readItem(exchange: MatchedExchange, collection: Collection, { key, read }: ResolvedItem): Item {
  const { operation } = exchange
  const job = collection.job === undefined ? undefined : exchange.vendor.jobs.get(collection.job)
  // The fields are those of the usual media type, and of a whole body.
  const isWhole = operation.collection?.envelope === undefined && operation.success?.choices.length === 0
  if (!job || exchange.code || !isWhole) return read()
  return jobItem(exchange, job, getJob(exchange, job, key)!, visibleFields(exchange))
}

/** Scope of one job's fields: `$job` is that job, whatever the exchange is about. */
class JobScope implements Scope {
  readonly #context: VendorContext
  readonly #root: JobRoot
  readonly #job: Job
  readonly #row: JobRow

  constructor(context: VendorContext, root: JobRoot, job: Job, row: JobRow) {
    this.#context = context
    this.#root = root
    this.#job = job
    this.#row = row
  }

  read(name: string): unknown {
    return name === 'job' ? this.#root : this.#context.scope.read(name)
  }

  generate(schema: unknown, place: string): unknown {
    return this.#context.make(schema as never, this.#job.collection.name, this.#row.id, place)
  }

  list(collection: string, where: readonly Condition[]): readonly unknown[] {
    return this.#context.scope.list(collection, where)
  }

  get failed(): Scope['failed'] {
    return this.#context.scope.failed
  }
}

/** What `{$job.…}` reads. */
export class JobRoot implements Root {
  /** Rows are immutable, and the instant is fixed. */
  readonly isSteady = true
  readonly reading: JobReading
  readonly #context: Reading
  readonly #job: Job
  readonly #row: JobRow
  readonly #isOther: boolean
  readonly #now: number

  constructor(context: Reading, job: Job, row: JobRow, isOther = false) {
    this.#context = context
    this.#isOther = isOther
    this.#job = job
    this.#row = row
    this.#now = context.now
    this.reading = readJob(job, row, context.now)
  }

  /** Whether it still shows the current state of that job. */
  isCurrent(context: Reading, id: string): boolean {
    return id === this.#row.id && context.now === this.#now && getJob(context, this.#job, id) === this.#row
  }

  [ROOT](name: string): unknown {
    const row = this.#row
    switch (name) {
      case 'id':
        return row.id
      case 'status':
        return this.reading.state.as
      case 'state':
        return this.reading.state.name
      case 'startedAt':
      case 'ranAt':
      case 'endedAt':
      case 'since':
      case 'runMs':
        return this.reading[name]
      case 'at':
        return this.#entered()
      case 'lastEvent':
        return this.#lastEvent()
      case 'input':
        return row.input
      case 'first': {
        const first = row.first === undefined ? undefined : getJob(this.#context, this.#job, row.first)
        return first && new JobRoot(this.#context, this.#job, first, true)
      }
      case 'item':
        // A job cannot read its own `item`: the item is being built right now.
        if (this.#isOther) return isWhole(this.#context) ? jobItem(this.#context, this.#job, row) : undefined
        return row.start[name]
      case 'credits': {
        return { hold: row.hold ?? 0, charged: row.charged ?? null }
      }
      default:
        return Object.hasOwn(row.start, name) ? row.start[name] : undefined
    }
  }

  /** Index of the last event that has happened; -1 before the first. */
  #lastEvent(): number {
    const reader = new MomentReader(this.#job, this.#row, 0)
    let last = -1
    for (let moment = reader.take(this.#now); moment; moment = reader.take(this.#now)) last = moment.index
    return last
  }

  /** When the job last entered each state; null for states that it has not entered. */
  #entered(): Readonly<Record<string, number | null>> {
    const entered: Record<string, number | null> = {}
    for (const state of this.#job.states.keys()) entered[state] = null
    for (const { state, at } of this.#row.timeline) if (at <= this.#now) entered[state] = at
    return entered
  }

  toJSON(): Item {
    const names = ['id', 'status', 'state', 'startedAt', 'ranAt', 'since', 'endedAt', 'runMs', 'at', 'input', 'credits']
    return { ...this.#row.start, ...Object.fromEntries(names.map((name) => [name, this[ROOT](name)])) }
  }
}

function isWhole(reading: Reading): reading is VendorContext {
  return 'scope' in reading
}

/** For the journal: what the job is waiting for. */
export function waitingFor(context: VendorRows, id: string): string {
  for (const job of context.vendor.jobs.values()) {
    const ask = job.hasSlots ? getJob(context, job, id)?.ask : undefined
    const full = ask && isJobQueued(ask) && ask.slots.find((slot) => taken(context, slot.key) >= slot.capacity)
    if (full) return `, which waits for a slot: ${full.capacity} of ${full.capacity} are taken`
  }
  return ''
}

/** The same for a job of any kind. */
export function findJobRoot(context: Reading, id: string, known?: JobRoot): JobRoot | undefined {
  if (known?.isCurrent(context, id)) return known
  for (const job of context.vendor.jobs.values()) {
    const row = getJob(context, job, id)
    if (row) return new JobRoot(context, job, row)
  }
  return undefined
}
