import { nearestPath } from '../../spec/http/nearest-operation.ts'
import type { Dialects } from '../../spec/model/vendor.ts'
import type { ExchangeState } from '../exchange.ts'
import { refuse, type Refused } from '../outcome.ts'

/** Refuses a request that no operation answers: none has its path, or its method, or it is left out of the mock. */
export function refuseLost({ vendor, operation, allowed, call }: ExchangeState): Refused {
  const reason = operation ? operation.leftOut : vendor.lost?.reasonOf(call.path)
  // What the document refers to cannot be read, so there is nothing to answer with.
  if (reason !== undefined) return refuse('route', undefined, 501, `left out of the mock: ${reason}`)
  const { path, method } = vendor.refusals
  if (allowed.length === 0) {
    const near = nearestPath(vendor, call.method, call.path)
    const meant = near === undefined ? '' : `; did you mean ${near}?`
    return refuse('route', path, 404, `no operation has the path ${call.path}${meant}`)
  }
  return refuse('route', method, 405, `${call.path} has ${allowed.join(', ')} and no ${call.method}`)
}

/** Refuses a request that asks for a dialect that the vendor does not have. */
export function refuseDialect(
  { refuse: refusal, choices, match }: Dialects,
  { text, by }: NonNullable<ExchangeState['unknownDialect']>,
): Refused {
  const known = match === 'exact' ? choices.join(', ') : `${choices.join(', ')} and dates after the first`
  const because = `${by} is ${JSON.stringify(text.slice(0, 100))}, which is not a dialect; known: ${known}`
  return refuse('route', refusal, 400, because)
}
