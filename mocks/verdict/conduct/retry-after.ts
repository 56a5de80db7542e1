import type { Facts } from '../../engine/session/journal/facts.ts'
import { formatDuration } from '../../spec/values/duration.ts'
import { isOfLimit, requestName, retryAfterOf } from '../refusals.ts'
import type { Breach, Rule } from '../rule.ts'
import { isAfter, isTooShort, longestWait, PERHAPS_OTHERS, waitBetween } from '../timing.ts'

/** A client that came back before the time in the refusal, and was refused again (RFC 9110 section 10.2.3). */
export const retryAfter: Rule = {
  code: 'retry-after',
  severity: 'error',
  unstated: 'warning',
  implied: (vendor, { operation }) => {
    const documented = [...vendor.errors.values()].some(({ response }) => response.headers.has('retry-after'))
    return documented || operation === undefined ? 'Refusals carry Retry-After.' : undefined
  },
  fix: 'Wait for the seconds of Retry-After before the next request that the same limit counts.',
  *judge({ isOneByOne, byCredential, inTurn, apart }) {
    // Each of several workers may come for the first time; a worker that repeats its own request is known.
    const clients = isOneByOne ? [...byCredential().values()] : inTurn()
    for (const exchanges of clients) {
      if (!exchanges.some(isOfLimit)) continue
      const byLimit = new Map<string, Facts>()
      /** Refusals without a limit apply to one request only: those of other requests are not compared. */
      const byRequest = new Map<string | undefined, Map<string, Facts>>()
      for (const exchange of exchanges) {
        const own = byRequest.get(exchange.identity)
        for (const open of own ? [byLimit, own] : [byLimit]) {
          for (const [scope, refusal] of open) {
            if (!isOfScope(exchange, refusal, scope) || !isAfter(refusal, exchange)) continue
            open.delete(scope)
            const isRefused = scopeOf(exchange) === scope
            const breach = judgeReturn(refusal, exchange, { isRefused, isApart: apart().has(exchange.number) })
            if (breach) yield breach
          }
        }
        const scope = scopeOf(exchange)
        if (scope === undefined) continue
        if (exchange.refused?.limit) byLimit.set(scope, exchange)
        else if (own) own.set(scope, exchange)
        else byRequest.set(exchange.identity, new Map([[scope, exchange]]))
      }
    }
  },
}

/** The limit that refused, else the request; a concurrency slot may become free at once, so it requires no wait. */
function scopeOf(facts: Facts): string | undefined {
  const { refused, identity, refusal } = facts
  if (!isOfLimit(facts)) return undefined
  if (refused?.limit) return refused.limit.next === undefined ? undefined : `limit ${refused.limit.name}`
  return identity === undefined ? undefined : `request ${identity} ${refusal ?? ''}`
}

/** Whether the same limit counts the request. */
function isOfScope({ limits, identity }: Facts, refusal: Facts, scope: string): boolean {
  const name = refusal.refused?.limit?.name
  return name === undefined
    ? identity === refusal.identity
    : scope === `limit ${name}` && limits.some((reading) => reading.name === name)
}

function judgeReturn(
  refusal: Facts,
  again: Facts,
  { isRefused, isApart }: { readonly isRefused: boolean; readonly isApart: boolean },
): Breach | undefined {
  const wanted = retryAfterOf(refusal)
  const isSame = refusal.identity === again.identity
  // A different request that passes proves nothing: it may cost less.
  if (wanted === undefined || (!isSame && !isRefused)) return undefined
  const wait = waitBetween(refusal, again)
  if (!isTooShort(wait, wanted.least)) return undefined
  const isSure = isSame || !isApart
  const came = formatDuration(Math.round(longestWait(wait)))
  const end = isRefused ? 'and was refused again' : 'and passed'
  return {
    message: `${requestName(again)} came back ${came} after a ${refusal.status} that asked for ${formatDuration(Math.max(0, Math.round(wanted.asked)))}, ${end}.${isSure ? '' : ` ${PERHAPS_OTHERS}`}`,
    operation: again.operation?.id,
    exchanges: [refusal.number, again.number],
    ...(isRefused && isSure ? !isSame && { atMost: 'warning' } : { atMost: 'info' }),
  }
}
