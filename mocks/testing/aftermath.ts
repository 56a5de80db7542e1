import { describeOutcome } from '../connect/deliver/delivery-outcome.ts'
import { journalLine } from '../connect/journal/journal-line.ts'
import { insideOf } from '../connect/mock/session-api.ts'
import type { MockSession } from '../connect/mock/api/mock-session.ts'
import { heldIn, heldLine } from '../connect/wait/held-lines.ts'
import type { Delivery } from '../engine/deliveries/delivery.ts'
import type { Facts } from '../engine/session/journal/facts.ts'
import type { Session } from '../engine/session/session.ts'
import type { FailOn } from '../report/report.ts'
import { count } from '../spec/problems/count.ts'
import { formatDuration } from '../spec/values/duration.ts'
import { printable } from '../state/printable.ts'
import { findingLines } from '../verdict/finding-lines.ts'
import { FindingsError } from '../verdict/findings-error.ts'
import { waitBetween } from '../verdict/timing.ts'
import { stoppedLines } from './real-hosts.ts'

const SEEN = 'The mock has seen '

/** Number of the last exchanges, and of the last deliveries, that are shown for a test. */
const MOST = 20

/** Hint for a client that has sent nothing to the mock. */
const UNREACHED = "Does the client have the URL of the mock's server, mock.fetch, or mock.handlers?"

/** Real ms between two requests that do not count as a wait. */
const IDLE_MS = 900

/**
 * What happened in a test's session, as lines of text: exchanges and webhooks with their times, what is still held, and
 * the client's findings.
 *
 * @param isJudged - whether to list findings too
 */
export function whatHappened(mock: MockSession, isJudged = true): string {
  const { session } = insideOf(mock)!
  const entries = session.journal.entries()
  const from = entries[0]?.render().at ?? session.clock.now()
  const hidden = Math.max(0, entries.length - MOST)
  const seen = entries.length + session.journal.dropped()
  const stopped = stoppedLines(mock)
  const rest =
    seen === 0
      ? `. ${stopped.shift() ?? UNREACHED}`
      : `; its clock is at +${formatDuration(Math.max(0, session.clock.now() - from))}:`
  return [
    `${SEEN}${count(seen, 'request')}${rest}`,
    ...(hidden > 0 ? [`  … ${hidden} before these`] : []),
    ...entries.slice(hidden).map((entry) => `  ${journalLine(entry.render(), from)}`),
    ...mock.webhooks
      .deliveries()
      .slice(-MOST)
      .map((delivery) => `  ${deliveryLine(delivery, from)}`),
    ...heldIn(session).map((held) => `  ${heldLine(held)}`),
    ...stopped.map((line) => `  ${line}`),
    ...idleLines(session),
    ...(isJudged
      ? mock
          .findings({ final: true })
          .flatMap(findingLines)
          .map((line) => `  ${line}`)
      : []),
  ].join('\n')
}

/** `+5210ms seek webhook jobFinished of job_1 to https://client.example/hooks -> 200`. */
function deliveryLine(delivery: Delivery, from: number): string {
  const { at, vendor, webhook, job, url } = delivery
  const of = job === undefined ? '' : ` of ${job}`
  const time = formatDuration(Math.max(0, at - from))
  return printable(`+${time} ${vendor} webhook ${webhook}${of} to ${url} -> ${describeOutcome(delivery)}`)
}

/** A client that sleeps on its own timers, while the mock's clock is frozen, polls forever. */
function idleLines({ journal, asleep }: Session): string[] {
  const last = new Map<Facts['operation'], Facts>()
  for (const call of asleep.size > 0 ? [] : journal.facts()) {
    const before = last.get(call.operation)
    last.set(call.operation, call)
    if (!before || call.isOfTest || !before.isFrozen || !call.isFrozen) continue
    const { clock, host } = waitBetween(before, call)
    if (clock !== 0 || host < IDLE_MS) continue
    return [
      `  The clock stood still while the client waited ${formatDuration(Math.round(host))} of real time before #${call.number}: hand mock.clock.sleep to the client, or let the clock flow.`,
    ]
  }
  return []
}

/** The message of a failed test, with what happened unless the message says so already. */
export function explainFailure(mock: MockSession, message: string): string {
  return message.includes(`\n\n${SEEN}`) ? message : `${message}\n\n${whatHappened(mock)}`
}

/** Adds {@link explainFailure} to an error, also to its stack, which repeats the message and which runners print. */
export function explainError(mock: MockSession, error: { message?: string; stack?: string }): void {
  const { message = '', stack = '' } = error
  const explained = explainFailure(mock, message)
  error.message = explained
  error.stack = stack.includes(message) ? stack.replace(message, () => explained) : explained
}

/**
 * Judges the client at the end of a test that has passed.
 *
 * @throws {@link FindingsError} for findings that the test has not asked for, with what happened
 */
export function judgeTest(mock: MockSession, failOn: FailOn): void {
  if (failOn === 'never') return
  try {
    mock.expectNoFindings({ severity: failOn })
  } catch (error) {
    if (error instanceof FindingsError) {
      error.message += `\n\n${whatHappened(mock, false)}`
      // A stack would show no line of code at fault.
      error.stack = `${error.name}: ${error.message}`
    }
    throw error
  }
}
