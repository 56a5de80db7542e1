import { isJson } from '../spec/media/media-type.ts'
import { isAcceptable, parseAccept } from '../spec/media/negotiate.ts'
import type { Operation } from '../spec/model/operation/operation.ts'
import { refuse, type Refused } from './outcome.ts'

/**
 * Refuses a request that accepts none of the documented media types (RFC 9110 section 15.5.7). Where no 406 is
 * documented, the vendor may answer in its usual type. A client that accepts some kind of JSON gets the documented
 * JSON: clients ask for versions of it by names that documents omit.
 *
 * @param header - the `Accept` header
 */
export function accept(header: string, operation: Operation): Refused | undefined {
  const { refusals, success, validate } = operation
  if (!success || success.mediaTypes.length === 0) return undefined
  const { notAcceptable } = refusals
  if (!notAcceptable && validate.accept === 'ignore') return undefined
  if (isAcceptable(header, success.mediaTypes) || (!notAcceptable && isAnswerable(header, operation))) return undefined
  const because = `accept is ${header}; the operation answers in ${success.mediaTypes.join(' or ')}`
  return refuse('route', notAcceptable, 406, because)
}

/** Whether an answer fits anyway: a client may ask for the errors' media type alone, or another kind of JSON. */
function isAnswerable(header: string, { responses }: Operation): boolean {
  const mediaTypes = responses.flatMap((response) => response.mediaTypes)
  return isAcceptable(header, mediaTypes) || isForJson(header, mediaTypes)
}

function isForJson(header: string, mediaTypes: readonly string[]): boolean {
  return mediaTypes.some(isJson) && parseAccept(header).some(({ range, quality }) => quality > 0 && isJson(range))
}
