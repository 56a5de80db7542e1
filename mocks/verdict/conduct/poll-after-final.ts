import type { Facts } from '../../engine/session/journal/facts.ts'
import { pollLoops } from '../polls.ts'
import { requestName, hasReachedClient } from '../refusals.ts'
import type { Rule } from '../rule.ts'
import { isAfter, longestWait, TOLERANCE_MS, waitBetween } from '../timing.ts'
import { between, groups, type View } from '../view.ts'

/** A client that kept polling a job after it had seen the job's end. */
export const pollAfterFinal: Rule = {
  code: 'poll-after-final',
  severity: 'error',
  unstated: 'warning',
  implied: () => 'A job that has ended does not change any more.',
  fix: 'Stop polling when the job is in a final state.',
  *judge(view) {
    const turns = turnsOf(view)
    for (const { job, polls } of pollLoops(view)) {
      const seen = polls.findIndex((poll) => hasReachedClient(poll) && !poll.isChanged)
      if (seen < 0) continue
      const end = polls[seen]!
      // A client that polls several jobs together waits for the others; an answer changed by a scenario may have hidden
      // the end.
      const late = polls.slice(seen + 1).filter((poll) => poll.isJobOver && !poll.isChanged && isAfter(end, poll))
      if (late.length < LEAST || !isInCadence([end, ...late], turns)) continue
      yield {
        message: `${requestName(late[0]!)} polled ${job} ${late.length} times after it had shown its end.`,
        operation: late[0]!.operation?.id,
        exchanges: [end.number, ...late.map(({ number }) => number)],
      }
    }
  },
}

/** The fewest polls that make a finding: a client may read a result once more. */
const LEAST = 3

/**
 * Whether the polls come from a loop: at nearly equal intervals, without reads of other operations in between, which
 * suggest a user.
 */
function isInCadence(polls: readonly Facts[], turns: ReturnType<typeof turnsOf>): boolean {
  let [least, most] = [Number.POSITIVE_INFINITY, 0]
  for (const [index, poll] of polls.slice(1).entries()) {
    const wait = longestWait(waitBetween(polls[index]!, poll))
    least = Math.min(least, wait)
    most = Math.max(most, wait)
  }
  if (most > 2 * least + TOLERANCE_MS) return false
  const [first, last] = [polls[0]!, polls.at(-1)!]
  return between(turns.get(first.credential ?? '') ?? [], first, last).length === 0
}

/** By credential, the reads whose operation differs from that of the previous read. */
function turnsOf({ exchanges }: View): ReadonlyMap<string, readonly Facts[]> {
  const last = new Map<string, Facts['operation']>()
  const turns = exchanges.filter(({ method, operation, credential = '' }) => {
    if (method !== 'GET') return false
    const isTurn = last.has(credential) && last.get(credential) !== operation
    last.set(credential, operation)
    return isTurn
  })
  return groups(turns, ({ credential = '' }) => credential)
}
