import type { Mock } from '../connect/mock/api/mock-api.ts'
import type { Operation } from '../spec/model/operation/operation.ts'
import type { Vendor } from '../spec/model/vendor.ts'

/** The operation that starts jobs of a kind; undefined where the vendor has none. */
export function starterOf({ operations }: Vendor, job: string): Operation | undefined {
  return [...operations.values()].find((entry) => entry.job?.kind === 'start' && entry.job.job.name === job)
}

/** Id of the job that the last request to an operation started. */
export function lastJobOf(mock: Mock, { id }: Operation): string | undefined {
  return mock.journal.exchanges({ operation: id }).at(-1)?.job
}
