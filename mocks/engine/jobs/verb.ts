import { getJob, moveJob } from '../../behaviour/jobs/jobs.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { runAt } from '../exchange/transaction.ts'
import type { Engine } from '../exchange/work.ts'
import { instantOf, type Session } from '../session/session.ts'
import { followEvents, openContext } from './job-events.ts'

/** A verb, and the job to apply it to. */
export interface Move {
  readonly id: string
  readonly verb: string
}

/**
 * Applies a verb to a job without a request, for verbs that the vendor has no route for.
 *
 * @throws when there is no such job, or its state does not allow the verb
 */
export function runVerb(runtimes: Engine['runtimes'], session: Session, runtime: Runtime, { id, verb }: Move): void {
  const { vendor } = runtime
  const now = instantOf(session)
  runAt(runtimes, session, now, (tx) => {
    const context = openContext(runtime, session, tx, now)
    for (const job of vendor.jobs.values()) {
      const row = context && getJob(context, job, id)
      if (!row) continue
      const moved = moveJob(context, job, row, verb)
      if (typeof moved === 'string') throw new Error(`Failed to ${verb} ${id}: ${moved}.`)
      followEvents(context)
      return
    }
    throw new Error(`Failed to ${verb} ${id}: ${vendor.name} has no job of that id in this session.`)
  })
}
