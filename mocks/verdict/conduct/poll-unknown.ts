import type { Facts } from '../../engine/session/journal/facts.ts'
import { isSuccess, isOfJob, requestName } from '../refusals.ts'
import type { Rule } from '../rule.ts'
import { isAfter } from '../timing.ts'
import { type View, isRevisit } from '../view.ts'

/** A client that kept polling something that the vendor does not know. */
export const pollUnknown: Rule = {
  code: 'poll-unknown',
  severity: 'error',
  unstated: 'warning',
  implied: () => 'What is answered with 404 does not exist.',
  fix: 'Stop polling at a 404, and report it.',
  *judge(view) {
    const isAwaited = createAwaited(view)
    for (const same of view.inTurn()) {
      const { method } = same[0]!
      if (method !== 'GET' || !isOfJob(same[0]!)) continue
      let missing: Facts[] = []
      for (const exchange of same) {
        const last = missing.at(-1)
        if (exchange.status !== 404) missing = []
        // A job that the vendor has just started may appear with a delay.
        else if ((last && !isAfter(last, exchange)) || isAwaited(exchange)) continue
        else if (last && isRevisit(view, last, exchange)) missing = [exchange]
        else missing.push(exchange)
        if (missing.length !== LEAST) continue
        yield {
          message: `${requestName(exchange)} was still polled after a 404: ${LEAST} times in a row.`,
          operation: exchange.operation?.id,
          exchanges: missing.map(({ number }) => number),
        }
      }
    }
  },
}

const LEAST = 3

/** Creates a check whether the vendor itself has named a job to the client, and the client has not found it since. */
function createAwaited({ byJob }: View): (poll: Facts) => boolean {
  const known = new Map<string, { readonly started: Facts | undefined; readonly met: Facts | undefined }>()
  const knownOf = (id: string) => {
    const good = (byJob().get(id) ?? []).filter(isSuccess)
    const isStart = ({ operation }: Facts): boolean => operation?.job?.kind === 'start'
    return { started: good.find(isStart), met: good.find((exchange) => !isStart(exchange)) }
  }
  return ({ params, number }) =>
    Object.values(params).some((id) => {
      const { started, met } = known.get(id) ?? knownOf(id)
      known.set(id, { started, met })
      return started !== undefined && started.number < number && !(met !== undefined && met.number < number)
    })
}
