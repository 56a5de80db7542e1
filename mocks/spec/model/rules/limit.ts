import type { Refusal } from '../response.ts'
import type { Value } from '../../values/value.ts'

export type Algorithm = 'token-bucket' | 'fixed-window' | 'sliding-window' | 'concurrency'

export interface Limit {
  readonly name: string
  /** Where its counters stand in the store. */
  readonly table: string
  readonly algorithm: Algorithm
  /** Each entry is a list of alternatives, read in order. */
  readonly per: ReadonlyArray<readonly Value[]>
  readonly counts: 'admitted' | 'any'
  readonly refuse: Refusal
  readonly settings: LimitSettings
}

/** What a scenario may change of a limit. */
export interface LimitSettings {
  /** Requests in a window, or slots; null is unlimited. */
  readonly limit: Value
  /** ms. */
  readonly window: Value
  /** Tokens of a bucket. */
  readonly capacity: Value
  /** `10 per 1s`. */
  readonly refill: Value
  readonly starts: 'first-hit' | 'clock'
  /** Servers behind a balancer that each count alone; requests go round them in turn. */
  readonly instances: number
  /** ms for which a slot is held at most, since a worker hears no abort. */
  readonly lease: number
  /** Requests over the limit that may wait for a permit; the next one is refused. */
  readonly queue: number
}
