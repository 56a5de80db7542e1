import type { Held, Session } from '../../engine/session/session.ts'
import { journalLine } from '../journal/journal-line.ts'
import { heldIn, heldLine } from './held-lines.ts'

/** Number of held exchanges that are printed in full. */
const MOST_HELD = 5

/** Thrown by `mock.settled` and `mock.drive` when their condition is not met in time. */
export class NotSettledError extends Error {
  override name = 'NotSettledError' as const
  readonly code = 'not-settled'
  /** What waits on the clock: exchanges and sleeping clients. */
  readonly held: readonly Held[]
  /** Exchanges and deliveries that are neither answered nor held. */
  readonly working: number

  constructor(what: string, session: Session, advice: readonly string[] = []) {
    const entries = session.journal.entries()
    const last = entries.at(-1)?.render()
    const held = heldIn(session)
    const more = held.length - MOST_HELD
    super(
      [
        what,
        last
          ? `  last exchange: ${journalLine(last, entries[0]!.render().at)}`
          : '  no request has reached this session',
        ...held.slice(0, MOST_HELD).map((each) => `  ${heldLine(each)}`),
        ...(more > 0 ? [`  and ${more} more are held`] : []),
        ...advice.map((line) => `  ${line}`),
      ].join('\n'),
    )
    this.held = held
    this.working = workOf(session)
  }
}

/** Exchanges and deliveries in work: neither answered nor held. */
export function workOf({ working, outbox }: Session): number {
  return working + outbox.working()
}
