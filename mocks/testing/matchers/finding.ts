import { FINDING_CODES } from '../../spec/conduct/conduct.ts'
import { UnknownNameError } from '../../load/unknown-name.ts'
import { notOneOf } from '../../spec/problems/nearest.ts'
import type { FindingSeverity } from '../../verdict/finding.ts'
import { findingLines } from '../../verdict/finding-lines.ts'
import { FindingsError } from '../../verdict/findings-error.ts'
import { timesOf } from '../../verdict/expect/judge-expectation.ts'
import { failure, type MatcherResult, subjectOf } from './subject.ts'

/**
 * Whether the client has a finding of a code: at all, or exactly that many times. The finding then counts as expected,
 * and does not fail the test.
 */
export function toHaveFinding(received: unknown, code: string, times?: number): MatcherResult {
  const subject = subjectOf('toHaveFinding', received)
  if (!FINDING_CODES.includes(code))
    throw new UnknownNameError(notOneOf(code, 'the code of a finding', FINDING_CODES), code, FINDING_CODES)
  const found = subject.mock.findings({ code, final: true })
  const pass = times === undefined ? found.length > 0 : found.length === times
  const others = subject.mock.findings({ final: true }).map((finding) => finding.code)
  const has = others.length === 0 ? 'has no findings' : `has ${[...new Set(others)].join(', ')}`
  const wanted = times === undefined ? `the finding ${code}` : `the finding ${code} ${timesOf(times)}`
  return {
    pass,
    message: failure(
      subject,
      pass
        ? [`The client should not have ${wanted}, and does:`, ...found.flatMap(findingLines)].join('\n')
        : `The client should have ${wanted}, and ${found.length > 0 ? `has it ${timesOf(found.length)}` : has}.`,
    ),
  }
}

/** Whether the client has no findings except those that the test has asked for. */
export function toHaveNoFindings(
  received: unknown,
  options: { readonly severity?: FindingSeverity; readonly final?: boolean } = {},
): MatcherResult {
  const subject = subjectOf('toHaveNoFindings', received)
  try {
    subject.mock.expectNoFindings(options)
    return { pass: true, message: failure(subject, 'The client should have findings, and has none.') }
  } catch (error) {
    if (error instanceof FindingsError) return { pass: false, message: failure(subject, error.message) }
    throw error
  }
}
