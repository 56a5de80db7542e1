import type { Facts } from '../../engine/session/journal/facts.ts'
import { formatDuration } from '../../spec/values/duration.ts'
import { requestName } from '../refusals.ts'
import { durationOf, isAfter, longestWait } from '../timing.ts'
import { firstSince, groups } from '../view.ts'
import { isOf, type Judge, timesOf } from './judge-expectation.ts'

/** Which operations a client calls, how often, and how many at once. */
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
    const openWith = new Map<Facts['credential'], readonly Facts[]>()
    for (const call of exchanges) {
      if (!isOf(call, operations)) continue
      const open = (openWith.get(call.credential) ?? []).filter((other) => isOpenAt(other, call))
      openWith.set(call.credential, call.aborted ? open : [...open, call])
      if (open.length < times) continue
      yield {
        message: `${requestName(call)} was sent while ${open.length} other ${open.length === 1 ? 'request was' : 'requests were'} in flight, and the scenario expects ${times} at a time.`,
        operation: call.operation?.id,
        exchanges: [...open.map(({ number }) => number), call.number],
        fix: `Keep ${times} ${times === 1 ? 'request' : 'requests'} in flight at most.`,
      }
      return
    }
  },
  'never-meets': function* ({ exchanges }, { operations, status }) {
    const answered = exchanges.filter(({ delivered }) => delivered !== undefined)
    const byCredential = groups(answered, ({ credential = '' }) => credential)
    const byOperation = groups(answered, operationKey)
    const met = exchanges.filter(
      (exchange) =>
        exchange.status === status &&
        isOf(exchange, operations) &&
        // Of the same limit, else of the same account.
        isWarned(
          exchange,
          exchange.refused?.limit
            ? byOperation.get(operationKey(exchange))
            : byCredential.get(exchange.credential ?? ''),
        ),
    )
    if (met.length === 0) return
    yield {
      message: `${requestName(met[0]!)} met a ${status}, and the scenario expects that the client meets none.`,
      operation: met[0]!.operation?.id,
      exchanges: met.map(({ number }) => number),
      fix: `Read what earlier answers say about limits and balances, and send nothing that would get a ${status}.`,
    }
  },
  'waits-for-answers': function* ({ exchanges }, { operations }) {
    for (const given of exchanges) {
      if (!isOf(given, operations) || !given.end || !isGivenUp(given)) continue
      const next = firstSince(exchanges, given, given.end.host)
      // A client that does something else in between has not lost patience.
      if (!next || next.identity === undefined || next.identity !== given.identity) continue
      yield {
        message: `${requestName(given)} was given up after ${formatDuration(Math.round(longestWait(durationOf(given))))} and sent again, and the scenario expects that the client waits for the answer.`,
        operation: given.operation?.id,
        exchanges: [given.number, next.number],
        fix: 'Use a longer timeout than the answers take, and do not repeat a request that is in progress.',
      }
    }
  },
} satisfies Partial<Record<string, Judge>>

/** Whether a request was in flight when another one was sent. The mock hears of an abort with an unknown delay. */
function isOpenAt({ end }: Facts, { start }: Facts): boolean {
  return end === undefined || end.host > start.host
}

function operationKey({ credential, operation }: Facts): string {
  return `${operation?.id} ${credential}`
}

/** Whether the client knew an earlier answer that could warn it. */
function isWarned(met: Facts, answered: readonly Facts[] | undefined): boolean {
  const first = answered?.find((exchange) => exchange.number >= met.number || isAfter(exchange, met))
  return first !== undefined && first.number < met.number
}

/** ms by either clock: a page that is left and reopened aborts sooner. */
const IMPATIENT_MS = 500

/** Whether a client aborted a request that the mock would have answered. */
function isGivenUp(exchange: Facts): boolean {
  return exchange.aborted && exchange.fault === undefined && longestWait(durationOf(exchange)) >= IMPATIENT_MS
}
