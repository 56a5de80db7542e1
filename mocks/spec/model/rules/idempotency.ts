import type { Refusal } from '../response.ts'

/** How an operation takes a request that is sent again under the same key. */
export interface Idempotency {
  /** Header with the key, in lower case. */
  readonly header: string
  /** The same as the document spells it. */
  readonly spelled: string
  /** ms for which a key is remembered. */
  readonly window: number
  /** Which answers are given again: those of work that was done, or also what refused after the request was judged. */
  readonly keeps: 'success' | 'all'
  /** Whether a request without a key is refused. */
  readonly required: boolean
  readonly missing: Refusal | undefined
  /** The key came with another request before. */
  readonly conflict: Refusal | undefined
  /** The request with that key is still in work. */
  readonly busy: Refusal | undefined
  /** Header that marks an answer given again. */
  readonly replayed: readonly [name: string, value: string] | undefined
}
