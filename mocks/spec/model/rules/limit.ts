import type { Refusal } from '../response.ts'
import type { Value } from '../../values/value.ts'

export type Algorithm = 'token-bucket' | 'fixed-window' | 'sliding-window' | 'concurrency'

/** The setting that says how many requests pass, by algorithm. */
export const SIZE_KEYS: Readonly<Record<Algorithm, 'capacity' | 'limit'>> = {
  'token-bucket': 'capacity',
  'fixed-window': 'limit',
  'sliding-window': 'limit',
  concurrency: 'limit',
}

export interface Limit {
  readonly name: string
  /** Table of its counters in the store. */
  readonly table: string
  readonly algorithm: Algorithm
  /** Each entry is a list of alternatives, tried in order. */
  readonly per: ReadonlyArray<readonly Value[]>
  readonly counts: 'admitted' | 'any'
  readonly refuse: Refusal
  readonly settings: LimitSettings
}

/** The settings of a limit that a scenario may change. */
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
  /** Servers behind a load balancer with separate counters, used in turn. */
  readonly instances: number
  /** Maximum ms that a slot is held, since a worker does not see aborts. */
  readonly lease: number
  /** Requests over the limit that may wait for a permit; the next one is refused. */
  readonly queue: number
}
