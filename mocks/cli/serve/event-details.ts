import { formatDuration } from '../../spec/values/duration.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { Vendor } from '../../spec/model/vendor.ts'

/** The operations that report the events of jobs of one kind. */
export interface EventDetails {
  readonly job: string
  /** Types of its events, in the order of its states. */
  readonly types: readonly string[]
  /** `streamRun: a stream`: operations that report it, or wait for it. */
  readonly operations: readonly string[]
}

/** The kinds of jobs that an operation streams, polls or waits for. */
export function describeEvents(vendor: Vendor): EventDetails[] {
  return [...vendor.jobs.values()].flatMap((job) => {
    const operations = [...vendor.operations.values()].flatMap((operation) => {
      const how = describeReport(operation, job.name)
      return how === undefined ? [] : [`${operation.id}: ${how}`]
    })
    if (operations.length === 0) return []
    const types = [...job.states.values()].flatMap((state) => state.events.map(({ type }) => type))
    return [{ job: job.name, types: [...new Set(types)], operations }]
  })
}

function describeReport({ stream, events, job }: Operation, name: string): string | undefined {
  if (stream?.job.name === name) {
    const { timeoutAfter, onRequest } = stream
    const most = Number.isFinite(timeoutAfter) ? `, for ${formatDuration(timeoutAfter)} at most` : ''
    return `a stream${most}${onRequest ? ', where the client accepts one' : ''}`
  }
  if (events?.job.name === name) return `a long poll, for ${formatDuration(events.hold)} at most`
  if (job?.kind !== 'start' || !job.wait || job.job.name !== name) return undefined
  return `an answer at its end${job.wait.when ? ', where the request asks for that' : ''}`
}
