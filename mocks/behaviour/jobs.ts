import type { JobCourse, JobSettings } from '../scenario/situation.ts'
import { parseDuration } from '../spec/duration.ts'
import type { GivenJob, Job, JobState } from '../spec/vendor.ts'
import type { Scope } from '../spec/value.ts'
import { canonical, hash, random } from '../state/hash.ts'
import type { DueRow } from '../state/store.ts'
import { type Item, type JobEvent, parentsOf, refuse, type Refused, table, type Turn } from './turn.ts'

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
  /** The request's input, control fields left out. */
  readonly input: unknown
  readonly start: Readonly<Record<string, unknown>>
}

/** Where a job was: one that was there from the start would come back if nothing stood in its place. */
interface Removed {
  readonly id: string
  readonly timeline: null
}

/** Where a job stands at an instant. */
export interface JobReading {
  readonly state: JobState
  /** When it entered that state. */
  readonly since: number
  readonly startedAt: number
  /** When it ended; null before. */
  readonly endedAt: number | null
  /** ms spent in the state before the end; 0 for a job that never ran. */
  readonly runMs: number | null
}

type Step = Pick<Turn, 'vendor' | 'situation' | 'session' | 'tx' | 'now' | 'events'>

export const DUE_TOPIC = 'job'

/** Starts a job: writes its timeline from this instant, as the scenario says it goes. */
export function startJob(turn: Turn, job: Job, fields: Item = {}): JobRow {
  const account = turn.account?.id ?? 'anonymous'
  const request = hash(account, canonical([turn.operation?.id, turn.params, turn.input]))
  const equal = turn.tx.count(table(turn, 'equal'), request)
  const ordinal = turn.tx.count(table(turn, 'ordinal'), job.name) + 1
  const identity = [turn.session.seed, turn.vendor.name, job.name, request, equal]
  const id = job.id((length) => random(...identity).hex(length))
  const settings = turn.situation.jobs.get(job.name)
  const course = courseOf(settings, ordinal, turn.input)
  const row: JobRow = {
    id,
    name: job.name,
    account,
    ordinal,
    timeline: plan(turn, job, job.initial, turn.now, course, turn.scope),
    input: turn.input,
    start: {
      ...parentsOf(turn, job.collection),
      ...Object.fromEntries(job.start.map(([field, value]) => [field, value(turn.scope)])),
      ...fields,
    },
  }
  turn.tx.put(jobsTable(turn, job), id, row)
  turn.tx.put(ownersTable(turn, job, account), id, id)
  turn.events.push({ type: 'job-started', job: id, account, at: turn.now })
  watchEnd(turn, job, row)
  turn.events.push({ type: 'job-planned', job: id, name: job.name, from: 0, at: turn.now })
  turn.job = id
  return row
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
  const course = courseOf(turn.situation.jobs.get(job.name), row.ordinal, row.input)
  const moved = { ...row, timeline: [...past, ...plan(turn, job, target, turn.now, course, turn.scope)] }
  turn.tx.put(jobsTable(turn, job), id, moved)
  watchEnd(turn, job, moved)
  turn.events.push({ type: 'job-planned', job: id, name: job.name, from: past.length, at: turn.now })
  turn.job = id
  return moved
}

export function getJob(turn: Pick<Step, 'vendor' | 'tx'>, job: Job, id: string): JobRow | undefined {
  const row = turn.tx.get<JobRow | Removed>(jobsTable(turn, job), id)
  return row ? (row.timeline ? row : undefined) : givenJob(job, id)
}

/** Takes a job away: it is found and listed no more, and what it has cost stays. */
export function removeJob(turn: Pick<Step, 'vendor' | 'tx'>, job: Job, id: string): void {
  const row = getJob(turn, job, id)
  if (!row) return
  turn.tx.put(jobsTable(turn, job), id, { id, timeline: null } satisfies Removed)
  turn.tx.remove(ownersTable(turn, job, row.account), id)
}

/** An account's jobs, newest first; everybody's where the collection has no owner. Those from the start come last. */
export function* listJobs(turn: Pick<Step, 'vendor' | 'tx'>, job: Job, account: string): Generator<JobRow> {
  if (job.collection.owner === 'none') {
    for (const [, row] of turn.tx.rows<JobRow | Removed>(jobsTable(turn, job), 'newest-first'))
      if (row.timeline && !job.items.has(row.id)) yield row
    for (const id of job.items.keys()) {
      const row = getJob(turn, job, id)
      if (row) yield row
    }
    return
  }
  for (const [id] of turn.tx.rows<string>(ownersTable(turn, job, account), 'newest-first')) yield getJob(turn, job, id)!
  for (const id of job.items.keys()) yield getJob(turn, job, id)!
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
    endedAt: state.final ? entry.at : null,
    // The first state is the queue: what was left from there never ran.
    runMs: state.final ? (index >= 2 && last ? entry.at - last.at : 0) : null,
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

const NO_COURSE: JobCourse = { timings: new Map() }
const given = new WeakMap<GivenJob, JobRow>()

/** A job that no request has started: it stays as the spec says until a verb moves it. */
function givenJob(job: Job, id: string): JobRow | undefined {
  const item = job.items.get(id)
  if (!item) return undefined
  let row = given.get(item)
  if (!row) {
    row = { id, name: job.name, account: '', ordinal: 0, timeline: item.timeline, input: undefined, start: item.start }
    given.set(item, row)
  }
  return row
}

function plan(
  turn: Step,
  job: Job,
  from: string,
  at: number,
  course: JobCourse,
  scope: Scope,
): Array<{ state: string; at: number }> {
  const timeline: Array<{ state: string; at: number }> = []
  let name: string | undefined = from
  let instant = at
  // A machine may have loops; a course that never ends is cut where nobody will read.
  for (let steps = 0; name !== undefined && steps < 1000; steps++) {
    timeline.push({ state: name, at: instant })
    const state: JobState = job.states.get(name)!
    const stay = course.timings.get(name) ?? durationOf(state, scope)
    if (state.final || stay === undefined || stay === 'never') break
    // Whole ms, whatever the pace: instants are printed.
    instant += Math.round(stay / turn.session.pace)
    const chosen = course.outcome
    name = chosen !== undefined && (state.or.includes(chosen) || state.then === chosen) ? chosen : state.then
  }
  return timeline
}

function courseOf(settings: JobSettings | undefined, ordinal: number, input: unknown): JobCourse {
  if (!settings) return NO_COURSE
  const special =
    settings.nth.get(ordinal) ??
    settings.where.find(({ input: tests }) => tests.every((test) => same(input, test.segments, test.value)))?.course
  if (!special) return settings.always
  return {
    outcome: special.outcome ?? settings.always.outcome,
    timings: new Map([...settings.always.timings, ...special.timings]),
  }
}

function same(input: unknown, segments: readonly string[], wanted: unknown): boolean {
  let value = input
  for (const segment of segments) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, segment)) return false
    value = (value as Record<string, unknown>)[segment]
  }
  return canonical(value) === canonical(wanted)
}

function durationOf(state: JobState, scope: Scope): number | undefined {
  const value = state.for?.(scope)
  return typeof value === 'string' ? parseDuration(value) : typeof value === 'number' ? value : undefined
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
  turn.tx.schedule({ at: end.at, topic: table(turn, DUE_TOPIC), key: `${job.name} ${row.id}` })
}

function jobsTable(turn: Pick<Step, 'vendor'>, job: Job): string {
  return table(turn, `jobs/${job.name}`)
}

function ownersTable(turn: Pick<Step, 'vendor'>, job: Job, account: string): string {
  return table(turn, 'jobs', job.name, 'of', account)
}
