import type { Facts } from '../../engine/session/facts.ts'
import type { Expectation } from '../../spec/conduct/conduct.ts'
import { formatDuration } from '../../spec/values/duration.ts'
import { answerHeader, isOfJob, nameOf } from '../refusals.ts'
import { isAfter, isTooShort, longest, waitBetween } from '../timing.ts'
import type { View } from '../view.ts'

/** One expectation of a scenario that a client has not met. */
export interface ExpectationBreach {
  readonly code: string
  readonly message: string
  readonly operation: string | undefined
  readonly exchanges: readonly number[]
  readonly fix: string
}

/** Judges what a scenario expects of a client. */
export function* expectationBreaches(view: View, expected: readonly Expectation[]): Iterable<ExpectationBreach> {
  for (const expectation of expected) {
    for (const breach of JUDGES[expectation.kind](view, expectation)) {
      yield { ...breach, code: `expect-${expectation.kind}`, operation: breach.operation }
    }
  }
}

type Found = Omit<ExpectationBreach, 'code'>
type Judge = (view: View, expectation: Expectation) => Iterable<Found>

const JUDGES: Readonly<Record<Expectation['kind'], Judge>> = {
  'calls-at-most': function* ({ exchanges }, { operations, about, times }) {
    const calls = exchanges.filter((exchange) => isOf(exchange, operations))
    if (times === undefined || calls.length <= times) return
    yield {
      message: `${about ?? 'The vendor'} was called ${calls.length} times, and the scenario expects ${times} at most.`,
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
  'stops-after': function* ({ alike }, { operations, status }) {
    for (const same of alike()) {
      const first = same.find((exchange) => isOf(exchange, operations) && hasStatus(exchange, status))
      const later = first ? same.filter((exchange) => exchange.number > first.number && isAfter(first, exchange)) : []
      if (!first || later.length === 0) continue
      yield {
        message: `${nameOf(first)} was sent again ${later.length === 1 ? 'once' : `${later.length} times`} after its ${first.status}, and the scenario expects that the client stops.`,
        operation: first.operation?.id,
        exchanges: [first.number, ...later.map(({ number }) => number)],
        fix: `Stop after a ${first.status}.`,
      }
    }
  },
  'retries-after': function* ({ alike, isOver }, { operations, status }) {
    if (!isOver) return
    for (const same of alike()) {
      const last = same.at(-1)!
      if (!isOf(last, operations) || !hasStatus(last, status) || same.length > 1) continue
      yield {
        message: `${nameOf(last)} was not sent again after its ${last.status}, and the scenario expects that the client retries.`,
        operation: last.operation?.id,
        exchanges: [last.number],
        fix: `Send the request again after a ${last.status}.`,
      }
    }
  },
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
  'polls-until-final': function* ({ byJob, isOver }, { operations }) {
    if (!isOver) return
    for (const [job, ofJob] of byJob()) {
      const polls = ofJob.filter((exchange) => isOf(exchange, operations) && isOfJob(exchange))
      const started = ofJob.find((exchange) => exchange.operation?.job?.kind === 'start' && isGood(exchange))
      if (!started || polls.some(({ isJobOver }) => isJobOver)) continue
      // A job that ended in the answer to its start needs no poll.
      if (started.isJobOver) continue
      yield {
        message: `${job} was started, and ${polls.length === 0 ? 'never polled' : `polled ${polls.length} times, and never to its end`}.`,
        operation: started.operation?.id,
        exchanges: [started.number, ...polls.map(({ number }) => number)],
        fix: 'Poll until the job is in a final state.',
      }
    }
  },
  acknowledges: function* ({ deliveries, isOver }, { webhook }) {
    if (!isOver) return
    for (const delivery of deliveries) {
      if (webhook !== undefined && delivery.webhook !== webhook) continue
      if (delivery.outcome !== 'given up') continue
      yield {
        message: `The webhook ${delivery.webhook} was never acknowledged.`,
        operation: undefined,
        exchanges: [],
        fix: 'Answer each webhook as the vendor asks, in time.',
      }
    }
  },
}

function isOf({ operation }: Facts, operations: Expectation['operations']): boolean {
  return operations === undefined || (operation !== undefined && operations.has(operation.id))
}

function hasStatus(exchange: Facts, status: number | undefined): boolean {
  return status === undefined ? exchange.status !== undefined && exchange.status >= 400 : exchange.status === status
}

function isGood({ status }: Facts): boolean {
  return status !== undefined && status < 300
}

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
