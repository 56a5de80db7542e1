import type { Job } from '../../spec/model/job.ts'
import { random } from '../../state/hash.ts'
import type { ExchangeState } from '../exchange.ts'
import type { Started } from '../operations.ts'
import { type JobRow, NO_OWNER, startFields, watchEnd } from './jobs.ts'
import { courseOf, planStretches, type Stretch } from './plan.ts'

/** A job that no client has started and that has come to one of some states by now. */
export interface Past {
  /** The first of these states that it reaches by itself wins. */
  readonly states: ReadonlySet<string>
  readonly input: unknown
  readonly started: Started
  /** Its price in credits; undefined where jobs of its kind are free. */
  readonly price: number | undefined
}

/**
 * Writes a job as if it had started so long ago that it enters one of the states at this instant. Like seed jobs it has
 * no owner: every client finds it, and nobody pays for it. No webhook is sent for it.
 */
export function putEndedJob(exchange: ExchangeState, job: Job, { states, input, started, price }: Past): JobRow {
  const nth = exchange.tx.count(exchange.vendor.tables.past, job.name)
  const id = job.id(random(exchange.seed, exchange.vendor.name, job.name, 'past', nth))
  const entries = entriesTo(exchange, job, { states, input, outcome: started.outcome })
  const reached = entries.find(({ state }) => states.has(state))!
  const row: JobRow = {
    id,
    name: job.name,
    account: NO_OWNER,
    ordinal: 0,
    timeline: entries.map(({ state, after }) => ({ state, at: exchange.now - reached.after + after })),
    pace: exchange.pace,
    input,
    start: startFields(exchange, job, started.fields),
    before: exchange.tx.get<string>(job.newest, NO_OWNER),
    hold: price,
    charged: undefined,
  }
  exchange.tx.put(job.newest, NO_OWNER, id)
  exchange.tx.put(job.table, id, row)
  exchange.job = id
  watchEnd(exchange, job, row)
  return row
}

interface Wanted extends Pick<Past, 'states' | 'input'> {
  readonly outcome: string | undefined
}

/** The scenario's course, if it leads there; else the outcome that does; else directly, as by a verb. */
function entriesTo(exchange: ExchangeState, job: Job, { states, input, outcome }: Wanted): Stretch['entries'] {
  const usual = courseOf(exchange.situation.jobs.get(job.name), 0, input, outcome)
  for (const course of [usual, ...[...states].map((state) => ({ ...usual, outcome: state }))]) {
    const [stretch] = planStretches(exchange, job, job.initial, { course, pools: undefined })
    if (stretch!.entries.some(({ state }) => states.has(state))) return stretch!.entries
  }
  const [state] = states
  return [
    { state: job.initial, after: 0 },
    { state: state!, after: 0 },
  ]
}
