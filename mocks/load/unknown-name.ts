import { nearest } from '../spec/problems/nearest.ts'

/** Most candidates that an error keeps. */
const MOST = 12

/** Thrown for a vendor, scenario, operation, error or session that does not exist. */
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

  /** The unknown name, as given. */
  get unknown(): string | undefined {
    return this.#unknown
  }

  /** Existing names, the most similar first: at most 12, and none where they cannot be listed. */
  get candidates(): readonly string[] {
    return this.#candidates
  }
}
