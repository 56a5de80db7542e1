import { nearestPath } from '../../spec/http/nearest-operation.ts'
import type { Dialects } from '../../spec/model/vendor.ts'
import type { ExchangeState } from '../exchange.ts'
import { refuse, type Refused } from '../outcome.ts'

/** Refuses a request without an operation: its path or method is unknown, or its operation is left out of the mock. */
export function refuseUnmatched({ vendor, operation, allowed, call }: ExchangeState): Refused {
  const reason = operation ? operation.leftOut : vendor.lost?.reasonOf(call.path)
  // A reference of the document cannot be resolved, so there is no answer to give.
  if (reason !== undefined) return refuse('route', undefined, 501, `not emulated: ${reason}`)
  const { path, method } = vendor.refusals
  if (allowed.length === 0) {
    const near = nearestPath(vendor, call.method, call.path)
    const meant = near === undefined ? '' : `; did you mean ${near}?`
    return refuse('route', path, 404, `no operation has the path ${call.path}${meant}`)
  }
  return refuse('route', method, 405, `${call.path} allows ${allowed.join(', ')}, not ${call.method}`)
}

/** Refuses a request for a dialect that the vendor does not have. */
export function refuseDialect(
  { refuse: refusal, choices, match }: Dialects,
  { text, by }: NonNullable<ExchangeState['unknownDialect']>,
): Refused {
  const known = match === 'exact' ? choices.join(', ') : `${choices.join(', ')} and dates after the first`
  const because = `${by} is ${JSON.stringify(text.slice(0, 100))}, which is not a dialect; known: ${known}`
  return refuse('route', refusal, 400, because)
}
