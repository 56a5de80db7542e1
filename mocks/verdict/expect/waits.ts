import type { Facts } from '../../engine/session/journal/facts.ts'
import { formatDuration } from '../../spec/values/duration.ts'
import { answerHeader, leastWait, requestName } from '../refusals.ts'
import { readEpoch } from '../reset-header.ts'
import { isAfter, isTooShort, longestWait, waitBetween } from '../timing.ts'
import { firstAfter, groups } from '../view.ts'
import { isOf, type Judge } from './judge-expectation.ts'

/** How long a client waits after a refusal. */
export const WAIT_JUDGES = {
  'waits-at-least': function* ({ exchanges, isOneByOne, apart }, { operations, status = 429, header, wait }) {
    // Another worker may come for the first time: without a sequential client, only an identical request counts.
    const keyOf = ({ operation, credential, identity }: Facts): string | undefined =>
      isOneByOne ? `${operation?.id} ${credential}` : identity && `${operation?.id} ${credential} ${identity}`
    const sent = groups(exchanges, keyOf)
    for (const refusal of exchanges) {
      if (!isOf(refusal, operations) || refusal.status !== status) continue
      const wanted = wait === undefined ? wantedWait(refusal, header) : wait / refusal.pace
      if (wanted === undefined) continue
      const again = firstAfter(
        sent.get(keyOf(refusal) ?? '') ?? [],
        refusal,
        (exchange) =>
          (!apart().has(exchange.number) || exchange.identity === refusal.identity) && isAfter(refusal, exchange),
      )
      const waited = again && waitBetween(refusal, again)
      if (!again || !waited || !isTooShort(waited, wanted)) continue
      yield {
        message: `${requestName(again)} came ${formatDuration(Math.max(0, Math.round(longestWait(waited))))} after a ${status}, and the scenario expects a wait of ${formatDuration(Math.ceil(wanted))}.`,
        operation: again.operation?.id,
        exchanges: [refusal.number, again.number],
        fix:
          header === undefined
            ? `Wait ${formatDuration(wanted)} after a ${status}.`
            : `Wait as long as ${header} of the refusal says.`,
      }
    }
  },
} satisfies Partial<Record<string, Judge>>

/** ms that a header of a refusal asks for, minus possible rounding. */
function wantedWait(refusal: Facts, header: string | undefined): number | undefined {
  const text = header === undefined ? undefined : answerHeader(refusal, header)
  if (text === undefined) return undefined
  const number = Number(text)
  const until = Number.isNaN(number) ? Date.parse(text) : readEpoch(number)
  const asked = until === undefined ? number * 1000 : until - (refusal.end ?? refusal.start).clock
  return Number.isNaN(asked) ? undefined : leastWait(refusal, asked)
}
