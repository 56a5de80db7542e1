/** Thrown for a value that is no snapshot, or does not fit this session. The session is unchanged then. */
export class InvalidSnapshotError extends Error {
  override name = 'InvalidSnapshotError' as const
  readonly code = 'invalid-snapshot'

  constructor(problem: string) {
    super(`Failed to restore the snapshot: ${problem}`)
  }
}
