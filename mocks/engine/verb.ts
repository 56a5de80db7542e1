import { getJob, moveJob } from '../behaviour/jobs.ts'
import type { Turn } from '../behaviour/turn.ts'
import { settleScope, stepAt } from './due.ts'
import { followEvents, openStep } from './hooks.ts'
import type { Runtime } from './runtime.ts'
import { instantOf } from './instant.ts'
import type { Session } from './session.ts'

/**
 * Moves a job outside of any request: for verbs the vendor has no route for.
 *
 * @throws when there is no such job, or its state does not allow the verb
 */
export function doVerb(
  runtimes: ReadonlyMap<string, Runtime>,
  session: Session,
  runtime: Runtime,
  id: string,
  verb: string,
): void {
  const { vendor } = runtime
  const now = instantOf(session)
  stepAt(runtimes, session, now, (tx) => {
    const step = { ...openStep(runtime, session, tx, now)!, scope: EMPTY_SCOPE, operation: undefined, job: undefined }
    for (const job of vendor.jobs.values()) {
      if (!getJob(step, job, id)) continue
      const moved = moveJob(step as unknown as Turn, job, id, verb)
      if ('stage' in moved) throw new Error(`Failed to ${verb} ${id}: ${moved.because}.`)
      followEvents(step, settleScope(step))
      return
    }
    throw new Error(`Failed to ${verb} ${id}: ${vendor.name} has no job of that id in this session.`)
  })
}

const EMPTY_SCOPE: Turn['scope'] = { read: () => undefined, generate: () => undefined, list: () => [] }
