import { completed, filterItems, findItem, isWithin, listItems } from '../behaviour/collections.ts'
import { getJob, type JobReading, type JobRow, listJobs, readJob } from '../behaviour/jobs.ts'
import { readLine } from '../behaviour/ledger.ts'
import type { Item, Turn } from '../behaviour/turn.ts'
import { refuse, type Refused } from '../behaviour/turn.ts'
import { ROOT, type Root, type Scope } from '../spec/value.ts'
import type { Collection, Job } from '../spec/vendor.ts'

/** Where collections and jobs meet: an item is an item, whoever keeps it. */

/** The *resolve* stage: every path parameter that names items finds the caller's one, or the answer is 404. */
export function resolve(turn: Turn): Refused | undefined {
  const { operation } = turn
  if (!operation) return undefined
  for (const [param, collection] of operation.items) {
    const value = turn.params[param]!
    const item = itemOf(turn, collection, value)
    const where = operation.collection?.in === collection ? operation.collection.where : []
    if (
      !item ||
      !isWithin(turn, collection, item()) ||
      (where.length > 0 && filterItems(turn, [item()], where).length === 0)
    ) {
      const refusal = collection.notFound ?? operation.refusals.notFound
      return refuse(
        'resolve',
        refusal,
        404,
        `no item "${value}" in ${collection.name}${collection.owner === 'account' ? ' of this account' : ''}`,
      )
    }
    turn.items.set(collection.item, { collection: collection.name, key: value, read: item })
    if (collection.job !== undefined) turn.job = value
    const missing = missingPart(turn, collection, item())
    if (missing) return missing
  }
  return undefined
}

/** The part of the item that the operation is about, when it names one and the item has it not. */
function missingPart(turn: Turn, collection: Collection, item: Item): Refused | undefined {
  const step = turn.operation?.collection
  if (!step?.exists || step.in !== collection) return undefined
  let value: unknown = item
  const path: string[] = []
  for (const segment of step.exists.at) {
    const name = String(segment(turn.scope) ?? '')
    path.push(name)
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) {
      return refuse('resolve', step.exists.refuse, 404, `the item has no ${path.join('/')}`)
    }
    value = (value as Record<string, unknown>)[name]
  }
  return undefined
}

/** Reads one item when asked: a job's is made anew each time, since time and verbs change it. */
function itemOf(turn: Turn, collection: Collection, key: string): (() => Item) | undefined {
  const job = collection.job === undefined ? undefined : turn.vendor.jobs.get(collection.job)
  if (!job) {
    const found = findItem(turn, collection, key)
    return found && (() => found)
  }
  const row = getJob(turn, job, key)
  // A job that was there from the start is everybody's.
  const isForeign = collection.owner === 'account' && row?.account !== '' && row?.account !== turn.account?.id
  if (!row || isForeign) return undefined
  return () => jobItem(turn, job, getJob(turn, job, key)!)
}

/** The caller's items, in the collection's order, as many as it shows at most. */
export function itemsOf(turn: Turn, collection: Collection): readonly Item[] {
  const job = collection.job === undefined ? undefined : turn.vendor.jobs.get(collection.job)
  if (!job) return listItems(turn, collection).slice(0, collection.cap)
  const items: Item[] = []
  for (const row of jobRows(turn, job)) {
    if (items.length === collection.cap) break
    items.push(jobItem(turn, job, row))
  }
  return items
}

/** The caller's jobs, newest first. */
export function jobRows(turn: Turn, job: Job): Iterable<JobRow> {
  return listJobs(turn, job, turn.account?.id ?? 'anonymous')
}

/** What reading a job takes. */
type Reading = Pick<Turn, 'vendor' | 'tx' | 'now'>

export function jobItem(turn: Turn, job: Job, row: JobRow): Item {
  const root = new JobRoot(turn, job, row)
  const scope: Scope = {
    list: (collection, where) => turn.scope.list(collection, where),
    read: (name) => (name === 'job' ? root : turn.scope.read(name)),
    generate: (schema, place) => turn.make(schema as never, job.collection.name, row.id, place),
  }
  const item: Record<string, unknown> = { [job.collection.key]: job.collection.keyValue(row.id), ...row.start }
  for (const [field, value] of job.item) item[field] = value(scope)
  for (const [field, value] of root.reading.state.item) item[field] = value(scope)
  return completed(turn, job.collection, row.id, item)
}

/** What `{$job.…}` reads. */
export class JobRoot implements Root {
  readonly reading: JobReading
  readonly #turn: Reading
  readonly #row: JobRow
  readonly #states: Job['states']

  constructor(turn: Reading, job: Job, row: JobRow) {
    this.#turn = turn
    this.#row = row
    this.#states = job.states
    this.reading = readJob(job, row, turn.now)
  }

  [ROOT](name: string): unknown {
    const row = this.#row
    switch (name) {
      case 'id':
        return row.id
      case 'status':
        return this.reading.state.name
      case 'startedAt':
      case 'endedAt':
      case 'runMs':
        return this.reading[name]
      case 'since':
        return this.reading.since
      case 'at':
        return this.#entered()
      case 'input':
        return row.input
      case 'credits': {
        const line = readLine(this.#turn, row.id)
        return { hold: line?.held ?? 0, charged: line?.charged ?? null }
      }
      default:
        return Object.hasOwn(row.start, name) ? row.start[name] : undefined
    }
  }

  /** When it last came to each state; null for those it has not come to. */
  #entered(): Readonly<Record<string, number | null>> {
    const entered: Record<string, number | null> = {}
    for (const state of this.#states.keys()) entered[state] = null
    for (const { state, at } of this.#row.timeline) if (at <= this.#turn.now) entered[state] = at
    return entered
  }

  toJSON(): Item {
    const names = ['id', 'status', 'since', 'startedAt', 'endedAt', 'runMs', 'at', 'input', 'credits']
    return { ...this.#row.start, ...Object.fromEntries(names.map((name) => [name, this[ROOT](name)])) }
  }
}

/** The same for a job of whatever kind. */
export function findJobRoot(turn: Reading, id: string): JobRoot | undefined {
  for (const job of turn.vendor.jobs.values()) {
    const row = getJob(turn, job, id)
    if (row) return new JobRoot(turn, job, row)
  }
  return undefined
}
