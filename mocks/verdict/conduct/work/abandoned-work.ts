import type { Facts } from '../../../engine/session/journal/facts.ts'
import { createEndSeen } from '../../end-seen.ts'
import { isSuccess, requestName } from '../../refusals.ts'
import type { Breach, Rule } from '../../rule.ts'
import { groups } from '../../view.ts'

/** A client that has paid for work, and never checked whether it ended. */
export const abandonedWork: Rule = {
  code: 'abandoned-work',
  severity: 'warning',
  unstated: 'info',
  fix: 'Poll each job to its end, or take its webhook; cancel the jobs whose end you do not need.',
  *judge(view) {
    if (!view.isOver) return
    const isStated = view.vendor.conduct.statements.has('abandoned-work')
    const isEndSeen = createEndSeen(view)
    const left = view.exchanges
      .filter(isPaidStart)
      .flatMap((start) =>
        start.jobs
          .filter((job) => !isEndSeen(job, start))
          .map((job) => ({ start, job, hasEnded: (view.jobEnd(job) ?? Number.POSITIVE_INFINITY) <= view.now })),
      )
    // Running work may be checked later: a test may be shorter than the work.
    const reported = left.filter(({ hasEnded }) => hasEnded || isStated)
    for (const same of groups(reported, ({ start, hasEnded }) => `${requestName(start)} ${hasEnded}`).values()) {
      yield breachOf(same)
    }
  },
}

interface Left {
  readonly start: Facts
  readonly job: string
  readonly hasEnded: boolean
}

function isPaidStart(exchange: Facts): boolean {
  return (
    exchange.operation?.job?.kind === 'start' && isSuccess(exchange) && (exchange.hold ?? exchange.charged ?? 0) > 0
  )
}

function breachOf(same: readonly Left[]): Breach {
  const { start, job, hasEnded } = same[0]!
  const what = same.length === 1 ? `${job}, which` : `${same.length} jobs, the first of them ${job}, which`
  const end = hasEnded ? 'and their end was never read' : 'and the client did not wait for their end'
  return {
    message: `${requestName(start)} started ${what} cost credits, ${same.length === 1 ? end.replace('their', 'its') : end}.`,
    operation: start.operation?.id,
    exchanges: [...new Set(same.map((one) => one.start.number))],
    ...(!hasEnded && { atMost: 'info' }),
  }
}
