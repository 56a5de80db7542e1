import { timesOf } from '../../verdict/expect/judge-expectation.ts'
import { callsOf, failure, type MatcherResult, subjectOf } from './subject.ts'

/** Whether an operation was called: at all, or exactly that many times. */
export function toHaveCalled(received: unknown, operation: string, times?: number): MatcherResult {
  const subject = subjectOf('toHaveCalled', received)
  const { length } = callsOf(subject, operation)
  const pass = times === undefined ? length > 0 : length === times
  const called = length === 0 ? 'never' : timesOf(length)
  const wanted = times === undefined ? '' : times === 0 ? ' never' : ` ${timesOf(times)}`
  return {
    pass,
    message: failure(
      subject,
      `The client should ${pass ? 'not ' : ''}have called ${operation}${wanted}, and called it ${called}.`,
    ),
  }
}
