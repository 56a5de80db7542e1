import { type Cause, CAUSES, type TokenStep } from '../../spec/tokens.ts'
import { refuse, type Refused } from '../outcome.ts'

/**
 * The documented answer of a cause. Its example may show the RFC's own word as `{$issue.keyword}`, and why as
 * `{$issue.message}`.
 */
export function refuseToken(step: TokenStep, cause: Cause, because: string): Refused {
  const refused = refuse('handle', step.refuse.get(cause), cause === 'client' ? 401 : 400, `${cause}: ${because}`)
  return { ...refused, issues: [{ keyword: CAUSES[cause], path: '', params: { cause }, message: because }] }
}

/** A reason not to go on, before it is known which answer that is. */
export class Failure {
  readonly cause: Cause
  readonly because: string

  constructor(cause: Cause, because: string) {
    this.cause = cause
    this.because = because
  }
}
