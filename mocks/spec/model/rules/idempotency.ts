import type { Refusal } from '../response.ts'

/** How an operation handles a repeated request with the same key. */
export interface Idempotency {
  /** Header with the key, in lower case. */
  readonly header: string
  /** The header as the document spells it. */
  readonly spelled: string
  /** ms for which a key is stored. */
  readonly window: number
  /** Which answers are replayed: successes only, or also refusals after validation. */
  readonly keeps: 'success' | 'all'
  /** Whether a request without a key is refused. */
  readonly required: boolean
  readonly missing: Refusal | undefined
  /** The refusal of a key that was used for another request. */
  readonly conflict: Refusal | undefined
  /** The refusal while the first request with that key is in progress. */
  readonly busy: Refusal | undefined
  /** Header that marks a replayed answer. */
  readonly replayed: readonly [name: string, value: string] | undefined
}
