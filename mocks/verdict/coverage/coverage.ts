/** Which of the vendors' answers the tests of a client have met. */
export interface Coverage {
  /** Of this shape; it changes when a field changes its meaning or goes. */
  readonly version: 1
  /** Cells that count, and those of them that were met. */
  readonly counted: number
  readonly met: number
  /** Of the cells that count, rounded down to a tenth; 0 where none does. */
  readonly percent: number
  readonly vendors: readonly VendorCoverage[]
}

export interface VendorCoverage {
  readonly vendor: string
  /** Its document. */
  readonly file: string
  readonly subjects: readonly SubjectCoverage[]
}

/** What has cells: an operation with its answers, a limit, a job with its outcomes, a webhook with what goes wrong on its way. */
export interface SubjectCoverage {
  readonly kind: SubjectKind
  readonly name: string
  /** Whether the client has come to it, or the test has included it: only then its cells count. */
  readonly isCounted: boolean
  readonly cells: readonly CellCoverage[]
}

export type SubjectKind = 'operation' | 'limit' | 'job' | 'webhook'

export interface CellCoverage {
  /** `402`, `429 TooManyRequests#rate`, `failed`, `duplicate`. */
  readonly name: string
  readonly isMet: boolean
  /** Whether the vendor's document marks it as assumed: then it does not count. */
  readonly isAssumed: boolean
  /** What would meet it: a scenario by name, a line of a scenario, or what to call. Only where it was not met. */
  readonly add?: string
}

/** A coverage with its sums. */
export function sumUp(vendors: readonly VendorCoverage[]): Coverage {
  const cells = vendors.flatMap(({ subjects }) => subjects.flatMap(countedCells))
  const met = cells.filter(({ isMet }) => isMet).length
  const counted = cells.length
  return { version: 1, counted, met, percent: counted === 0 ? 0 : Math.floor((1000 * met) / counted) / 10, vendors }
}

/** The cells of a subject that count: neither assumed, nor of what the client never came to. */
export function countedCells({ isCounted, cells }: SubjectCoverage): readonly CellCoverage[] {
  return isCounted ? cells.filter(({ isAssumed }) => !isAssumed) : []
}
