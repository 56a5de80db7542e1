import { isAcceptable } from '../spec/media/negotiate.ts'
import type { Operation } from '../spec/model/vendor.ts'
import type { ExchangeState } from './exchange.ts'
import { refuse, type Refused } from './outcome.ts'

/**
 * Refuses a request that takes none of the documented media types, where the operation documents a 406. Elsewhere it is
 * answered in the usual one, as RFC 9110 section 15.5.7 allows.
 */
export function accept(exchange: ExchangeState, { refusals, success }: Operation): Refused | undefined {
  const header = exchange.call.headers['accept']
  if (!refusals.notAcceptable || header === undefined || !success || success.mediaTypes.length === 0) return undefined
  if (isAcceptable(header, success.mediaTypes)) return undefined
  const because = `accept is ${header}; the operation answers in ${success.mediaTypes.join(' or ')}`
  return refuse('route', refusals.notAcceptable, 406, because)
}
