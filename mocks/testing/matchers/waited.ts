import { toMs } from '../../connect/mock/session-api.ts'
import type { Facts } from '../../engine/session/journal/facts.ts'
import { formatDuration } from '../../spec/values/duration.ts'
import { retryAfterOf } from '../../verdict/refusals.ts'
import { isAfter, isSequential, isTooShort, longestWait, waitBetween } from '../../verdict/timing.ts'
import { callsOf, failure, isAnswer, type MatcherResult, subjectOf } from './subject.ts'

/** Options of `toHaveWaited`. */
export interface WaitedOptions<Operation extends string = string, Answer extends number | string = number | string> {
  /** Only between calls of this operation. */
  readonly operation?: Operation
  /**
   * The answer after which the client had to wait; default: 429, and for `retry-after` every answer with that header.
   */
  readonly after?: Answer
}

/** A call whose answer asks for a wait, and the next call of the same operation. */
interface Pair {
  readonly before: Facts
  readonly next: Facts
  /** Required wait in ms. */
  readonly wanted: number
}

const SHOULD = 'The client should have waited'

/**
 * Whether the client has waited after each answer that asks for it: for a duration, or as long as `Retry-After` says.
 */
export function toHaveWaited(
  received: unknown,
  wait: string | number,
  { operation, after }: WaitedOptions = {},
): MatcherResult {
  const subject = subjectOf('toHaveWaited', received)
  const calls = operation === undefined ? subject.calls : callsOf(subject, operation)
  const isOneByOne = isSequential(subject.calls)
  const isMeant = after === undefined && wait === 'retry-after' ? () => true : isAnswer(subject, after ?? 429)
  const given = wait === 'retry-after' ? undefined : toMs(wait)
  const wantedAfter = (call: Facts): number | undefined => given ?? retryAfterOf(call)?.asked
  const pairs = calls.flatMap((before): Pair[] => {
    const wanted = isMeant(before) ? wantedAfter(before) : undefined
    const next = wanted === undefined ? undefined : nextCall(calls, before, isOneByOne)
    return next ? [{ before, next, wanted: wanted! }] : []
  })
  const hasty = pairs.find(({ before, next, wanted }) => isTooShort(waitBetween(before, next), wanted))
  const pass = pairs.length > 0 && hasty === undefined
  const what = `after ${after ?? (wait === 'retry-after' ? 'a Retry-After' : 429)}${operation === undefined ? '' : ` of ${operation}`}`
  const isAsked = calls.some((call) => isMeant(call) && wantedAfter(call) !== undefined)
  const none = given === undefined ? 'met no answer with a Retry-After' : 'met no such answer'
  const instead = isAsked ? 'no call came after such an answer' : none
  const why = pass ? waitedAll(what, pairs) : hasty ? tooSoon(what, hasty) : `${SHOULD} ${what}, and ${instead}.`
  return { pass, message: failure(subject, why) }
}

/**
 * The next call that was certainly sent after the answer was known: the client is sequential, or enough time has
 * passed.
 */
function nextCall(calls: readonly Facts[], before: Facts, isOneByOne: boolean): Facts | undefined {
  return calls.find(
    (call) =>
      call.number > before.number &&
      call.vendor === before.vendor &&
      call.operation === before.operation &&
      call.credential === before.credential &&
      (isOneByOne || isAfter(before, call) || waitBetween(before, call).clock > 0),
  )
}

function waitedAll(what: string, pairs: readonly Pair[]): string {
  return `The client should not have waited ${what}, and did so before ${pairs.map(({ next }) => `#${next.number}`).join(', ')}.`
}

function tooSoon(what: string, hasty: Pair): string {
  const passed = waitBetween(hasty.before, hasty.next)
  // Real time that passes while the clock is frozen does not count as a wait.
  const waited = Math.max(0, Math.round(hasty.before.isFrozen ? passed.clock : longestWait(passed)))
  return `${SHOULD} ${formatDuration(Math.ceil(hasty.wanted))} ${what}, and #${hasty.next.number} came ${formatDuration(waited)} after #${hasty.before.number}.`
}
