/** Which of the vendors' answers the tests of a client have met. */
export interface Coverage {
  /** Version of this format; increased when a field changes its meaning or is removed. */
  readonly version: 1
  /** Cells that count, and how many of them were met. */
  readonly counted: number
  readonly met: number
  /** Percentage of the counted cells that were met, rounded down to a tenth; 0 if none counts. */
  readonly percent: number
  readonly vendors: readonly VendorCoverage[]
}

export interface VendorCoverage {
  readonly vendor: string
  /** Its document. */
  readonly file: string
  readonly subjects: readonly SubjectCoverage[]
}

/**
 * Something with cells: an operation with its answers, a limit, a job with its outcomes, a webhook with its mishaps.
 */
export interface SubjectCoverage {
  readonly kind: SubjectKind
  readonly name: string
  /** Whether the client has called it, or the test has included it: its cells count only then. */
  readonly isCounted: boolean
  readonly cells: readonly CellCoverage[]
}

export type SubjectKind = 'operation' | 'limit' | 'job' | 'webhook'

export interface CellCoverage {
  /** `402`, `429 TooManyRequests#rate`, `failed`, `duplicate`. */
  readonly name: string
  readonly isMet: boolean
  /** Whether the vendor's document marks it as assumed; it does not count then. */
  readonly isAssumed: boolean
  /** How to meet it: a scenario by name, a line of a scenario, or what to call. Only if it was not met. */
  readonly add?: string
}

/** Adds the totals of a coverage. */
export function totalCoverage(vendors: readonly VendorCoverage[]): Coverage {
  const cells = vendors.flatMap(({ subjects }) => subjects.flatMap(countedCells))
  const met = cells.filter(({ isMet }) => isMet).length
  const counted = cells.length
  return { version: 1, counted, met, percent: counted === 0 ? 0 : Math.floor((1000 * met) / counted) / 10, vendors }
}

/**
 * The cells of a subject that count: not assumed, and of something that the client has called or the test has included.
 */
export function countedCells({ isCounted, cells }: SubjectCoverage): readonly CellCoverage[] {
  return isCounted ? cells.filter(({ isAssumed }) => !isAssumed) : []
}
