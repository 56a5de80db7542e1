/* Vendor code because filters and records both turn a number into the label of its range. */
type Ranges = ReadonlyArray<readonly [least: number, label: string]>

const SIZES: Ranges = [
  [10_001, '10,001+'],
  [5001, '5,001 - 10,000'],
  [1001, '1,001 - 5,000'],
  [501, '501 - 1,000'],
  [201, '201 - 500'],
  [51, '51 - 200'],
  [11, '11 - 50'],
  [2, '2 - 10'],
  [0, '0 - 1 (Self-employed)'],
]

const SUMS: Ranges = [
  [1_000_000_001, '$1B+'],
  [500_000_000, '$500M - $1B'],
  [100_000_000, '$100M - $500M'],
  [50_000_000, '$50M - $100M'],
  [20_000_000, '$20M - $50M'],
  [5_000_000, '$5M - $20M'],
  [1_000_000, '$1M - $5M'],
  [100_000, '$100K - $1M'],
  [0, '$0 - $100K'],
]

export function sizeRange(staff: number): string {
  return labelOf(SIZES, staff)
}

/** Revenue and funding have the same ranges. */
export function sumRange(dollars: number): string {
  return labelOf(SUMS, dollars)
}

function labelOf(ranges: Ranges, value: number): string {
  return ranges.find(([least]) => value >= least)![1]
}
