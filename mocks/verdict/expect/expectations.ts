import type { Expectation } from '../../spec/conduct/conduct.ts'
import type { View } from '../view.ts'
import { CALL_JUDGES } from './calls.ts'
import type { Found, Judge } from './judge-expectation.ts'
import { RETRY_JUDGES } from './retries.ts'
import { WAIT_JUDGES } from './waits.ts'
import { WORK_JUDGES } from './work.ts'

/** One expectation of a scenario that a client has not met. */
export interface ExpectationBreach extends Found {
  readonly code: string
}

/** Judges what a scenario expects of a client. */
export function* expectationBreaches(view: View, expected: readonly Expectation[]): Iterable<ExpectationBreach> {
  for (const expectation of expected) {
    for (const breach of JUDGES[expectation.kind](view, expectation)) {
      yield { ...breach, code: `expect-${expectation.kind}` }
    }
  }
}

const JUDGES: Readonly<Record<Expectation['kind'], Judge>> = {
  ...CALL_JUDGES,
  ...RETRY_JUDGES,
  ...WAIT_JUDGES,
  ...WORK_JUDGES,
}
