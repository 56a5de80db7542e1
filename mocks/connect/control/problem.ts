import { InvalidSnapshotError } from '../../engine/snapshot/invalid-snapshot.ts'
import { InvalidArgumentError } from '../../spec/problems/arguments.ts'
import { InvalidFileError } from '../../spec/problems/problem.ts'
import { reportFault } from '../../state/guard.ts'
import { messageOf } from '../../state/printable.ts'
import { StoreError, type ShareCode } from '../server/answer/store-error.ts'
import { UnknownNameError } from '../../load/unknown-name.ts'

/** Error codes of a call; clients branch on them. */
export type ControlCode =
  | 'bad-request'
  | 'conflict'
  | 'content-coding'
  | 'content-type'
  | 'forbidden'
  | 'invalid-file'
  | 'invalid-snapshot'
  | 'mock-failed'
  | ShareCode
  | 'too-large'
  | 'unknown-method'
  | 'unknown-name'
  | 'unknown-path'

/** An error response of the control API: RFC 9457, with a stable `code`. */
export interface ControlProblem {
  readonly status: number
  readonly code: ControlCode
  readonly detail: string
  /** Additional members. */
  readonly more?: Readonly<Record<string, unknown>> | undefined
  /** Header fields that the status needs, alternating name and value. */
  readonly headers?: readonly string[] | undefined
}

/** Thrown when a call fails. */
export class ControlError extends Error {
  override name = 'ControlError' as const
  readonly problem: ControlProblem

  constructor(status: number, code: ControlCode, detail: string, extras?: Pick<ControlProblem, 'more' | 'headers'>) {
    super(detail)
    this.problem = { status, code, detail, ...extras }
  }
}

export function badRequest(detail: string): ControlError {
  return new ControlError(400, 'bad-request', detail)
}

/**
 * Runs an action on a job or webhook. The engine reports an unknown job, or one in the wrong state, as a plain `Error`.
 *
 * @throws {@link ControlError} with status 409 in place of a plain `Error`
 */
export async function orConflict<Done>(run: () => Done | Promise<Done>): Promise<Done> {
  try {
    return await run()
  } catch (error) {
    throw error instanceof Error && error.constructor === Error
      ? new ControlError(409, 'conflict', error.message)
      : error
  }
}

/** The error response for anything a call threw. */
export function toProblem(error: unknown): ControlProblem {
  if (error instanceof ControlError) return error.problem
  if (error instanceof StoreError) return { status: error.status, code: error.code, detail: error.message }
  if (error instanceof UnknownNameError) return { status: 404, code: 'unknown-name', detail: error.message }
  if (error instanceof InvalidFileError) {
    return { status: 422, code: 'invalid-file', detail: error.message, more: { problems: error.problems } }
  }
  if (error instanceof InvalidSnapshotError) return { status: 422, code: error.code, detail: error.message }
  if (error instanceof RangeError || error instanceof InvalidArgumentError)
    return { status: 400, code: 'bad-request', detail: error.message }
  reportFault('answer the control API', error)
  return { status: 500, code: 'mock-failed', detail: `the mock failed: ${messageOf(error)}` }
}
