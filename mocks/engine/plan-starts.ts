import { findFirst, likenessOf } from '../behaviour/jobs/repeat.ts'
import type { Start, Turn } from '../behaviour/turn.ts'
import type { JobStep } from '../spec/vendor.ts'
import { asFinite } from '../spec/scalar.ts'

export type StartStep = JobStep & { readonly kind: 'start' }

/** Whether an operation starts jobs in another way than one a request. */
export function isPlanned(step: StartStep): boolean {
  return step.each !== undefined || step.job.repeat !== undefined
}

/**
 * What is to be started, each with its price, so that all can be paid for before any starts.
 *
 * @param priceOf - what the job costs that is looked at
 */
export function planStarts(turn: Turn, step: StartStep, priceOf: (() => number) | undefined): readonly Start[] {
  const { job, each } = step
  const seen = new Set<string>()
  const entries = each ? each(turn.scope) : [turn.input]
  const starts = entries.map((input): Start => {
    turn.each = each && input
    const likeness = likenessOf(turn, job, input)
    const isRepeat = likeness !== undefined && (seen.has(likeness) || findFirst(turn, job, likeness) !== undefined)
    if (likeness !== undefined) seen.add(likeness)
    const hold = priceOf && (isRepeat ? asFinite(job.repeat!.hold(turn.scope), 0) || null : priceOf())
    return { input, likeness, isRepeat, hold }
  })
  turn.each = undefined
  return starts
}
