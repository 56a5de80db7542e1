import { asText } from '../../spec/values/scalar.ts'
import type { GivenJob, Job, JobState } from '../../spec/model/job.ts'
import { canonical, hash, random } from '../../state/hash.ts'
import type { DueRow } from '../../state/due-heap.ts'
import type { Place } from '../../state/store.ts'
import type { VendorContext, VendorRows } from '../context.ts'
import { type ExchangeState, parentsOf, type Start } from '../exchange.ts'
import type { Started } from '../operations.ts'
import type { Item } from '../outcome.ts'
import { courseOf, planStretches, type Stretch } from './plan.ts'
import { findFirst, rememberFirst } from './repeat.ts'
import {
  type Ask,
  enqueueJob,
  fits,
  isJobQueued,
  serveQueue,
  type Pools,
  poolsOf,
  releaseJobSlots,
  takeSlots,
} from './slots.ts'

/**
 * A job is a timeline: its future states and the instants when it enters them. Time passing writes nothing; the state
 * is read from the clock. Verbs cut the timeline and append a new end.
 */
export interface JobRow {
  readonly id: string
  readonly name: string
  /** Key of the account that started it. */
  readonly account: string
  /** From 1, within the session: breaks ties in lists. */
  readonly ordinal: number
  readonly timeline: ReadonlyArray<{ readonly state: string; readonly at: number }>
  /** Divides the times between its events, as it did for its states. */
  readonly pace: number
  /** The request's input without control fields. */
  readonly input: unknown
  readonly start: Readonly<Record<string, unknown>>
  /** The earlier job with the same request. */
  readonly first?: string | undefined
  /** The slots that it needs to continue, and when it requests them. */
  readonly ask?: Ask | undefined
  /** How it continues once it has the slots. */
  readonly later?: readonly Stretch[] | undefined
  /** Keys of the slots that it holds until it is final. */
  readonly slots?: readonly string[] | undefined
  /** The slots that it needs, by state. */
  readonly pools?: Pools | undefined
  /** Id of the account's previous job: lists go backwards from the newest. */
  readonly before: string | undefined
  /** Credits held for it; undefined if it is free. */
  readonly hold: number | undefined
  /** Credits charged for it; undefined before its end. */
  readonly charged: number | undefined
}

/** The state of a job at an instant. */
export interface JobReading {
  readonly state: JobState
  /** When it entered that state. */
  readonly since: number
  readonly startedAt: number
  /** When it left its first state, the queue; null before that, and for a job that never ran. */
  readonly ranAt: number | null
  /** When it ended; null before that. */
  readonly endedAt: number | null
  /** ms spent in the state before the end; 0 for a job that never ran. */
  readonly runMs: number | null
}

/** Begins the topics of due rows at which a job ends. */
export const DUE_TOPIC = 'job'

/** Account of jobs that no client has started: visible to all callers that act for themselves. */
export const NO_OWNER = ''

/** Begins the topics of due rows at which a job requests slots. */
export const ASK_TOPIC = 'ask'

/** Starts a job: writes its timeline from this instant, as the scenario defines it. */
export function startJob(exchange: ExchangeState, job: Job, started: Started = {}, start?: Start): JobRow {
  const given = start ? start.input : exchange.input?.value
  // Bytes of an upload are not kept for the lifetime of the job.
  const input = given instanceof Uint8Array ? asText(given) : given
  const account = exchange.account?.id ?? 'anonymous'
  const request = hash(account, canonical([exchange.operation?.id, exchange.params, given]))
  const equal = exchange.tx.count(exchange.vendor.tables.equal, request)
  const ordinal = exchange.tx.count(exchange.vendor.tables.ordinal, job.name) + 1
  const identity = [exchange.seed, exchange.vendor.name, job.name, request, equal]
  const id = job.id(random(...identity))
  const settings = exchange.situation.jobs.get(job.name)
  const usual = started.outcome ?? (start?.isRepeat ? job.repeat?.outcome : undefined)
  const course = courseOf(settings, ordinal, input, usual)
  const first = start?.isRepeat ? findFirst(exchange, job, start.dedupeKey!) : undefined
  if (start?.dedupeKey !== undefined && first === undefined) rememberFirst(exchange, job, start.dedupeKey, id)
  const fields = startFields(exchange, job, started.fields)
  const pools = job.hasSlots ? poolsOf(exchange, job, { ...fields, id, input }) : undefined
  const stretches = planStretches(exchange, job, job.initial, { course, pools })
  const common = commonParts(job, account, fields)
  const row: JobRow = {
    id,
    name: job.name,
    account: common.account,
    ordinal,
    timeline: placeAt(stretches[0]!, exchange.now),
    pace: exchange.pace,
    input,
    start: common.start,
    before: exchange.tx.get<string>(job.newest, account),
    hold: start ? (start.hold ?? undefined) : exchange.charge?.hold,
    charged: start?.hold === null ? 0 : undefined,
  }
  exchange.tx.put(job.newest, account, id)
  exchange.job = id
  // Most jobs neither repeat another nor wait for one; their rows are complete here.
  if (first === undefined && !pools) return write(exchange, job, row, 0)
  return write(exchange, job, { ...row, first, pools, ...placed([], stretches, exchange.now) }, 0)
}

/**
 * Applies a verb to a job.
 *
 * @returns the job afterwards, or why its state does not allow the verb
 */
export function moveJob(context: VendorContext, job: Job, row: JobRow, verb: string): JobRow | string {
  const { id } = row
  const { state } = readJob(job, row, context.now)
  const target = state.on.get(verb)
  if (target === undefined) return whyNot(job, id, verb, state)
  const past = row.timeline.filter((entry) => entry.at <= context.now)
  const usual = row.first === undefined ? undefined : job.repeat?.outcome
  const course = courseOf(context.situation.jobs.get(job.name), row.ordinal, row.input, usual)
  const pools = job.hasSlots ? (row.pools ?? poolsOf(context, job, { ...row.start, id, input: row.input })) : undefined
  const moved = { ...row, ...placed(past, planStretches(context, job, target, { course, pools }), context.now) }
  return write(context, job, moved, past.length)
}

function whyNot(job: Job, id: string, verb: string, state: JobState): string {
  const states = [...job.states.values()]
  const from = states.filter((entry) => entry.on.has(verb)).map((entry) => entry.name)
  if (from.length > 0) return `${id} is ${state.name}; ${verb} is possible from ${from.join(', ')}`
  const known = new Set(states.flatMap((entry) => [...entry.on.keys()]))
  return `"${verb}" is not a verb of the ${job.name}. Known: ${[...known].join(', ')}`
}

/** The row of a job, to be watched by those who wait for the job to move. */
export function jobPlace(job: Job, id: string): Place {
  return { table: job.table, key: id }
}

export function getJob(context: VendorRows, job: Job, id: string): JobRow | undefined {
  return context.tx.get<JobRow>(job.table, id) ?? givenJob(job, id)
}

/** An account's jobs, newest first; all jobs if the collection has no owner. Seed jobs come last. */
export function* listJobs(context: VendorRows, job: Job, account: string): Generator<JobRow> {
  if (job.collection.owner === 'none') {
    for (const [, row] of context.tx.rows<JobRow>(job.table, 'newest-first')) if (!job.items.has(row.id)) yield row
    for (const id of job.items.keys()) yield getJob(context, job, id)!
    return
  }
  let id = context.tx.get<string>(job.newest, account)
  while (id !== undefined) {
    const row: JobRow = getJob(context, job, id)!
    yield row
    id = row.before
  }
  for (let common = context.tx.get<string>(job.newest, NO_OWNER); common !== undefined;) {
    const row: JobRow = getJob(context, job, common)!
    yield row
    common = row.before
  }
  for (const given of job.items.keys()) yield getJob(context, job, given)!
}

/** Records what an ended job has cost. */
export function chargeJob(context: VendorRows, job: Job, row: JobRow, charged: number): void {
  context.tx.put(job.table, row.id, { ...row, charged } satisfies JobRow)
}

/** The state of a job at an instant, without its times. */
export function stateOf(job: Job, row: JobRow, now: number): JobState {
  return job.states.get(row.timeline[entryAt(row, now)]!.state)!
}

export function readJob(job: Job, row: JobRow, now: number): JobReading {
  const index = entryAt(row, now)
  const entry = row.timeline[index]!
  const state = job.states.get(entry.state)!
  const last = row.timeline[index - 1]
  return {
    state,
    since: entry.at,
    startedAt: row.timeline[0]!.at,
    ranAt: index >= (state.final ? 2 : 1) ? row.timeline[1]!.at : null,
    endedAt: state.final ? entry.at : null,
    // The first state is the queue: a job that ended there never ran.
    runMs: state.final ? (index >= 2 && last ? entry.at - last.at : 0) : null,
  }
}

/** Index of the entry of its timeline that a job is in. */
function entryAt({ timeline }: JobRow, now: number): number {
  let index = 0
  while (index + 1 < timeline.length && timeline[index + 1]!.at <= now) index++
  return index
}

/**
 * Applies a due row: a job requests slots, unless it has moved elsewhere since.
 *
 * @param name - of the kind of job
 */
export function requestSlots(context: VendorContext, due: DueRow, name: string): void {
  const job = context.vendor.jobs.get(name)
  const row = job && getJob(context, job, due.key)
  if (job && row?.ask?.at === due.at && !isJobQueued(row.ask)) askNow(context, job, row, row.ask)
}

/** Passes the slots of an ended job to the jobs that have waited longest. */
export function passSlotsOn(context: VendorContext, job: Job, id: string): void {
  const row = getJob(context, job, id)
  if (!row?.slots) return
  context.tx.put(job.table, id, { ...row, slots: undefined })
  releaseJobSlots(context, row.slots)
  for (const key of row.slots) {
    const askOf = (other: string): Ask | undefined => getJob(context, job, other)?.ask
    serveQueue(context, key, askOf, (other) => {
      const waiting = getJob(context, job, other)!
      if (!fits(context, waiting.ask!, waiting.slots)) return false
      goOn(context, job, waiting, waiting.ask!)
      return true
    })
  }
}

/**
 * Applies a due row: a job has reached its end.
 *
 * @param name - of the kind of job
 */
export function onDue(context: VendorContext, due: DueRow, name: string): void {
  const job = context.vendor.jobs.get(name)
  const row = job && getJob(context, job, due.key)
  const end = job && row && endOf(job, row)
  // A verb may have moved the end after this row was set; the new end has its own row.
  if (end?.at === due.at) reportEnd(context, row!, end)
}

const givenRows = new WeakMap<GivenJob, JobRow>()

/** A seed job: it stays in the spec's state until a verb moves it. */
function givenJob(job: Job, id: string): JobRow | undefined {
  const item = job.items.get(id)
  if (!item) return undefined
  let row = givenRows.get(item)
  if (!row) {
    const none = { pace: 1, input: undefined, before: undefined, hold: undefined, charged: undefined }
    row = { id, name: job.name, account: NO_OWNER, ordinal: 0, timeline: item.timeline, start: item.start, ...none }
    givenRows.set(item, row)
  }
  return row
}

/** The fields that a job starts with: the spec's, overlaid by those of the vendor's code. */
export function startFields(exchange: ExchangeState, job: Job, given: Item | undefined): Item {
  const { collection } = job
  const fields: Record<string, unknown> = collection.within.length === 0 ? {} : parentsOf(exchange, collection)
  for (const [field, value] of job.start) fields[field] = value(exchange.scope)
  return Object.assign(fields, given)
}

type Common = Pick<JobRow, 'account' | 'start'>

const latest = new WeakMap<Job, Common>()

/** Shares equal parts between successive jobs, which saves memory with a million jobs. */
function commonParts(job: Job, account: string, start: Item): Common {
  const known = latest.get(job)
  if (known?.account === account && isEqual(known.start, start)) return known
  const parts = { account, start }
  latest.set(job, parts)
  return parts
}

function isEqual(left: Item, right: Item): boolean {
  const names = Object.keys(left)
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name])
}

function placeAt({ entries }: Stretch, at: number): JobRow['timeline'] {
  return entries.map((entry) => ({ state: entry.state, at: at + entry.after }))
}

/** A timeline as far as it is known: up to the state that waits for slots. */
function placed(
  past: JobRow['timeline'],
  [first, ...later]: readonly Stretch[],
  at: number,
): Pick<JobRow, 'timeline' | 'ask' | 'later'> {
  const next = placeAt(first!, at)
  const timeline = past.length === 0 ? next : [...past, ...next]
  const { ask } = first!
  // The row of a job that never waits keeps its shape.
  return ask || past.length > 0
    ? { timeline, ask: ask && { at: at + ask.after, slots: ask.slots }, later }
    : { timeline }
}

/** Writes the new part of a timeline, from an entry on, and records the event. */
function write(context: VendorContext, job: Job, row: JobRow, from: number): JobRow {
  watchEnd(context, job, row)
  context.tx.put(job.table, row.id, row)
  context.events.push({ type: 'job-planned', job: row.id, name: job.name, from, at: context.now })
  if (!row.ask) return row
  if (row.ask.at <= context.now) return askNow(context, job, row, row.ask)
  schedule(context, job.topics[ASK_TOPIC], row, row.ask.at)
  return row
}

/** Takes the slots if they are free, else puts the job in the queue for them. */
function askNow(context: VendorContext, job: Job, row: JobRow, ask: Ask): JobRow {
  if (fits(context, ask, row.slots)) return goOn(context, job, row, ask)
  const waiting = { ...row, ask: enqueueJob(context, ask, row.id) }
  context.tx.put(job.table, row.id, waiting)
  return waiting
}

/** Takes its slots for a job and continues its timeline from this instant. */
function goOn(context: VendorContext, job: Job, row: JobRow, ask: Ask): JobRow {
  const slots = takeSlots(context, ask, row.slots)
  const next = { ...row, slots, ...placed(row.timeline, row.later!, context.now) }
  return write(context, job, next, row.timeline.length)
}

/** Reports the end of a job: now, or when it is due. */
export function watchEnd(context: VendorContext, job: Job, row: JobRow): void {
  const end = endOf(job, row)
  if (!end) return
  if (end.at <= context.now) reportEnd(context, row, end)
  else schedule(context, job.topics[DUE_TOPIC], row, end.at)
}

type Entry = JobRow['timeline'][number]

/** The end of a job; undefined while it waits for a verb or for slots. */
function endOf(job: Job, { timeline }: JobRow): Entry | undefined {
  const last = timeline.at(-1)!
  return job.states.get(last.state)?.final ? last : undefined
}

function reportEnd(context: VendorContext, { id, name, account }: JobRow, { state, at }: Entry): void {
  context.events.push({ type: 'job-ended', job: id, name, account, state, at })
}

/** Wakes a job that waits for or holds slots without a request, if clients learn of jobs without polling. */
function schedule(context: VendorContext, topic: string, row: JobRow, at: number): void {
  const wakes = (row.ask !== undefined || row.slots !== undefined) && context.vendor.isWatched
  context.tx.schedule(wakes ? { at, topic, key: row.id, wakes } : { at, topic, key: row.id })
}
