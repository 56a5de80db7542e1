import type { FindingSeverity } from '../../verdict/finding.ts'
import { toHaveCalled } from './called.ts'
import { toHaveFinding, toHaveNoFindings } from './finding.ts'
import { toHaveMet } from './met.ts'
import type { AnswerName, OperationName } from './subject.ts'
import { toHaveWaited, type WaitedOptions } from './waited.ts'

/**
 * Matchers for a mock, a session or a server, for any framework that has `expect.extend`.
 *
 * @example
 * expect.extend(matchers)
 * expect(mock).toHaveMet('submitJob', 'PaymentRequired')
 */
export const matchers = { toHaveCalled, toHaveMet, toHaveWaited, toHaveFinding, toHaveNoFindings }

/** The matchers of `expect(mock)`. */
export interface MockMatchers {
  /**
   * The client has called an operation: at all, or exactly that many times.
   *
   * @throws {@link UnknownNameError} for an operation that no vendor of the mock has
   * @example
   * expect(mock).toHaveCalled('submitJob', 3)
   */
  toHaveCalled: (operation: OperationName, times?: number) => void
  /**
   * A call of an operation was answered with a status, with an error of the vendor, or with a fault.
   *
   * @throws {@link UnknownNameError} for an unknown operation or answer
   * @example
   * expect(mock).toHaveMet('submitJob', 'PaymentRequired')
   * expect(mock).toHaveMet('getJob', 500)
   */
  toHaveMet: (operation: OperationName, answer: AnswerName) => void
  /**
   * The client has waited before it called the same operation again: for a duration or ms, or as long as `Retry-After`
   * asked. Also fails if no call came after such an answer.
   *
   * @param options.operation - checks this operation only
   * @param options.after - the answer after which it had to wait; default 429, and for `retry-after` every answer with
   * that header
   * @example
   * expect(mock).toHaveWaited('retry-after')
   * expect(mock).toHaveWaited('2s', { operation: 'getJob', after: 200 })
   */
  toHaveWaited: (
    wait: 'retry-after' | (string & {}) | number,
    options?: WaitedOptions<OperationName, AnswerName>,
  ) => void
  /**
   * The client has a finding of this code: at all, or exactly that many times. It then counts as expected, and does not
   * fail the test.
   *
   * @throws {@link UnknownNameError} for an unknown code
   * @example
   * expect(mock).toHaveFinding('retry-after')
   */
  toHaveFinding: (code: string, times?: number) => void
  /**
   * The client has no findings except those that the test has asked for by code.
   *
   * @param options.severity - the lowest severity that counts; default `warning`
   * @param options.final - also judges omissions, as at the end of a test; default true
   * @example
   * expect(mock).toHaveNoFindings()
   */
  toHaveNoFindings: (options?: { readonly severity?: FindingSeverity; readonly final?: boolean }) => void
}
