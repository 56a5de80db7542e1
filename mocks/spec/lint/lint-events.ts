import type { Cursor } from '../compile/cursor.ts'
import { formatDuration, toDuration } from '../values/duration.ts'
import { constantOf } from '../values/value.ts'
import type { JobState } from '../model/job.ts'
import type { Vendor } from '../model/vendor.ts'

/** Warns of events of jobs that never happen, or that no operation reports. */
export function lintEvents(root: Cursor, vendor: Vendor): void {
  const jobs = root.at('x-mock', 'jobs')
  lintLateEvents(jobs, vendor)
  lintUnheardEvents(jobs, vendor)
}

/** Reports events that come after the end of their state; only a warning, since a scenario may prolong the state. */
function lintLateEvents(jobs: Cursor, vendor: Vendor): void {
  for (const job of vendor.jobs.values()) {
    for (const state of job.states.values()) {
      const lasts = durationOfState(state)
      for (const [index, { type, after }] of state.events.entries()) {
        if (after <= lasts) continue
        const problem = `"${type}" never happens: "${state.name}" lasts ${formatDuration(lasts)}.`
        const place = jobs.at(job.name, 'states', state.name, 'events', index, 'after')
        place.warn('late-event', problem, 'Make it earlier, or move it to a later state.')
      }
    }
  }
}

function lintUnheardEvents(root: Cursor, { jobs, operations }: Vendor): void {
  const reported = new Set([...operations.values()].flatMap(({ events, stream }) => [events?.job, stream?.job]))
  for (const job of jobs.values()) {
    const state = [...job.states.values()].find(({ events }) => events.length > 0)
    if (!state || reported.has(job)) continue
    const remedy = `Write "events: { on: ${job.name} }" or "stream" in the "x-mock" of one.`
    root
      .at(job.name, 'states', state.name, 'events')
      .warn('unheard-events', `No operation reports the events of "${job.name}".`, remedy)
  }
}

function durationOfState(state: JobState): number {
  return toDuration(state.for && constantOf(state.for)?.value) ?? Number.POSITIVE_INFINITY
}
