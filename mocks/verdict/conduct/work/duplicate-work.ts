import type { Facts } from '../../../engine/session/journal/facts.ts'
import { successions } from '../../chains.ts'
import { outcomeName, isAmbiguous, isSuccess, requestName } from '../../refusals.ts'
import type { Rule } from '../../rule.ts'
import { hasSameKey } from './same-key.ts'
import { readsBetween, type View } from '../../view.ts'

/** A client that has started the same work again while the first job, whose answer it had not received, was running. */
export const duplicateWork: Rule = {
  code: 'duplicate-work',
  severity: 'error',
  unstated: 'info',
  implied: (vendor, { operation }) =>
    vendor.conduct.retry.has(operation ?? '')
      ? 'Such a request must not be repeated blindly.'
      : vendor.operations.get(operation ?? '')?.job
        ? 'Each request starts new work.'
        : undefined,
  fix: 'After a failure without a clear answer, look for the work that is already running, and continue with it.',
  *judge(view) {
    const { retry } = view.vendor.conduct
    for (const same of view.alike()) {
      const operation = same[0]!.operation
      if (operation?.job?.kind !== 'start' || retry.get(operation.id) === 'allowed') continue
      for (const [before, again] of successions(same, isAmbiguous)) {
        if (!isSuccess(again) || hasSameKey(before, again)) continue
        const running = startedBy(before).find((job) => isRunning(view, job, again))
        if (running === undefined || again.jobs.includes(running)) continue
        // If the vendor says how to repeat work, `retry-unsafe` reports clients that have not checked.
        const isStated = retry.has(operation.id)
        if (isStated && !hasSeen(view, running, before, again)) continue
        yield {
          message: `${requestName(again)} was sent again after ${outcomeName(before)}, and started the same work twice: ${running} was running.`,
          operation: operation.id,
          exchanges: [before.number, again.number],
          ...(!isStated && { atMost: 'warning' }),
        }
      }
    }
  },
}

/** The jobs that a request has started, whatever its answer. */
function startedBy({ jobs, params }: Facts): readonly string[] {
  const named = Object.values(params)
  return jobs.filter((job) => !named.includes(job))
}

function isRunning({ jobEnd }: View, job: string, again: Facts): boolean {
  const end = jobEnd(job)
  return end !== undefined && end > again.start.clock
}

/** Whether the client has read the running job, alone or in a list. */
function hasSeen(view: View, job: string, before: Facts, again: Facts): boolean {
  return readsBetween(view, before, again).some(
    ({ jobs, operation }) => jobs.includes(job) || view.vendor.jobs.has(operation?.collection?.in.job ?? ''),
  )
}
