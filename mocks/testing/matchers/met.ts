import { listNames } from '../../spec/problems/count.ts'
import { outcomeName } from '../../verdict/refusals.ts'
import { callsOf, failure, isAnswer, type MatcherResult, subjectOf } from './subject.ts'

/** Whether a call of an operation was answered with a status, an error, or a fault. */
export function toHaveMet(received: unknown, operation: string, answer: number | string): MatcherResult {
  const subject = subjectOf('toHaveMet', received)
  const calls = callsOf(subject, operation)
  const pass = calls.some(isAnswer(subject, answer))
  const met = [...new Set(calls.map((call) => call.refusal ?? outcomeName(call)))]
  const instead = calls.length === 0 ? 'and never called it' : `and met ${listNames(met)}`
  return {
    pass,
    message: failure(
      subject,
      pass
        ? `The client should not have met ${answer} of ${operation}, and did.`
        : `The client should have met ${answer} of ${operation}, ${instead}.`,
    ),
  }
}
