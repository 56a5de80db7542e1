import { InvalidSnapshotError } from '../../engine/snapshot/invalid-snapshot.ts'
import { InvalidArgumentError } from '../../spec/problems/arguments.ts'
import { InvalidFileError } from '../../spec/problems/problem.ts'
import { reportFault } from '../../state/guard.ts'
import { messageOf } from '../../state/printable.ts'
import { ServerError, type ShareCode } from '../server/answer/server-error.ts'
import { UnknownNameError } from '../../load/unknown-name.ts'

/** What may go wrong with a call; clients branch on it. */
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

/** An answer of the control API that is no success: RFC 9457, with a stable `code`. */
export interface ControlProblem {
  readonly status: number
  readonly code: ControlCode
  readonly detail: string
  /** Members of its own. */
  readonly more?: Readonly<Record<string, unknown>> | undefined
  /** Header fields, name after value, that its status asks for. */
  readonly headers?: readonly string[] | undefined
}

/** Thrown where a call cannot be done. */
export class ControlError extends Error {
  override name = 'ControlError' as const
  readonly problem: ControlProblem

  constructor(
    status: number,
    code: ControlCode,
    detail: string,
    more?: ControlProblem['more'],
    headers?: ControlProblem['headers'],
  ) {
    super(detail)
    this.problem = { status, code, detail, more, headers }
  }
}

export function badRequest(detail: string): ControlError {
  return new ControlError(400, 'bad-request', detail)
}

/**
 * Does what jobs may not let do: one that is not there, or has not come so far, says so in an error of no class of its own.
 *
 * @throws {@link ControlError} in its place
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

/** The answer to whatever a call threw. */
export function toProblem(error: unknown): ControlProblem {
  if (error instanceof ControlError) return error.problem
  if (error instanceof ServerError) return { status: error.status, code: error.code, detail: error.message }
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
