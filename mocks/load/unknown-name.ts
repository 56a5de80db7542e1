import { nearest } from '../spec/problems/nearest.ts'

/** Names that are kept of those that may have been meant. */
const MOST = 12

/** Thrown when a vendor, scenario, operation, error or session is named that does not exist. */
export class UnknownNameError extends Error {
  override name = 'UnknownNameError' as const
  readonly code = 'unknown-name'
  readonly #unknown: string | undefined
  readonly #candidates: readonly string[]

  constructor(message: string, unknown?: string, known: Iterable<string> = []) {
    super(message)
    const names = [...known]
    const near = unknown === undefined ? undefined : nearest(unknown, names)
    this.#unknown = unknown
    this.#candidates = [...(near === undefined ? [] : [near]), ...names.filter((name) => name !== near)].slice(0, MOST)
  }

  /** The name that does not exist, as it was given. */
  get unknown(): string | undefined {
    return this.#unknown
  }

  /** Names that exist in its place, the nearest first: 12 at most, and none where they cannot be listed. */
  get candidates(): readonly string[] {
    return this.#candidates
  }
}
