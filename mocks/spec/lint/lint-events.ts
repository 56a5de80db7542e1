import { formatDuration, toDuration } from '../values/duration.ts'
import type { Finding } from '../problems/problem.ts'
import { constantOf } from '../values/value.ts'
import type { JobState, Vendor } from '../model/vendor.ts'

/** What is dubious about the events of jobs. */
export function lintEvents(vendor: Pick<Vendor, 'jobs' | 'operations'>): Finding[] {
  return [...lintLate(vendor), ...lintUnheard(vendor)]
}

/** Events that their state ends before; a scenario may make it last longer, so this is no error. */
function lintLate(vendor: Pick<Vendor, 'jobs'>): Finding[] {
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

/** Events that no operation tells of. */
function lintUnheard({ jobs, operations }: Pick<Vendor, 'jobs' | 'operations'>): Finding[] {
  const told = new Set([...operations.values()].flatMap(({ events, stream }) => [events?.job, stream?.job]))
  return [...jobs.values()].flatMap((job): Finding[] => {
    const state = [...job.states.values()].find(({ events }) => events.length > 0)
    if (!state || told.has(job)) return []
    return [
      {
        code: 'unheard-events',
        severity: 'warning',
        pointer: `/x-mock/jobs/${job.name}/states/${state.name}/events`,
        message: `No operation tells of the events of "${job.name}". Write "events: { on: ${job.name} }" or "stream" in the "x-mock" of one.`,
      },
    ]
  })
}

function lengthOf(state: JobState): number {
  return toDuration(state.for && constantOf(state.for)?.value) ?? Number.POSITIVE_INFINITY
}
