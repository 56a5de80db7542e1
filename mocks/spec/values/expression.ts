import { MistakeError } from '../../state/guard.ts'

/** Thrown by an expression that reads an unknown root. */
export class UnknownRoot extends Error {
  override name = 'UnknownRoot' as const
  readonly root: string

  constructor(root: string) {
    super(`"${root}" is not a value that can be read here.`)
    this.root = root
  }
}

/** Thrown by a `cel` expression that fails on the data: a missing key, a division by zero. */
export class ExpressionError extends MistakeError {
  override name = 'ExpressionError'
  /** Its place: file, line and column, or a JSON Pointer without a file. */
  readonly place: string
  readonly expression: string

  constructor(expression: string, place: string, cause: unknown) {
    super(`${place} "${expression}" cannot be evaluated: ${errorReason(cause)}`, { cause })
    this.expression = expression
    this.place = place
  }
}

/** The error message in one line; CEL adds the expression with a mark below it. */
export function errorReason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!
}
