import type { Case, Judged, Measured } from '../cases/case.ts'
import { isNoisy, judgeTarget } from '../measure/judge-target.ts'
import type { Machine } from '../measure/machine.ts'
import { summarize, type Summary } from '../measure/stats.ts'

/** One case of a run. */
export interface Outcome {
  readonly name: string
  readonly title: string
  readonly unit: Case['unit']
  readonly sides: readonly OutcomeSide[]
  readonly targets: readonly Judged[]
  readonly notes: readonly string[]
  /** Why nothing was measured. */
  readonly failed?: string
}

export interface OutcomeSide extends Partial<Summary> {
  readonly name: string
  readonly how?: string
  readonly version?: string
  readonly samples: readonly number[]
  /** µs of the processor's time a request; the median. */
  readonly processor?: number
  readonly skipped?: string
}

/** A run, as `results.json` has it. */
export interface Results {
  readonly machine: Machine
  readonly generator: string
  readonly rounds: number
  /** ms of one round. */
  readonly duration: number
  readonly peers: Readonly<Record<string, string>>
  readonly cases: readonly Outcome[]
}

export function outcomeOf({ name, title, unit, targets }: Case, measured: Measured): Outcome {
  return {
    name,
    title,
    unit,
    sides: measured.sides.map(({ processor, ...side }) => ({
      ...side,
      ...(side.samples.length > 0 && summarize(side.samples)),
      ...(processor && processor.length > 0 && { processor: summarize(processor).median }),
    })),
    targets: targets.map((target) => judgeTarget(target, measured)),
    notes: [...(measured.notes ?? []), ...busyNote(measured)],
  }
}

/** Says where the rounds of a side are no measure of it. */
function busyNote({ sides }: Measured): string[] {
  const busy = sides.filter(isNoisy).map(({ name }) => name)
  return busy.length === 0
    ? []
    : [`The machine was busy with other things: rounds lie far apart of ${busy.join(', ')}.`]
}

/** A case that could not be measured. */
export function failedOutcome({ name, title, unit, targets }: Case, failed: string): Outcome {
  return {
    name,
    title,
    unit,
    sides: [],
    targets: targets.map((target) => ({ ...target, verdict: 'not measured' })),
    notes: [],
    failed,
  }
}
