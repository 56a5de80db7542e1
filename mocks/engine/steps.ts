import type { Made, OperationSteps, Started } from '../behaviour/operations.ts'
import type { Item, Refused, Turn } from '../behaviour/turn.ts'
import type { Stage } from '../spec/vendor.ts'
import { createContext } from './operation-context.ts'
import { isPlanned, planStarts } from './plan-starts.ts'

type Judging = 'resolve' | 'validate' | 'guard'

/** Runs a stage: the vendor's own code for this operation where there is some, else as the spec says. */
export function runStep(
  turn: Turn,
  stage: Judging & Stage,
  bySpec: (turn: Turn) => Refused | undefined,
): Refused | undefined {
  const step = turn.steps?.[stage]
  if (!step) return bySpec(turn)
  const refused = step(createContext(turn), () => bySpec(turn))
  refusePromise(turn, stage, refused)
  // The code did not know where it would be asked; the journal does.
  return refused && (refused.stage === 'handle' ? { ...refused, stage } : refused)
}

export function runHandle(turn: Turn, bySpec: () => Made | Refused): Made | Refused {
  const step = turn.steps?.handle
  if (!step) return bySpec()
  const made = step(createContext(turn), bySpec)
  refusePromise(turn, 'handle', made)
  return made
}

/** What a job is given when it starts. */
export function runStart(turn: Turn): Started {
  const step = turn.steps?.start
  if (!step) return NOTHING
  const started = step(createContext(turn))
  refusePromise(turn, 'start', started)
  return started
}

const NOTHING: Started = {}

/** The items that a list is made of, before it is cut into pages. */
export function runList(turn: Turn, bySpec: () => readonly Item[]): readonly Item[] {
  const step = turn.steps?.list
  if (!step) return bySpec()
  const list = step(createContext(turn), bySpec)
  refusePromise(turn, 'list', list)
  return list
}

/** The price of all that the operation starts. */
export function priceOf(turn: Turn, bySpec: () => number): number {
  const job = turn.operation?.job
  if (job?.kind !== 'start' || !isPlanned(job)) return costOf(turn, bySpec)
  turn.starts = planStarts(turn, job, () => costOf(turn, bySpec))
  return turn.starts.reduce((sum, start) => sum + (start.hold ?? 0), 0)
}

/** The price of one job. */
function costOf(turn: Turn, bySpec: () => number): number {
  const step = turn.steps?.cost
  if (!step) return bySpec()
  const cost = step(createContext(turn), bySpec)
  refusePromise(turn, 'cost', cost)
  return cost
}

export function runBody(turn: Turn, body: unknown): unknown {
  const step = turn.steps?.body
  if (!step) return body
  const changed = step(createContext(turn), body)
  refusePromise(turn, 'body', changed)
  return changed
}

function refusePromise(turn: Turn, step: keyof OperationSteps, value: unknown): void {
  if (!(value instanceof Promise)) return
  // It is refused here and now; what becomes of it is nobody's concern.
  value.catch(() => undefined)
  throw new TypeError(
    `Failed to answer ${turn.operation!.id}: its code for "${step}" is async. It runs inside a transaction: return the result itself.`,
  )
}
