import type { ConductCode, Severity } from '../spec/conduct/conduct.ts'
import type { Vendor } from '../spec/model/vendor.ts'
import type { FindingSeverity } from './finding.ts'
import type { View } from './view.ts'

/** One rule of conduct. */
export interface Rule {
  readonly code: ConductCode
  /** What a breach counts as at most, where the vendor states the fact. */
  readonly severity: FindingSeverity
  /** What it counts as where the vendor says nothing. */
  readonly unstated: Severity
  /** What the vendor's document itself states, where no statement of `conduct` does. */
  readonly implied?: (vendor: Vendor, breach: Breach) => string | undefined
  /** What to change in a client. */
  readonly fix: string
  readonly judge: (view: View) => Iterable<Breach>
}

/** One breach of a rule. */
export interface Breach {
  /** What happened, in one sentence without secrets. */
  readonly message: string
  readonly operation: string | undefined
  /** Numbers of the exchanges that prove it. */
  readonly exchanges: readonly number[]
  /** What this breach counts as at most. */
  readonly atMost?: FindingSeverity | undefined
}
