import type { Facts } from '../../engine/session/facts.ts'
import { isAmbiguous, isGood, nameOf } from '../refusals.ts'
import { successions } from '../chains.ts'
import { isAfter } from '../timing.ts'
import { answerOf, hasAnswer, isLook, isOf, type Judge, timesOf } from './judge-expectation.ts'

/** What a client does with a failed request: stop, send it again, or look first. */
export const RETRY_JUDGES = {
  'stops-after': function* ({ exchanges, alike, isOneByOne }, expectation) {
    // Each of several workers finds out by itself.
    const forgiven = !isOneByOne && new Set(exchanges.map(({ connection }) => connection)).size > 1 ? CROWD : 0
    for (const same of alike()) {
      const first = same.find((exchange) => isOf(exchange, expectation.operations) && hasAnswer(exchange, expectation))
      const later = first
        ? same.filter(
            (exchange) =>
              exchange.number > first.number && isAfter(first, exchange) && !hasChanged(exchanges, first, exchange),
          )
        : []
      if (!first || later.length <= forgiven) continue
      yield {
        message: `${nameOf(first)} was sent again ${timesOf(later.length)} after its ${answerOf(first)}, and the scenario expects that the client stops.`,
        operation: first.operation?.id,
        exchanges: [first.number, ...later.map(({ number }) => number)],
        fix: `Do not send a request again after a ${answerOf(first)}.`,
      }
    }
  },
  'retries-after': function* ({ exchanges, isOver }, expectation) {
    if (!isOver) return
    for (const failed of exchanges) {
      if (!isOf(failed, expectation.operations) || !hasAnswer(failed, expectation)) continue
      if (expectation.operations === undefined && !mayBeRepeated(failed)) continue
      // A client that has tried before may give up.
      const isRetry = exchanges.some(
        (exchange) =>
          exchange.number < failed.number && isToSamePlace(exchange, failed) && isSameBody(exchange, failed),
      )
      if (isRetry || isRetried(exchanges, failed)) continue
      yield {
        message: `${nameOf(failed)} was not sent again after its ${answerOf(failed)}, and the scenario expects that the client retries.`,
        operation: failed.operation?.id,
        exchanges: [failed.number],
        fix: `Send the request again after a ${answerOf(failed)}.`,
      }
    }
  },
  'looks-first': function* ({ exchanges, alike }, expectation) {
    for (const same of alike()) {
      for (const [before, again] of successions(same)) {
        if (!isOf(before, expectation.operations)) continue
        const isMeant =
          expectation.status === undefined && !expectation.played ? isAmbiguous(before) : hasAnswer(before, expectation)
        if (!isMeant || looksAfter(exchanges, before).some(({ number }) => number < again.number)) continue
        yield {
          message: `${nameOf(again)} was sent again after its ${answerOf(before)}, and the scenario expects that the client looks first how things stand.`,
          operation: again.operation?.id,
          exchanges: [before.number, again.number],
          fix: 'Read what has become of it before the request is sent again.',
        }
        break
      }
    }
  },
  'follows-up': function* ({ exchanges, isOver }, expectation) {
    if (!isOver) return
    for (const failed of exchanges) {
      if (!isOf(failed, expectation.operations) || !hasAnswer(failed, expectation)) continue
      if (isRetried(exchanges, failed) || looksAfter(exchanges, failed).length > 0) continue
      yield {
        message: `After its ${answerOf(failed)} ${nameOf(failed)} was neither looked into nor sent again, and the scenario expects one of both.`,
        operation: failed.operation?.id,
        exchanges: [failed.number],
        fix: 'Read what has become of the request, or send it again.',
      }
    }
  },
} satisfies Partial<Record<string, Judge>>

/** Workers of one program that may each send the same once. */
const CROWD = 20

/** Whether a request may safely be sent again: it changes nothing, or nothing was done. */
function mayBeRepeated(exchange: Facts): boolean {
  return exchange.method === 'GET' || exchange.method === 'HEAD' || !isAmbiguous(exchange)
}

/** Whether a client has changed anything since a refusal: then the same request may fare better. */
function hasChanged(exchanges: readonly Facts[], refused: Facts, again: Facts): boolean {
  if (isGood(refused)) return false
  // Credits come back by themselves too.
  const missing = refused.refused?.shortfall
  if (missing && missing.available !== again.refused?.shortfall?.available) return true
  return exchanges.some(
    (exchange) =>
      exchange.number > refused.number &&
      exchange.number < again.number &&
      exchange.method !== 'GET' &&
      isGood(exchange),
  )
}

/**
 * Whether a request was sent again: with the same body, whatever the credential; or with another body, as the very next
 * request.
 */
function isRetried(exchanges: readonly Facts[], failed: Facts): boolean {
  const later = exchanges.filter(({ number }) => number > failed.number)
  const next = later.find((exchange) => isAfter(failed, exchange))
  return later.some(
    (exchange) => isToSamePlace(exchange, failed) && (exchange === next || isSameBody(exchange, failed)),
  )
}

function isToSamePlace(one: Facts, other: Facts): boolean {
  return one.method === other.method && one.path === other.path && one.query === other.query
}

/** Bodies that are not known count as the same. */
function isSameBody({ body: one }: Facts, { body: other }: Facts): boolean {
  if (!one || !other) return true
  return one.byteLength === other.byteLength && one.every((byte, index) => byte === other[index])
}

/** What the client has read since. */
function looksAfter(exchanges: readonly Facts[], before: Facts): readonly Facts[] {
  return exchanges.filter(
    (exchange) =>
      exchange.number > before.number &&
      isLook(exchange) &&
      exchange.credential === before.credential &&
      isAfter(before, exchange),
  )
}
