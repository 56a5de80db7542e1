import { getJob, moveJob } from '../behaviour/jobs.ts'
import { onJob } from '../behaviour/ledger.ts'
import type { Turn } from '../behaviour/turn.ts'
import type { Vendor } from '../spec/vendor.ts'
import type { Session } from './session.ts'

/**
 * Moves a job outside of any request: for verbs the vendor has no route for.
 *
 * @throws when there is no such job, or its state does not allow the verb
 */
export function doVerb(session: Session, vendor: Vendor, id: string, verb: string): void {
  session.store.transact((tx) => {
    for (const job of vendor.jobs.values()) {
      const step = {
        vendor,
        tx,
        now: Math.max(session.clock.now(), session.latest),
        situation: session.situation.vendors.get(vendor.name)!,
        session: {
          id: session.id,
          seed: session.situation.seed,
          pace: session.situation.pace,
          tag: session.tag,
          strict: session.strict,
        },
        scope: EMPTY_SCOPE,
        events: [] as Turn['events'],
        operation: undefined,
        hold: undefined,
        job: undefined,
      }
      if (!getJob(step, job, id)) continue
      const moved = moveJob(step as unknown as Turn, job, id, verb)
      if ('stage' in moved) throw new Error(`Failed to ${verb} ${id}: ${moved.because}.`)
      for (const event of step.events) onJob(step, event, EMPTY_SCOPE)
      return
    }
    throw new Error(`Failed to ${verb} ${id}: ${vendor.name} has no job of that id in this session.`)
  })
}

const EMPTY_SCOPE: Turn['scope'] = { read: () => undefined, generate: () => undefined, list: () => [] }
