import type { Facts } from '../../engine/session/journal/facts.ts'
import type { Read } from '../../state/store.ts'
import { isOfJob, isPassing, requestName } from '../refusals.ts'
import type { Breach, Rule } from '../rule.ts'
import { isAfter } from '../timing.ts'
import { isRevisit } from '../view.ts'

/** A client that repeated a refused request, although nothing that the refusal depended on had changed. */
export const retryRefused: Rule = {
  code: 'retry-refused',
  severity: 'error',
  unstated: 'warning',
  implied: () => 'The vendor documents this refusal as one of the request itself.',
  fix: 'Do not retry a 4xx other than 408, 425 and 429: report it, or change the request.',
  *judge(view) {
    for (const same of view.inTurn()) {
      let refusals: Facts[] = []
      for (const exchange of same) {
        const last = refusals.at(-1)
        if (!isRefusal(exchange)) refusals = []
        else if (last && !isAfter(last, exchange)) continue
        else if (last && isUnchanged(last, exchange) && !isRevisit(view, last, exchange)) refusals.push(exchange)
        else refusals = [exchange]
        // One repetition may confirm the refusal.
        if (refusals.length === FREE + 1) yield breach(refusals)
      }
    }
  },
}

/** Identical refusals that are tolerated: the first, and one confirmation. */
const FREE = 2

/**
 * A refusal caused by the request itself. Missing credits, dead credentials and polls of unknown jobs have their own
 * rules.
 */
function isRefusal(exchange: Facts): boolean {
  const { status, stage, refused } = exchange
  if (status === undefined || status < 400 || isPassing(exchange)) return false
  if (status === 404 && exchange.method === 'GET' && isOfJob(exchange)) return false
  return stage !== 'charge' && stage !== 'authenticate' && refused !== undefined
}

/** Whether all rows that the first refusal depended on had the same values for the second. */
function isUnchanged(first: Facts, second: Facts): boolean {
  if (first.status !== second.status || first.refusal !== second.refusal) return false
  // A job progresses by itself: a request refused now may pass later.
  if (first.jobs.length > 0 && first.start.clock !== second.start.clock) return false
  const after = new Map((second.refused?.reads ?? []).map((read) => [placeOf(read), read.version]))
  return (first.refused?.reads ?? []).every((read) => (after.get(placeOf(read)) ?? read.version) === read.version)
}

function placeOf({ table, key }: Read): string {
  return `${table}\u001f${key}`
}

function breach(refusals: readonly Facts[]): Breach {
  const last = refusals.at(-1)!
  return {
    message: `${requestName(last)} was sent ${refusals.length} times as it was, and each time answered ${last.status}${last.refusal === undefined ? '' : ` (${last.refusal})`}, though nothing had changed.`,
    operation: last.operation?.id,
    exchanges: refusals.map(({ number }) => number),
  }
}
