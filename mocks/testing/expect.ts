import { AssertionError } from 'node:assert'
import type { MatcherResult, MatcherSubject } from './matchers/subject.ts'
import { matchers, type MockMatchers } from './matchers/matchers.ts'

/**
 * Assertions on a mock, for runners without their own `expect`.
 *
 * @throws AssertionError that says what was expected, and what the mock has received
 * @example
 * expect(mock).toHaveMet('submitJob', 'PaymentRequired')
 * expect(mock).not.toHaveCalled('cancelJob')
 */
export function expect(mock: MatcherSubject): MockMatchers & { readonly not: MockMatchers } {
  return { ...bind(mock, true), not: bind(mock, false) }
}

function bind(mock: MatcherSubject, wanted: boolean): MockMatchers {
  const bound = Object.entries(matchers).map(([name, matcher]) => [
    name,
    function check(...args: never[]): void {
      const { pass, message } = (matcher as (mock: MatcherSubject, ...given: never[]) => MatcherResult)(mock, ...args)
      if (pass !== wanted) throw new AssertionError({ message: message(), operator: name, stackStartFn: check })
    },
  ])
  return Object.fromEntries(bound) as unknown as MockMatchers
}
