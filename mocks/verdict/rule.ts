import type { ConductCode, Severity } from '../spec/conduct/conduct.ts'
import type { Vendor } from '../spec/model/vendor.ts'
import type { FindingSeverity } from './finding.ts'
import type { View } from './view.ts'

/** One rule of conduct. */
export interface Rule {
  readonly code: ConductCode
  /** The highest severity of a breach, if the vendor states the fact. */
  readonly severity: FindingSeverity
  /** The severity if the vendor states nothing. */
  readonly unstated: Severity
  /** A statement of the vendor's document itself, if `conduct` has none. */
  readonly implied?: (vendor: Vendor, breach: Breach) => string | undefined
  /** What to change in the client. */
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
  /** The highest severity of this breach. */
  readonly atMost?: FindingSeverity | undefined
}
