import { formatDuration, parseDuration } from '../duration.ts'
import type { Finding } from '../problem.ts'
import { constantOf } from '../value.ts'
import type { JobState, Vendor } from '../vendor.ts'

/** Events that their state ends before; a scenario may make it last longer, so this is no error. */
export function lintEvents(vendor: Pick<Vendor, 'jobs'>): Finding[] {
  return [...vendor.jobs.values()].flatMap((job) =>
    [...job.states.values()].flatMap((state) => {
      const lasts = lengthOf(state)
      return state.events.flatMap(({ type, after }, index): Finding[] =>
        after <= lasts
          ? []
          : [
              {
                code: 'late-event',
                severity: 'warning',
                pointer: `/x-mock/jobs/${job.name}/states/${state.name}/events/${index}/after`,
                message: `"${type}" never happens: "${state.name}" lasts ${formatDuration(lasts)}. Let it come sooner, or write it in a later state.`,
              },
            ],
      )
    }),
  )
}

function lengthOf(state: JobState): number {
  const fixed = state.for && constantOf(state.for)?.value
  const ms = typeof fixed === 'string' ? parseDuration(fixed) : fixed
  return typeof ms === 'number' ? ms : Number.POSITIVE_INFINITY
}
