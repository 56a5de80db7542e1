import type { Facts } from '../../engine/session/facts.ts'
import { nameOf } from '../refusals.ts'
import type { Rule } from '../rule.ts'

/** A test whose clock stands still while its client waits for time to pass. */
export const clockStandsStill: Rule = {
  code: 'clock-stands-still',
  severity: 'warning',
  unstated: 'warning',
  fix: "Move the clock while the client waits (`await mock.clock.advance('10s')`), hand `mock.clock.sleep` to the client, or let the clock flow.",
  *judge({ byJob }) {
    for (const [job, exchanges] of byJob()) {
      for (const polls of stills(exchanges.filter(({ method, isFrozen }) => method === 'GET' && isFrozen))) {
        if (polls.length < LEAST) continue
        yield {
          message: `${nameOf(polls[0]!)} polled ${job} ${polls.length} times at one instant of a frozen clock, so the job could not go on.`,
          operation: polls[0]!.operation?.id,
          exchanges: polls.map(({ number }) => number),
        }
      }
    }
  },
}

/** Polls at one instant before anything is said. */
const LEAST = 10

/** Polls of a job that has not ended, grouped by the instants at which the clock stood. */
function* stills(polls: readonly Facts[]): Iterable<readonly Facts[]> {
  let same: Facts[] = []
  for (const poll of polls) {
    if (poll.isJobOver) continue
    if (same.length > 0 && same[0]!.start.clock !== poll.start.clock) {
      yield same
      same = []
    }
    same.push(poll)
  }
  yield same
}
