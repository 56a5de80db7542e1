import type { Facts } from '../../engine/session/facts.ts'
import { pollLoops } from '../polls.ts'
import { nameOf, showsEnd } from '../refusals.ts'
import type { Rule } from '../rule.ts'
import { isAfter, longest, TOLERANCE_MS, waitBetween } from '../timing.ts'
import { between, groups, type View } from '../view.ts'

/** A client that went on polling a job whose end it had seen. */
export const pollAfterFinal: Rule = {
  code: 'poll-after-final',
  severity: 'error',
  unstated: 'warning',
  implied: () => 'A job that has ended does not change any more.',
  fix: 'Stop polling when the job is in a final state.',
  *judge(view) {
    const turns = turnsOf(view)
    for (const { job, polls } of pollLoops(view)) {
      const seen = polls.findIndex((poll) => showsEnd(poll) && !poll.isChanged)
      if (seen < 0) continue
      const end = polls[seen]!
      // A client that polls several jobs at once waits for the others; a changed answer may have shown no end.
      const late = polls.slice(seen + 1).filter((poll) => poll.isJobOver && !poll.isChanged && isAfter(end, poll))
      if (late.length < LEAST || !isInCadence([end, ...late], turns)) continue
      yield {
        message: `${nameOf(late[0]!)} polled ${job} ${late.length} times after it had shown its end.`,
        operation: late[0]!.operation?.id,
        exchanges: [end.number, ...late.map(({ number }) => number)],
      }
    }
  },
}

/** Polls before anything is said: a client may read a result once more. */
const LEAST = 3

/**
 * Whether a loop sends the polls: at about the same distance from each other, and without the reads of a user who looks at this
 * and that in between.
 */
function isInCadence(polls: readonly Facts[], turns: ReturnType<typeof turnsOf>): boolean {
  let [least, most] = [Number.POSITIVE_INFINITY, 0]
  for (const [index, poll] of polls.slice(1).entries()) {
    const wait = longest(waitBetween(polls[index]!, poll))
    least = Math.min(least, wait)
    most = Math.max(most, wait)
  }
  if (most > 2 * least + TOLERANCE_MS) return false
  const [first, last] = [polls[0]!, polls.at(-1)!]
  return between(turns.get(first.credential ?? '') ?? [], first, last).length === 0
}

/** By credential, the reads of another operation than the read before. */
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
