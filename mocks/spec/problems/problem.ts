/** One error in a file that a user wrote. */
export interface Problem {
  /** Stable, kebab-case. */
  readonly code: string
  readonly severity: 'error' | 'warning' | 'info'
  /** The error, the value seen, and what to write instead. */
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
 * Formats a problem as compilers do, so that editors and terminals link to the place.
 *
 * @example
 * formatProblem(problem)
 * //=> 'specs/acme.yaml:12:5 error unknown-keyword: "limts" is not a keyword of x-mock. Did you mean "limits"?'
 */
export function formatProblem(problem: Problem): string {
  return `${formatPlace(problem)} ${problem.severity} ${problem.code}: ${problem.message}`
}

/** `specs/acme.yaml:12:5`; `acme#/paths/~1jobs` for data without a text. */
export function formatPlace({ file, line, column, pointer }: Problem): string {
  if (line > 0) return `${file}:${line}:${column}`
  return pointer === '' ? file : `${file}#${pointer}`
}

/** How many problems are printed; the user fixes these first. */
const PRINTED = 30

/**
 * Picks the problems to print, errors first.
 *
 * @returns the first problems in order, and a line with the number of others, if any
 * @example
 * const { first, more } = firstProblems(problems)
 * //=> more is '… and 2,970 more'
 */
export function firstProblems(problems: readonly Problem[]): {
  readonly first: readonly Problem[]
  readonly more: string | undefined
} {
  if (problems.length <= PRINTED) return { first: problems, more: undefined }
  const errors = problems.filter(({ severity }) => severity === 'error')
  const others = problems.filter(({ severity }) => severity !== 'error')
  const chosen = new Set([...errors, ...others].slice(0, PRINTED))
  const rest = (problems.length - PRINTED).toLocaleString('en')
  return { first: problems.filter((problem) => chosen.has(problem)), more: `… and ${rest} more` }
}

/** Thrown for an unusable spec or scenario; holds every problem of the file; its message prints the first ones. */
export class InvalidFileError extends Error {
  override name = 'InvalidFileError' as const
  readonly code = 'invalid-file'
  readonly problems: readonly Problem[]

  constructor(what: string, problems: readonly Problem[]) {
    const errors = problems.filter((problem) => problem.severity === 'error')
    const { first, more } = firstProblems(errors)
    const lines = [...first.map(formatProblem), ...(more === undefined ? [] : [more])]
    super(
      `Failed to load ${what}: ${errors.length} ${errors.length === 1 ? 'problem' : 'problems'}.\n${lines.map((line) => `  ${line}`).join('\n')}`,
    )
    this.problems = problems
  }
}
