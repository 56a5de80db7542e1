import type { Facts } from '../../engine/session/facts.ts'
import { formatDuration } from '../../spec/values/duration.ts'
import { answerHeader, nameOf } from '../refusals.ts'
import { isAfter, isTooShort, longest, waitBetween } from '../timing.ts'
import { isOf, type Judge } from './judge-expectation.ts'

/** How long a client waits after a refusal. */
export const WAIT_JUDGES = {
  'waits-at-least': function* ({ exchanges }, { operations, status = 429, header, wait }) {
    for (const [index, refusal] of exchanges.entries()) {
      if (!isOf(refusal, operations) || refusal.status !== status) continue
      const wanted = wait ?? wantedWait(refusal, header)
      if (wanted === undefined) continue
      const again = exchanges
        .slice(index + 1)
        .find(
          (exchange) =>
            exchange.operation === refusal.operation &&
            exchange.credential === refusal.credential &&
            isAfter(refusal, exchange),
        )
      const waited = again && waitBetween(refusal, again)
      if (!again || !waited || !isTooShort(waited, wanted)) continue
      yield {
        message: `${nameOf(again)} came ${formatDuration(Math.max(0, Math.round(longest(waited))))} after a ${status}, and the scenario expects a wait of ${formatDuration(Math.ceil(wanted))}.`,
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

/** Epochs and lengths of time look alike: what is larger than a year of seconds is an instant. */
const A_YEAR_S = 366 * 24 * 3600

/** ms that a header of a refusal asks for, less what it may have rounded up. */
function wantedWait(refusal: Facts, header: string | undefined): number | undefined {
  const text = header === undefined ? undefined : answerHeader(refusal, header)
  if (text === undefined) return undefined
  const next = refusal.refused?.limit?.next
  if (next !== undefined) return Math.max(0, next - refusal.start.clock)
  const number = Number(text)
  const until = Number.isNaN(number)
    ? Date.parse(text)
    : number > A_YEAR_S * 1000 * 10
      ? number
      : number > A_YEAR_S
        ? number * 1000
        : undefined
  if (until === undefined) return Math.max(0, number - 1) * 1000
  return Number.isNaN(until) ? undefined : Math.max(0, until - refusal.start.clock - 1000)
}
