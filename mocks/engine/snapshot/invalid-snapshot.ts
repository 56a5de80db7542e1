/** Thrown for what is no snapshot, or one that this session cannot go on from. Nothing has changed then. */
export class InvalidSnapshotError extends Error {
  override name = 'InvalidSnapshotError' as const
  readonly code = 'invalid-snapshot'

  constructor(problem: string) {
    super(`Failed to restore the snapshot: ${problem}`)
  }
}
