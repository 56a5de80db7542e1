import type { Facts } from '../../engine/session/facts.ts'
import { nameOf } from '../refusals.ts'
import type { Rule } from '../rule.ts'
import { isAfter } from '../timing.ts'

/** A client that went on polling a job whose end it had seen. */
export const pollAfterFinal: Rule = {
  code: 'poll-after-final',
  severity: 'error',
  unstated: 'warning',
  implied: () => 'A job that has ended does not change any more.',
  fix: 'Stop polling when the job is in a final state.',
  *judge({ byJob }) {
    for (const [job, exchanges] of byJob()) {
      const polls = exchanges.filter(isPoll)
      const seen = polls.findIndex(
        ({ isJobOver, isChanged, fault, status }) =>
          isJobOver && !isChanged && fault === undefined && status !== undefined && status < 300,
      )
      if (seen < 0) continue
      const late = polls
        .slice(seen + 1)
        // Who polls several jobs at once waits for the others; a changed answer may have shown no end.
        .filter(
          (poll) =>
            poll.operation === polls[seen]!.operation &&
            poll.isJobOver &&
            !poll.isChanged &&
            isAfter(polls[seen]!, poll),
        )
      if (late.length < LEAST) continue
      yield {
        message: `${nameOf(late[0]!)} polled ${job} ${late.length} times after it had shown its end.`,
        operation: late[0]!.operation?.id,
        exchanges: [polls[seen]!.number, ...late.map(({ number }) => number)],
      }
    }
  },
}

/** Polls before anything is said: a client may read a result once more. */
const LEAST = 3

function isPoll({ method, operation }: Facts): boolean {
  return method === 'GET' && operation !== undefined
}
