import type { Facts } from '../../engine/session/facts.ts'
import type { Expectation } from '../../spec/conduct/conduct.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { canonical } from '../../state/hash.ts'
import { formatDuration } from '../../spec/values/duration.ts'
import { createEndSeen } from '../end-seen.ts'
import { answerHeader, isGood, isOfJob, leastWait, nameOf } from '../refusals.ts'
import { readEpoch } from '../reset-header.ts'
import { isAfter, isTooShort, longest, waitBetween } from '../timing.ts'
import { firstAfter, groups, type View } from '../view.ts'

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
  'stops-after': function* ({ alike, isOneByOne }, { operations, status }) {
    for (const same of alike()) {
      const first = same.find((exchange) => isOf(exchange, operations) && hasStatus(exchange, status))
      const later = first ? same.filter((exchange) => exchange.number > first.number && isAfter(first, exchange)) : []
      // Each of several workers finds out by itself.
      if (!first || later.length <= (isOneByOne ? 0 : CROWD)) continue
      yield {
        message: `${nameOf(first)} was sent again ${later.length === 1 ? 'once' : `${later.length} times`} after its ${first.status}, and the scenario expects that the client stops.`,
        operation: first.operation?.id,
        exchanges: [first.number, ...later.map(({ number }) => number)],
        fix: `Stop after a ${first.status}.`,
      }
    }
  },
  'retries-after': function* ({ vendor, alike, exchanges, isOver }, { operations, status }) {
    if (!isOver) return
    const byPath = groups(exchanges, ({ method, path }) => `${method} ${path}`)
    for (const same of alike()) {
      const last = same.at(-1)!
      if (!isOf(last, operations) || !hasStatus(last, status) || same.length > 1) continue
      // A general word on retries asks nobody to repeat what may have been done.
      if (operations === undefined && !isRepeatable(last, vendor)) continue
      // A retry may carry a new credential.
      if (
        byPath
          .get(`${last.method} ${last.path}`)!
          .some((later) => later.number > last.number && isSameButKey(later, last))
      )
        continue
      yield {
        message: `${nameOf(last)} was not sent again after its ${last.status}, and the scenario expects that the client retries.`,
        operation: last.operation?.id,
        exchanges: [last.number],
        fix: `Send the request again after a ${last.status}.`,
      }
    }
  },
  'waits-at-least': function* ({ exchanges, isOneByOne }, { operations, status = 429, header, wait }) {
    const sent = groups(exchanges, ({ operation, credential }) => `${operation?.id} ${credential}`)
    for (const refusal of exchanges) {
      if (!isOf(refusal, operations) || refusal.status !== status) continue
      const wanted = wait === undefined ? wantedWait(refusal, header) : wait / refusal.pace
      if (wanted === undefined) continue
      const again = firstAfter(
        sent.get(`${refusal.operation?.id} ${refusal.credential}`)!,
        refusal,
        (exchange) =>
          // Another of several workers may come for the first time.
          (isOneByOne || exchange.identity === refusal.identity) && isAfter(refusal, exchange),
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
  'polls-until-final': function* (view, { operations }) {
    if (!view.isOver) return
    const isEndSeen = createEndSeen(view)
    for (const [job, ofJob] of view.byJob()) {
      const started = ofJob.find((exchange) => exchange.operation?.job?.kind === 'start' && isGood(exchange))
      if (!started || isEndSeen(job, started)) continue
      const polls = ofJob.filter((exchange) => isOf(exchange, operations) && isOfJob(exchange))
      yield {
        message: `${job} was started, and ${polls.length === 0 ? 'never polled' : `polled ${polls.length === 1 ? 'once' : `${polls.length} times`}, and never to its end`}.`,
        operation: started.operation?.id,
        exchanges: [started.number, ...polls.map(({ number }) => number)],
        fix: 'Poll until the job is in a final state.',
      }
    }
  },
  acknowledges: function* ({ vendor, deliveries, byJob, isOver }, { webhook }) {
    if (!isOver) return
    for (const delivery of deliveries) {
      if (webhook !== undefined && delivery.webhook !== webhook) continue
      if (delivery.vendor !== vendor.name || delivery.outcome !== 'given up') continue
      // A delivery of a job from before this scenario is not its matter, and nobody acknowledges what never came.
      if (!byJob().has(delivery.job) || delivery.attempts.every(({ outcome }) => outcome === 'lost')) continue
      yield {
        message: `The webhook ${delivery.webhook} was never acknowledged.`,
        operation: undefined,
        exchanges: [],
        fix: 'Answer each webhook as the vendor asks, in time.',
      }
    }
  },
}

/** Whether a request may be sent twice as HTTP has it (RFC 9110 section 9.2.2), or as the vendor says. */
function isRepeatable({ method, operation }: Facts, vendor: Vendor): boolean {
  const stated = operation && vendor.conduct.retry.get(operation.id)
  return stated === undefined ? IDEMPOTENT.has(method) : stated === 'allowed'
}

const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

/** Workers of one program that may each send the same once. */
const CROWD = 20

function isOf({ operation }: Facts, operations: Expectation['operations']): boolean {
  return operations === undefined || (operation !== undefined && operations.has(operation.id))
}

function hasStatus(exchange: Facts, status: number | undefined): boolean {
  return status === undefined ? exchange.status !== undefined && exchange.status >= 400 : exchange.status === status
}

function isSameButKey(left: Facts, right: Facts): boolean {
  return (
    left.operation === right.operation &&
    left.path === right.path &&
    left.query === right.query &&
    (left.isBodyGone || right.isBodyGone || bodyOf(left) === bodyOf(right))
  )
}

function bodyOf({ body }: Facts): string {
  return body && body.byteLength > 0 ? canonical(body) : ''
}

/** ms that a header of a refusal asks for, less what it may have rounded up. */
function wantedWait(refusal: Facts, header: string | undefined): number | undefined {
  const text = header === undefined ? undefined : answerHeader(refusal, header)
  if (text === undefined) return undefined
  const number = Number(text)
  const until = Number.isNaN(number) ? Date.parse(text) : readEpoch(number)
  const asked = until === undefined ? number * 1000 : until - (refusal.end ?? refusal.start).clock
  return Number.isNaN(asked) ? undefined : leastWait(refusal, asked)
}
