import type { Facts } from '../../engine/session/journal/facts.ts'
import { formatDuration } from '../../spec/values/duration.ts'
import { successions } from '../chains.ts'
import { isOfLimit, requestName, retryAfterOf } from '../refusals.ts'
import type { Breach, Rule } from '../rule.ts'
import { isAfter, TOLERANCE_MS, waitBetween } from '../timing.ts'
import type { View } from '../view.ts'

/** A test with a frozen clock whose client waits for time to pass. */
export const clockStandsStill: Rule = {
  code: 'clock-stands-still',
  severity: 'warning',
  unstated: 'warning',
  fix: "Move the clock while the client waits (`await mock.clock.advance('10s')`), hand `mock.clock.sleep` to the client, or let the clock flow.",
  *judge(view) {
    yield* ofPolls(view)
    yield* ofWaits(view)
  },
}

/** The fewest polls at one instant that make a finding. */
const LEAST = 10

function* ofPolls({ byJob, jobEnd }: View): Iterable<Breach> {
  for (const [job, exchanges] of byJob()) {
    for (const polls of stills(exchanges.filter(({ method, isFrozen }) => method === 'GET' && isFrozen))) {
      // The clock does not move a job that waits for a verb.
      if (polls.length < LEAST || jobEnd(job) === Number.POSITIVE_INFINITY) continue
      yield {
        message: `${requestName(polls[0]!)} polled ${job} ${polls.length} times at one instant of a frozen clock, so the job could not go on.`,
        operation: polls[0]!.operation?.id,
        exchanges: polls.map(({ number }) => number),
      }
    }
  }
}

/** Consecutive polls of a job that has not ended, grouped by the instants of the clock. */
function* stills(polls: readonly Facts[]): Iterable<readonly Facts[]> {
  let same: Facts[] = []
  for (const poll of polls) {
    const last = same.at(-1)
    if (poll.isJobOver || (last && !isAfter(last, poll))) continue
    if (last && last.start.clock !== poll.start.clock) {
      yield same
      same = []
    }
    same.push(poll)
  }
  yield same
}

/** Clients that have waited in real time, as a refusal asked, while the clock did not move. */
function* ofWaits({ inTurn }: View): Iterable<Breach> {
  for (const same of inTurn()) {
    for (const [refusal, again] of successions(same, isOfLimit)) {
      if (!refusal.isFrozen || !again.isFrozen || again.status !== refusal.status) continue
      const wanted = retryAfterOf(refusal)
      const wait = waitBetween(refusal, again)
      if (wanted === undefined || wait.clock >= wanted.least - TOLERANCE_MS || wait.host < wanted.least - TOLERANCE_MS)
        continue
      yield {
        message: `${requestName(again)} waited ${formatDuration(Math.round(wait.host))} in real time after a ${refusal.status} that asked for ${formatDuration(Math.max(0, Math.round(wanted.asked)))}, while the frozen clock stood, so it was refused again.`,
        operation: again.operation?.id,
        exchanges: [refusal.number, again.number],
      }
    }
  }
}
