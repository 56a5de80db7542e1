import type { Facts } from '../../../engine/session/journal/facts.ts'
import { formatDuration } from '../../../spec/values/duration.ts'
import { successions } from '../../chains.ts'
import { answerHeader, isOfLimit, requestName } from '../../refusals.ts'
import { resetOf } from '../../reset-header.ts'
import type { Breach, Rule } from '../../rule.ts'
import { longestWait, TOLERANCE_MS, waitBetween } from '../../timing.ts'

/** A client that misread the instant of a reset: as ms where it is in seconds, or as a duration. */
export const resetMisread: Rule = {
  code: 'reset-misread',
  severity: 'warning',
  unstated: 'info',
  implied: (vendor, { operation }) =>
    vendor.operations.has(operation ?? '') ? 'The reset of a limit is given as time since 1970.' : undefined,
  fix: 'Read the unit of the header: wait until that instant, by the difference to now in the same unit.',
  *judge({ inTurn }) {
    for (const same of inTurn()) {
      const hasty: Facts[] = []
      for (const [refusal, again] of successions(same, isOfLimit)) {
        const wanted = wantedWait(refusal)
        if (wanted === undefined) continue
        const waited = longestWait(waitBetween(refusal, again))
        if (isThousandfold(waited, wanted)) yield tooLong(refusal, again, { waited, wanted })
        if (isHasty(refusal, again, waited)) hasty.push(...(hasty.at(-1) === refusal ? [again] : [refusal, again]))
      }
      if (hasty.length === 0) continue
      yield {
        message: `${requestName(hasty[0]!)} came back at once after a ${hasty[0]!.status}, though its ${resetOf(hasty[0]!)!.name} is ${formatDuration(Math.round(wantedWait(hasty[0]!)!))} ahead, and was refused again.`,
        operation: hasty[0]!.operation?.id,
        exchanges: hasty.map(({ number }) => number),
        // Some clients always retry the first time without a wait.
        ...(hasty.length <= 2 && { atMost: 'info' }),
      }
    }
  },
}

/** ms: a shorter wait does not show how the header was read. */
const LEAST_MS = 2000

/** ms from a refusal to the reset instant in its header. */
function wantedWait(refusal: Facts): number | undefined {
  const reset = resetOf(refusal)
  const wanted = reset && reset.at - (refusal.end ?? refusal.start).clock
  return wanted !== undefined && wanted >= LEAST_MS ? wanted : undefined
}

/** Whether the wait is a thousand times too long, with a tolerance for the second that the header may have rounded. */
function isThousandfold(waited: number, wanted: number): boolean {
  return waited >= 950 * (wanted - 1000) && waited <= 1050 * (wanted + 1000) && waited >= 500 * wanted
}

/** Refusals with `Retry-After` are left to the rule for that header. */
function isHasty(refusal: Facts, again: Facts, waited: number): boolean {
  return answerHeader(refusal, 'retry-after') === undefined && again.status === refusal.status && waited < TOLERANCE_MS
}

function tooLong(
  refusal: Facts,
  again: Facts,
  { waited, wanted }: { readonly waited: number; readonly wanted: number },
): Breach {
  return {
    message: `${requestName(again)} waited ${formatDuration(Math.round(waited))} after a ${refusal.status} whose ${resetOf(refusal)!.name} was ${formatDuration(Math.round(wanted))} ahead: about a thousand times too long.`,
    operation: again.operation?.id,
    exchanges: [refusal.number, again.number],
  }
}
