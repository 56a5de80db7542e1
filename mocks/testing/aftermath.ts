import { journalLine } from '../connect/journal/journal-line.ts'
import { insideOf } from '../connect/mock/session-api.ts'
import type { MockSession } from '../connect/mock/api/mock-session.ts'
import { heldIn, heldLine } from '../connect/wait/held-lines.ts'
import type { FailOn } from '../report/report.ts'
import { count } from '../spec/problems/count.ts'
import { formatDuration } from '../spec/values/duration.ts'
import { findingLines } from '../verdict/finding-lines.ts'
import { FindingsError } from '../verdict/findings-error.ts'

const SEEN = 'The mock has seen '

/** Exchanges that are shown of one test: the last ones. */
const MOST = 20

/**
 * What has happened in the session of a test, in lines for people: its exchanges with their times, what is still held, and what
 * the client did wrong.
 *
 * @param isJudged - whether findings are listed as well
 */
export function whatHappened(mock: MockSession, isJudged = true): string {
  const { session } = insideOf(mock)!
  const entries = session.journal.entries()
  const from = entries[0]?.render().at ?? session.clock.now()
  const hidden = Math.max(0, entries.length - MOST)
  return [
    `${SEEN}${count(entries.length + session.journal.dropped(), 'request')}${entries.length === 0 ? '.' : `; its clock is at +${formatDuration(Math.max(0, session.clock.now() - from))}:`}`,
    ...(hidden > 0 ? [`  … ${hidden} before these`] : []),
    ...entries.slice(hidden).map((entry) => `  ${journalLine(entry.render(), from)}`),
    ...heldIn(session).map((held) => `  ${heldLine(held)}`),
    ...(isJudged
      ? mock
          .findings({ final: true })
          .flatMap(findingLines)
          .map((line) => `  ${line}`)
      : []),
  ].join('\n')
}

/** The message of a failed test, and what has happened where it does not say so already. */
export function explainFailure(mock: MockSession, message: string): string {
  return message.includes(`\n\n${SEEN}`) ? message : `${message}\n\n${whatHappened(mock)}`
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
