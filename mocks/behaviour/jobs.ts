import { asText } from '../spec/scalar.ts'
import type { GivenJob, Job, JobState } from '../spec/vendor.ts'
import { canonical, hash, random } from '../state/hash.ts'
import type { DueRow, Place } from '../state/store.ts'
import { courseOf, planStretches, type Stretch } from './jobs/plan.ts'
import { findFirst, rememberFirst } from './jobs/repeat.ts'
import {
  type Ask,
  enterLines,
  fits,
  isInLine,
  nextInLine,
  type Pools,
  poolsOf,
  releaseSlots,
  takeSlots,
} from './jobs/slots.ts'
import {
  type Item,
  type JobEvent,
  parentsOf,
  refuse,
  type Refused,
  type Start,
  type Started,
  table,
  type Turn,
} from './turn.ts'

/**
 * A job is a timeline: the states it will pass and the instants at which it enters them. Time passing changes nothing;
 * its state is read off the clock. Verbs cut the timeline and write a new end.
 */
export interface JobRow {
  readonly id: string
  readonly name: string
  /** Key of the account that started it. */
  readonly account: string
  /** From 1, over the session: breaks ties in lists. */
  readonly ordinal: number
  readonly timeline: ReadonlyArray<{ readonly state: string; readonly at: number }>
  /** Divides the times between its events, as it did those between its states. */
  readonly pace: number
  /** The request's input, control fields left out. */
  readonly input: unknown
  readonly start: Readonly<Record<string, unknown>>
  /** The earlier job that asked for the same. */
  readonly first?: string | undefined
  /** The slots without which it does not go on, and when it asks for them. */
  readonly ask?: Ask | undefined
  /** How it goes on once it has them. */
  readonly later?: readonly Stretch[] | undefined
  /** Keys of the slots that it has until it is final. */
  readonly slots?: readonly string[] | undefined
  /** What it asks for, by state. */
  readonly pools?: Pools | undefined
  /** Id of the account's job before this one: lists go from the newest back. */
  readonly before: string | undefined
  /** Credits set aside for it; undefined when it costs none. */
  readonly hold: number | undefined
  /** Credits taken for it; undefined before its end. */
  readonly charged: number | undefined
}

/** Where a job stands at an instant. */
export interface JobReading {
  readonly state: JobState
  /** When it entered that state. */
  readonly since: number
  readonly startedAt: number
  /** When it left its first state, the queue; null before, and for a job that never ran. */
  readonly ranAt: number | null
  /** When it ended; null before. */
  readonly endedAt: number | null
  /** ms spent in the state before the end; 0 for a job that never ran. */
  readonly runMs: number | null
}

type Step = Pick<Turn, 'vendor' | 'situation' | 'session' | 'tx' | 'now' | 'events'>

export const DUE_TOPIC = 'job'

/** Topic of the rows that fall due when a job asks for slots. */
export const ASK_TOPIC = 'ask'

/** Starts a job: writes its timeline from this instant, as the scenario says it goes. */
export function startJob(turn: Turn, job: Job, started: Started = {}, start?: Start): JobRow {
  const given = start ? start.input : turn.input
  // An upload is not kept for as long as its job is there.
  const input = given instanceof Uint8Array ? asText(given) : given
  const account = turn.account?.id ?? 'anonymous'
  const request = hash(account, canonical([turn.operation?.id, turn.params, given]))
  const equal = turn.tx.count(table(turn, 'equal'), request)
  const ordinal = turn.tx.count(table(turn, 'ordinal'), job.name) + 1
  const identity = [turn.session.seed, turn.vendor.name, job.name, request, equal]
  const id = job.id(random(...identity))
  const settings = turn.situation.jobs.get(job.name)
  const usual = started.outcome ?? (start?.isRepeat ? job.repeat?.outcome : undefined)
  const course = courseOf(settings, ordinal, input, usual)
  const first = start?.isRepeat ? findFirst(turn, job, start.likeness!) : undefined
  if (start?.likeness !== undefined && first === undefined) rememberFirst(turn, job, start.likeness, id)
  const fields = startFields(turn, job, started.fields)
  const pools = job.hasSlots ? poolsOf(turn, job, { ...fields, id, input }) : undefined
  const stretches = planStretches(turn, job, job.initial, course, pools)
  const row: JobRow = {
    id,
    name: job.name,
    account,
    ordinal,
    timeline: placeAt(stretches[0]!, turn.now),
    pace: turn.session.pace,
    input,
    start: fields,
    before: turn.tx.get<string>(job.newest, account),
    hold: start ? (start.hold ?? undefined) : turn.hold,
    charged: start?.hold === null ? 0 : undefined,
  }
  turn.tx.put(job.newest, account, id)
  turn.job = id
  // Most jobs repeat nothing and wait for nobody: their rows have no more to them.
  if (first === undefined && !pools) return write(turn, job, row, 0)
  return write(turn, job, { ...row, first, pools, ...placed([], stretches, turn.now) }, 0)
}

/**
 * Moves a job by a verb.
 *
 * @returns the job as it stands afterwards, or why its state does not allow the verb.
 */
export function moveJob(turn: Turn, job: Job, id: string, verb: string): JobRow | Refused {
  const row = getJob(turn, job, id)!
  const { state } = readJob(job, row, turn.now)
  const target = state.on.get(verb)
  const refusal = turn.operation?.job?.kind === 'verb' ? turn.operation.job.refuse : undefined
  if (target === undefined) {
    const from = [...job.states.values()].filter((entry) => entry.on.has(verb)).map((entry) => entry.name)
    if (from.length === 0) {
      const known = new Set([...job.states.values()].flatMap((entry) => [...entry.on.keys()]))
      return refuse(
        'handle',
        refusal,
        409,
        `"${verb}" is not a verb of the ${job.name}. Known: ${[...known].join(', ')}`,
      )
    }
    return refuse('handle', refusal, 409, `${id} is ${state.name}; ${verb} is possible from ${from.join(', ')}`)
  }
  const past = row.timeline.filter((entry) => entry.at <= turn.now)
  const usual = row.first === undefined ? undefined : job.repeat?.outcome
  const course = courseOf(turn.situation.jobs.get(job.name), row.ordinal, row.input, usual)
  turn.job = id
  const pools = job.hasSlots ? (row.pools ?? poolsOf(turn, job, { ...row.start, id, input: row.input })) : undefined
  const moved = { ...row, ...placed(past, planStretches(turn, job, target, course, pools), turn.now) }
  return write(turn, job, moved, past.length)
}

/** Where a job is kept: who waits for it to move watches this. */
export function jobPlace(job: Job, id: string): Place {
  return { table: job.table, key: id }
}

export function getJob(turn: Pick<Step, 'vendor' | 'tx'>, job: Job, id: string): JobRow | undefined {
  return turn.tx.get<JobRow>(job.table, id) ?? givenJob(job, id)
}

/** An account's jobs, newest first; everybody's where the collection has no owner. Those from the start come last. */
export function* listJobs(turn: Pick<Step, 'vendor' | 'tx'>, job: Job, account: string): Generator<JobRow> {
  if (job.collection.owner === 'none') {
    for (const [, row] of turn.tx.rows<JobRow>(job.table, 'newest-first')) if (!job.items.has(row.id)) yield row
    for (const id of job.items.keys()) yield getJob(turn, job, id)!
    return
  }
  let id = turn.tx.get<string>(job.newest, account)
  while (id !== undefined) {
    const row: JobRow = getJob(turn, job, id)!
    yield row
    id = row.before
  }
  for (const given of job.items.keys()) yield getJob(turn, job, given)!
}

/** Writes down what an ended job has cost. */
export function chargeJob(turn: Pick<Step, 'vendor' | 'tx'>, job: Job, row: JobRow, charged: number): void {
  turn.tx.put(job.table, row.id, { ...row, charged } satisfies JobRow)
}

export function readJob(job: Job, row: JobRow, now: number): JobReading {
  let index = 0
  while (index + 1 < row.timeline.length && row.timeline[index + 1]!.at <= now) index++
  const entry = row.timeline[index]!
  const state = job.states.get(entry.state)!
  const last = row.timeline[index - 1]
  return {
    state,
    since: entry.at,
    startedAt: row.timeline[0]!.at,
    ranAt: index >= (state.final ? 2 : 1) ? row.timeline[1]!.at : null,
    endedAt: state.final ? entry.at : null,
    // The first state is the queue: what was left from there never ran.
    runMs: state.final ? (index >= 2 && last ? entry.at - last.at : 0) : null,
  }
}

/** Applies a row that fell due: a job asks for slots, unless it went another way since. */
export function onAsk(turn: Step, due: DueRow): void {
  const [name, id] = due.key.split(' ') as [string, string]
  const job = turn.vendor.jobs.get(name)
  const row = job && getJob(turn, job, id)
  if (job && row?.ask?.at === due.at && !isInLine(row.ask)) askNow(turn, job, row, row.ask)
}

/** A job that has ended gives its slots to those that have waited longest. */
export function passSlotsOn(turn: Step, job: Job, id: string): void {
  const row = getJob(turn, job, id)
  if (!row?.slots) return
  turn.tx.put(job.table, id, { ...row, slots: undefined })
  releaseSlots(turn, row.slots)
  for (const key of row.slots) {
    const askOf = (other: string): Ask | undefined => getJob(turn, job, other)?.ask
    nextInLine(turn, key, askOf, (other) => {
      const waiting = getJob(turn, job, other)!
      if (!fits(turn, waiting.ask!, waiting.slots)) return false
      goOn(turn, job, waiting, waiting.ask!)
      return true
    })
  }
}

/** Applies a row that fell due: a job has reached its end. */
export function onDue(turn: Pick<Step, 'vendor' | 'tx' | 'events'>, row: DueRow): void {
  const [name, id] = row.key.split(' ') as [string, string]
  const job = turn.vendor.jobs.get(name)
  const found = job && getJob(turn, job, id)
  if (!job || !found) return
  const end = found.timeline.at(-1)!
  // A verb has moved the end since this row was set; its own row says so.
  if (end.at !== row.at || !job.states.get(end.state)?.final) return
  turn.events.push({ type: 'job-ended', job: id, name, account: found.account, state: end.state, at: end.at })
}

const givenRows = new WeakMap<GivenJob, JobRow>()

/** A job that no request has started: it stays as the spec says until a verb moves it. */
function givenJob(job: Job, id: string): JobRow | undefined {
  const item = job.items.get(id)
  if (!item) return undefined
  let row = givenRows.get(item)
  if (!row) {
    const none = { pace: 1, input: undefined, before: undefined, hold: undefined, charged: undefined }
    row = { id, name: job.name, account: '', ordinal: 0, timeline: item.timeline, start: item.start, ...none }
    givenRows.set(item, row)
  }
  return row
}

function startFields(turn: Turn, job: Job, given: Item | undefined): Item {
  const fields: Record<string, unknown> = parentsOf(turn, job.collection)
  for (const [field, value] of job.start) fields[field] = value(turn.scope)
  return Object.assign(fields, given)
}

function placeAt({ entries }: Stretch, at: number): JobRow['timeline'] {
  return entries.map((entry) => ({ state: entry.state, at: at + entry.after }))
}

/** A timeline as far as it can be known: up to the state that waits for slots. */
function placed(
  past: JobRow['timeline'],
  [first, ...later]: readonly Stretch[],
  at: number,
): Pick<JobRow, 'timeline' | 'ask' | 'later'> {
  const next = placeAt(first!, at)
  const timeline = past.length === 0 ? next : [...past, ...next]
  const { ask } = first!
  // A row of a job that never waits keeps its shape.
  return ask || past.length > 0
    ? { timeline, ask: ask && { at: at + ask.after, slots: ask.slots }, later }
    : { timeline }
}

/** Writes down what is new of a timeline, from an entry on, and tells the others. */
function write(turn: Step, job: Job, row: JobRow, from: number): JobRow {
  turn.tx.put(job.table, row.id, row)
  watchEnd(turn, job, row)
  turn.events.push({ type: 'job-planned', job: row.id, name: job.name, from, at: turn.now })
  if (!row.ask) return row
  if (row.ask.at <= turn.now) return askNow(turn, job, row, row.ask)
  schedule(turn, ASK_TOPIC, job, row, row.ask.at)
  return row
}

/** The slots are there, or the job stands in line for them. */
function askNow(turn: Step, job: Job, row: JobRow, ask: Ask): JobRow {
  if (fits(turn, ask, row.slots)) return goOn(turn, job, row, ask)
  const waiting = { ...row, ask: enterLines(turn, ask, row.id) }
  turn.tx.put(job.table, row.id, waiting)
  return waiting
}

/** A job has got its slots: its timeline goes on from this instant. */
function goOn(turn: Step, job: Job, row: JobRow, ask: Ask): JobRow {
  const slots = takeSlots(turn, ask, row.slots)
  const next = { ...row, slots, ...placed(row.timeline, row.later!, turn.now) }
  return write(turn, job, next, row.timeline.length)
}

function watchEnd(turn: Step, job: Job, row: JobRow): void {
  const end = row.timeline.at(-1)!
  if (!job.states.get(end.state)?.final) return
  if (end.at <= turn.now) {
    turn.events.push({
      type: 'job-ended',
      job: row.id,
      name: job.name,
      account: row.account,
      state: end.state,
      at: end.at,
    } satisfies JobEvent)
    return
  }
  schedule(turn, DUE_TOPIC, job, row, end.at)
}

/** Where slots are waited for, and somebody is told of it, nobody may have to come by for the others to go on. */
function schedule(turn: Step, topic: string, job: Job, row: JobRow, at: number): void {
  const wakes = (row.ask !== undefined || row.slots !== undefined) && turn.vendor.isWatched
  turn.tx.schedule({ at, topic: table(turn, topic), key: `${job.name} ${row.id}`, ...(wakes && { wakes }) })
}
