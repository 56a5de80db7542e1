/** One thing wrong in a file that a user wrote. */
export interface Problem {
  /** Stable, kebab-case. */
  readonly code: string
  readonly severity: 'error' | 'warning' | 'info'
  /** What is wrong, the value seen, and what to write instead. */
  readonly message: string
  readonly file: string
  /** JSON Pointer into the file. */
  readonly pointer: string
  /** From 1; 0 when the place is unknown. */
  readonly line: number
  readonly column: number
}

/** A problem before its place is known; {@link Source.locate} finds it. */
export interface Finding {
  readonly code: string
  readonly severity?: Problem['severity']
  readonly message: string
  readonly pointer: string
}

/**
 * Prints a problem the way compilers do, so that editors and terminals link to the place.
 *
 * @example
 * formatProblem(problem)
 * //=> 'specs/acme.yaml:12:5 error unknown-keyword: "limts" is not a keyword of x-mock. Did you mean "limits"?'
 */
export function formatProblem(problem: Problem): string {
  return `${formatPlace(problem)} ${problem.severity} ${problem.code}: ${problem.message}`
}

/** `specs/acme.yaml:12:5`; the file alone where the place is unknown. */
export function formatPlace({ file, line, column }: Problem): string {
  return line > 0 ? `${file}:${line}:${column}` : file
}

/** Thrown when a spec or a scenario cannot be used; holds every problem of the file, not the first. */
export class InvalidFileError extends Error {
  override name = 'InvalidFileError' as const
  readonly code = 'invalid-file'
  readonly problems: readonly Problem[]

  constructor(what: string, problems: readonly Problem[]) {
    const errors = problems.filter((problem) => problem.severity === 'error')
    super(
      `Failed to load ${what}: ${errors.length} ${errors.length === 1 ? 'problem' : 'problems'}.\n${errors.map((problem) => `  ${formatProblem(problem)}`).join('\n')}`,
    )
    this.problems = problems
  }
}
