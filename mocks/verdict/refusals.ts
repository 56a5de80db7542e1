import type { Facts } from '../engine/session/facts.ts'

/** What kind of answer a client has met. */

/** Whether an answer may have come from work that was done, or not: the client cannot know. */
export function isAmbiguous({ status, fault, aborted, end }: Facts): boolean {
  return end !== undefined && (fault !== undefined || aborted || (status !== undefined && status >= 500))
}

/** Whether the same request may fare better later: 429, 408, 425 and all of 5xx, or no answer at all. */
export function isPassing(exchange: Facts): boolean {
  const { status } = exchange
  return isAmbiguous(exchange) || status === 429 || status === 408 || status === 425
}

/** The value of a header of the answer, by its name in lower case. */
export function answerHeader({ answerHeaders }: Facts, name: string): string | undefined {
  return answerHeaders.find(([known]) => known.toLowerCase() === name)?.[1]
}

/** `GET /v1/jobs/{job_id}` by its name, or as it was sent where it has none; without what may be secret. */
export function nameOf({ operation, method, path }: Facts): string {
  return operation?.id ?? `${method} ${path.slice(0, 200)}`
}

/** Whether the operation is about one job that its path names, or about several that a request names by their ids. */
export function isOfJob({ operation }: Facts): boolean {
  const list = operation?.collection
  if (list?.keys && list.in.job !== undefined) return true
  return [...(operation?.items.values() ?? [])].some((collection) => collection.job !== undefined)
}
