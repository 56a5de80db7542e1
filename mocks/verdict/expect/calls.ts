import type { Facts } from '../../engine/session/facts.ts'
import { formatDuration } from '../../spec/values/duration.ts'
import { nameOf } from '../refusals.ts'
import { durationOf, isAfter, longest } from '../timing.ts'
import { isOf, type Judge, timesOf } from './judge-expectation.ts'

/** What a client calls, how often, and how much of it at once. */
export const CALL_JUDGES = {
  'calls-at-most': function* ({ exchanges }, { operations, about, times }) {
    const calls = exchanges.filter((exchange) => isOf(exchange, operations))
    if (times === undefined || calls.length <= times) return
    yield {
      message: `${about ?? 'The vendor'} was called ${timesOf(calls.length)}, and the scenario expects ${times} at most.`,
      operation: calls[0]!.operation?.id,
      exchanges: calls.map(({ number }) => number),
      fix: `Call ${about ?? 'the vendor'} ${times} times at most.`,
    }
  },
  'never-calls': function* ({ exchanges }, { operations, about }) {
    const calls = exchanges.filter((exchange) => isOf(exchange, operations))
    if (calls.length === 0) return
    yield {
      message: `${about} was called, and the scenario expects that it is not.`,
      operation: calls[0]!.operation?.id,
      exchanges: calls.map(({ number }) => number),
      fix: `Do not call ${about} here.`,
    }
  },
  'in-flight-at-most': function* ({ exchanges }, { operations, times = 1 }) {
    const calls = exchanges.filter((exchange) => isOf(exchange, operations))
    for (const [index, call] of calls.entries()) {
      const open = calls.slice(0, index).filter((other) => isOpenAt(other, call))
      if (open.length < times) continue
      yield {
        message: `${nameOf(call)} was sent while ${open.length} other ${open.length === 1 ? 'request was' : 'requests were'} in flight, and the scenario expects ${times} at a time.`,
        operation: call.operation?.id,
        exchanges: [...open.map(({ number }) => number), call.number],
        fix: `Keep ${times} ${times === 1 ? 'request' : 'requests'} in flight at most.`,
      }
      return
    }
  },
  'never-meets': function* ({ exchanges }, { operations, status }) {
    const met = exchanges.filter(
      (exchange, index) =>
        exchange.status === status && isOf(exchange, operations) && isWarned(exchange, exchanges.slice(0, index)),
    )
    if (met.length === 0) return
    yield {
      message: `${nameOf(met[0]!)} met a ${status}, and the scenario expects that the client meets none.`,
      operation: met[0]!.operation?.id,
      exchanges: met.map(({ number }) => number),
      fix: `Read what earlier answers say of limits and balances, and send nothing that meets a ${status}.`,
    }
  },
  'waits-for-answers': function* ({ exchanges }, { operations }) {
    for (const [index, given] of exchanges.entries()) {
      if (!isOf(given, operations) || !isGivenUp(given)) continue
      const next = exchanges.slice(index + 1).find((exchange) => isAfterEnd(given, exchange))
      // A client that goes somewhere else, and comes back later, did not lose patience.
      if (!next || next.identity === undefined || next.identity !== given.identity) continue
      yield {
        message: `${nameOf(given)} was given up after ${formatDuration(Math.round(longest(durationOf(given))))} and sent again, and the scenario expects that the client waits for the answer.`,
        operation: given.operation?.id,
        exchanges: [given.number, next.number],
        fix: 'Use a longer timeout than the answers take, and do not send a request again that is under way.',
      }
    }
  },
} satisfies Partial<Record<string, Judge>>

/** Whether one request was in flight when another one with the same key was sent. How long the mock takes to hear of an abort is not known. */
function isOpenAt(one: Facts, other: Facts): boolean {
  return (
    !one.aborted && one.credential === other.credential && (one.end === undefined || one.end.host > other.start.host)
  )
}

/** Whether earlier answers could tell the client what was coming: of the same limit, or of the same account. */
function isWarned(met: Facts, earlier: readonly Facts[]): boolean {
  const limit = met.refused?.limit?.name
  return earlier.some(
    (exchange) =>
      exchange.credential === met.credential &&
      (limit === undefined || exchange.operation === met.operation) &&
      isAfter(exchange, met),
  )
}

/** ms by either clock: a page that is left and opened again aborts sooner. */
const IMPATIENT_MS = 500

/** Whether a client gave a request up that the mock would have answered. */
function isGivenUp(exchange: Facts): boolean {
  return exchange.aborted && exchange.fault === undefined && longest(durationOf(exchange)) >= IMPATIENT_MS
}

function isAfterEnd({ end }: Facts, { start }: Facts): boolean {
  return end !== undefined && start.host >= end.host
}
