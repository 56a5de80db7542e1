import { completed, filterItems, findItem, isWithin, listItems } from '../behaviour/collections.ts'
import { getJob, type JobReading, type JobRow, listJobs, readJob } from '../behaviour/jobs.ts'
import { isInLine, taken } from '../behaviour/jobs/slots.ts'
import { momentsOf } from '../behaviour/moments.ts'
import type { Item, Turn } from '../behaviour/turn.ts'
import { refuse, type Refused } from '../behaviour/turn.ts'
import { shownNames } from '../spec/schema/project.ts'
import { type Condition, ROOT, type Root, type Scope } from '../spec/value.ts'
import type { Collection, CollectionStep, Job } from '../spec/vendor.ts'
import { asText } from '../spec/scalar.ts'

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
    const name = asText(segment(turn.scope))
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
  if (!row || isForeign(turn, job, row) || isGone(turn, job, row)) return undefined
  return () => jobItem(turn, job, getJob(turn, job, key)!)
}

/** The caller's items, in the collection's order, as many as it shows at most. */
export function itemsOf(turn: Turn, collection: Collection): readonly Item[] {
  const job = collection.job === undefined ? undefined : turn.vendor.jobs.get(collection.job)
  if (!job) return listItems(turn, collection).slice(0, collection.cap)
  const items: Item[] = []
  for (const row of jobRows(turn, job)) {
    if (items.length === collection.cap) break
    if (isGone(turn, job, row)) continue
    items.push(jobItem(turn, job, row))
  }
  return items
}

/** The items that a list names by their keys, in that order; undefined where the request names none. */
export function keyedItems(turn: Turn, step: CollectionStep): readonly Item[] | undefined {
  const wanted = step.keys?.(turn.scope)
  if (wanted === undefined || wanted === null) return undefined
  const keys = Array.isArray(wanted) ? wanted.map(asText) : asText(wanted).split(',')
  const found = keys
    .filter((key) => key !== '')
    .flatMap((key) => {
      const read = itemOf(turn, step.in, key)
      const item = read && filterItems(turn, [read()], step.where)[0]
      if (item) return [item]
      turn.each = key
      return step.absent ? [Object.fromEntries(step.absent.map(([field, value]) => [field, value(turn.scope)]))] : []
    })
  turn.each = undefined
  return found
}

/** The caller's jobs, newest first. */
export function jobRows(turn: Turn, job: Job): Iterable<JobRow> {
  return listJobs(turn, job, turn.account?.id ?? 'anonymous')
}

/** Whether a job is another account's; one that was there from the start is everybody's. */
export function isForeign(turn: Pick<Turn, 'account'>, job: Job, row: JobRow): boolean {
  return job.collection.owner === 'account' && row.account !== '' && row.account !== turn.account?.id
}

export function isGone(turn: Turn, job: Job, row: JobRow): boolean {
  return readJob(job, row, turn.now).state.gone
}

/** What reading a job takes. */
type Reading = Pick<Turn, 'vendor' | 'tx' | 'now'>

/**
 * A job as its collection shows it.
 *
 * @param shown - the fields that somebody will look at; all, where it is left out
 */
export function jobItem(turn: Turn, job: Job, row: JobRow, shown?: ReadonlySet<string>): Item {
  const root = new JobRoot(turn, job, row)
  const scope = new JobScope(turn, root, job, row)
  const item: Record<string, unknown> = { [job.collection.key]: job.collection.keyValue(row.id) }
  for (const field in row.start) if (!shown || shown.has(field)) item[field] = row.start[field]
  for (const [field, value] of job.item) if (!shown || shown.has(field)) item[field] = value(scope)
  for (const [field, value] of root.reading.state.item) if (!shown || shown.has(field)) item[field] = value(scope)
  return completed(turn, job.collection, row.id, item, shown)
}

/** The fields that the normal answer shows; all, where the vendor's own code may look at the item. */
export function shownFields(turn: Turn): ReadonlySet<string> | undefined {
  const schema = turn.steps ? undefined : turn.operation?.success?.schema
  return schema && shownNames(turn.vendor.schemas, schema)
}

/** What the fields of one job read: `$job` is that job, whatever the exchange is about. */
class JobScope implements Scope {
  readonly #turn: Turn
  readonly #root: JobRoot
  readonly #job: Job
  readonly #row: JobRow

  constructor(turn: Turn, root: JobRoot, job: Job, row: JobRow) {
    this.#turn = turn
    this.#root = root
    this.#job = job
    this.#row = row
  }

  read(name: string): unknown {
    return name === 'job' ? this.#root : this.#turn.scope.read(name)
  }

  generate(schema: unknown, place: string): unknown {
    return this.#turn.make(schema as never, this.#job.collection.name, this.#row.id, place)
  }

  list(collection: string, where: readonly Condition[]): readonly unknown[] {
    return this.#turn.scope.list(collection, where)
  }

  get failed(): Scope['failed'] {
    return this.#turn.scope.failed
  }
}

/** What `{$job.…}` reads. */
export class JobRoot implements Root {
  readonly reading: JobReading
  readonly #turn: Reading
  readonly #job: Job
  readonly #row: JobRow
  readonly #isOther: boolean
  readonly #now: number

  constructor(turn: Reading, job: Job, row: JobRow, isOther = false) {
    this.#turn = turn
    this.#isOther = isOther
    this.#job = job
    this.#row = row
    this.#now = turn.now
    this.reading = readJob(job, row, turn.now)
  }

  /** Whether it still says how that job stands. */
  isCurrent(turn: Reading, id: string): boolean {
    return id === this.#row.id && turn.now === this.#now && getJob(turn, this.#job, id) === this.#row
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
        const first = row.first === undefined ? undefined : getJob(this.#turn, this.#job, row.first)
        return first && new JobRoot(this.#turn, this.#job, first, true)
      }
      case 'item':
        // Of its own, a job would ask for what it is just making.
        if (this.#isOther) return isTurn(this.#turn) ? jobItem(this.#turn, this.#job, row) : undefined
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
    let last = -1
    for (const { index, at } of momentsOf(this.#job, this.#row)) {
      if (at > this.#now) break
      last = index
    }
    return last
  }

  /** When it last came to each state; null for those it has not come to. */
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

function isTurn(reading: Reading): reading is Turn {
  return 'scope' in reading
}

/** For the journal: what keeps a job from going on. */
export function waitingFor(turn: Turn, id: string): string {
  for (const job of turn.vendor.jobs.values()) {
    const ask = job.hasSlots ? getJob(turn, job, id)?.ask : undefined
    const full = ask && isInLine(ask) && ask.slots.find((slot) => taken(turn, slot.key) >= slot.capacity)
    if (full) return `, which waits for a slot: ${full.capacity} of ${full.capacity} are taken`
  }
  return ''
}

/** The same for a job of whatever kind. */
export function findJobRoot(
  turn: Pick<Turn, 'vendor' | 'tx' | 'now'>,
  id: string,
  known?: JobRoot,
): JobRoot | undefined {
  if (known?.isCurrent(turn, id)) return known
  for (const job of turn.vendor.jobs.values()) {
    const row = getJob(turn, job, id)
    if (row) return new JobRoot(turn, job, row)
  }
  return undefined
}
