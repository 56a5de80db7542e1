import { describeOutcome } from '../connect/deliver/delivery-outcome.ts'
import { journalLine } from '../connect/journal/journal-line.ts'
import { insideOf } from '../connect/mock/session-api.ts'
import type { MockSession } from '../connect/mock/api/mock-session.ts'
import { heldIn, heldLine } from '../connect/wait/held-lines.ts'
import type { Delivery } from '../engine/deliveries/delivery.ts'
import type { Facts } from '../engine/session/facts.ts'
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

/** Exchanges, and deliveries, that are shown of one test: the last ones. */
const MOST = 20

/** What a client that has sent nothing to the mock may lack. */
const UNREACHED = "Does the client have the URL of the mock's server, mock.fetch, or mock.handlers?"

/** Real time in ms that a client may take between two requests without having waited for something. */
const IDLE_MS = 900

/**
 * What has happened in the session of a test, in lines for people: its exchanges and webhooks with their times, what is still held,
 * and what the client did wrong.
 *
 * @param isJudged - whether findings are listed as well
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

/** A client that sleeps by timers of its own, while the clock of the mock stands still, polls for ever. */
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

/** The message of a failed test, and what has happened where it does not say so already. */
export function explainFailure(mock: MockSession, message: string): string {
  return message.includes(`\n\n${SEEN}`) ? message : `${message}\n\n${whatHappened(mock)}`
}

/** Puts {@link explainFailure} into an error, for runners that print the stack, which repeats the message. */
export function explainError(mock: MockSession, error: { message?: string; stack?: string }): void {
  const { message = '', stack = '' } = error
  const explained = explainFailure(mock, message)
  error.message = explained
  error.stack = stack.includes(message) ? stack.replace(message, () => explained) : explained
}

/**
 * Judges the client at the end of a test that has passed.
 *
 * @throws {@link FindingsError} for what the test has not asked for, with what has happened
 */
export function judgeTest(mock: MockSession, failOn: FailOn): void {
  if (failOn === 'never') return
  try {
    mock.expectNoFindings({ severity: failOn })
  } catch (error) {
    if (error instanceof FindingsError) {
      error.message += `\n\n${whatHappened(mock, false)}`
      // No line of code is at fault that a stack could show.
      error.stack = `${error.name}: ${error.message}`
    }
    throw error
  }
}
