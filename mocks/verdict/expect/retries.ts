import type { Facts } from '../../engine/session/journal/facts.ts'
import { isAmbiguous, isSuccess, requestName } from '../refusals.ts'
import { successions } from '../chains.ts'
import { isAfter } from '../timing.ts'
import { firstAfter, type View } from '../view.ts'
import { outcomePhrase, hasAnswer, isPlainRead, isOf, type Judge, timesOf } from './judge-expectation.ts'
import { createSentAgain } from './sent-again.ts'

/** How a client handles a failed request: stop, retry, or check first. */
export const RETRY_JUDGES = {
  'stops-after': function* ({ exchanges, alike, isOneByOne }, expectation) {
    const changes = exchanges.filter((exchange) => exchange.method !== 'GET' && isSuccess(exchange))
    // Each of several concurrent workers may meet the failure once.
    const forgiven = !isOneByOne && new Set(exchanges.map(({ connection }) => connection)).size > 1 ? CROWD : 0
    for (const same of alike()) {
      const first = same.find((exchange) => isOf(exchange, expectation.operations) && hasAnswer(exchange, expectation))
      const later = first
        ? same.filter(
            (exchange) =>
              exchange.number > first.number && isAfter(first, exchange) && !hasChanged(changes, first, exchange),
          )
        : []
      if (!first || later.length <= forgiven) continue
      yield {
        message: `${requestName(first)} was sent again ${timesOf(later.length)} after its ${outcomePhrase(first)}, and the scenario expects that the client stops.`,
        operation: first.operation?.id,
        exchanges: [first.number, ...later.map(({ number }) => number)],
        fix: `Do not send a request again after a ${outcomePhrase(first)}.`,
      }
    }
  },
  'retries-after': function* ({ exchanges, isOver }, expectation) {
    if (!isOver) return
    const sentAgain = createSentAgain(exchanges)
    for (const failed of exchanges) {
      if (!isOf(failed, expectation.operations) || !hasAnswer(failed, expectation)) continue
      if (expectation.operations === undefined && !mayBeRepeated(failed)) continue
      // A client that has already retried may give up.
      if (sentAgain.isRetry(failed) || sentAgain.isRetried(failed)) continue
      yield {
        message: `${requestName(failed)} was not sent again after its ${outcomePhrase(failed)}, and the scenario expects that the client retries.`,
        operation: failed.operation?.id,
        exchanges: [failed.number],
        fix: `Send the request again after a ${outcomePhrase(failed)}.`,
      }
    }
  },
  'looks-first': function* (view, expectation) {
    const { operations, status, played } = expectation
    const isMeant = (before: Facts): boolean =>
      isOf(before, operations) &&
      (status === undefined && !played ? isAmbiguous(before) : hasAnswer(before, expectation))
    for (const same of view.alike()) {
      for (const [before, again] of successions(same, isMeant)) {
        const look = firstLook(view, before)
        if (look && look.number < again.number) continue
        yield {
          message: `${requestName(again)} was sent again after its ${outcomePhrase(before)}, and the scenario expects that the client checks the state first.`,
          operation: again.operation?.id,
          exchanges: [before.number, again.number],
          fix: 'Read the state of its work before you send the request again.',
        }
        break
      }
    }
  },
  'follows-up': function* (view, expectation) {
    if (!view.isOver) return
    const { isRetried } = createSentAgain(view.exchanges)
    for (const failed of view.exchanges) {
      if (!isOf(failed, expectation.operations) || !hasAnswer(failed, expectation)) continue
      if (isRetried(failed) || firstLook(view, failed)) continue
      yield {
        message: `After its ${outcomePhrase(failed)} ${requestName(failed)} was neither checked nor sent again, and the scenario expects one of the two.`,
        operation: failed.operation?.id,
        exchanges: [failed.number],
        fix: 'Read the state of its work, or send the request again.',
      }
    }
  },
} satisfies Partial<Record<string, Judge>>

/** Workers of one program that may each send the same request once. */
const CROWD = 20

/** Whether a request may safely be repeated: it changes nothing, or was certainly not executed. */
function mayBeRepeated(exchange: Facts): boolean {
  return exchange.method === 'GET' || exchange.method === 'HEAD' || !isAmbiguous(exchange)
}

/**
 * Whether a client has changed anything since a refusal, so that the same request may succeed.
 *
 * @param changes - requests that changed something
 */
function hasChanged(changes: readonly Facts[], refused: Facts, again: Facts): boolean {
  if (isSuccess(refused)) return false
  // Credits may also be refilled without a request.
  const missing = refused.refused?.shortfall
  if (missing && missing.available !== again.refused?.shortfall?.available) return true
  const change = firstAfter(changes, refused, () => true)
  return change !== undefined && change.number < again.number
}

/** The first read of the client since then. */
function firstLook({ reads }: View, before: Facts): Facts | undefined {
  return firstAfter(
    reads().get(before.credential ?? '') ?? [],
    before,
    (exchange) => isPlainRead(exchange) && isAfter(before, exchange),
  )
}
