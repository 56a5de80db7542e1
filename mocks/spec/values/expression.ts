import { MistakeError } from '../../state/guard.ts'

/** An expression reads a root that is not there. */
export class UnknownRoot extends Error {
  override name = 'UnknownRoot' as const
  readonly root: string

  constructor(root: string) {
    super(`"${root}" is not a value that can be read here.`)
    this.root = root
  }
}

/** A `cel` expression that cannot be worked out with what is there: a key that is missing, a division by zero. */
export class ExpressionError extends MistakeError {
  override name = 'ExpressionError'
  /** Where it stands: file, line and column, or a JSON Pointer where no file is known. */
  readonly place: string
  readonly expression: string

  constructor(expression: string, place: string, cause: unknown) {
    super(`${place} "${expression}" cannot be worked out: ${reasonOf(cause)}`, { cause })
    this.expression = expression
    this.place = place
  }
}

/** What was thrown in one line; CEL adds the expression with a mark below it. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!
}
