/** Thrown for a value that is no snapshot, or does not fit this session. The session is unchanged then. */
export class InvalidSnapshotError extends Error {
  override name = 'InvalidSnapshotError' as const
  readonly code = 'invalid-snapshot'

  readonly #problem: string

  constructor(problem: string, remedy?: string) {
    super(`Failed to restore the snapshot: ${problem}${remedy === undefined ? '' : ` ${remedy}`}`)
    this.#problem = problem
  }

  /** What does not fit, without what to do about it. */
  get problem(): string {
    return this.#problem
  }
}
