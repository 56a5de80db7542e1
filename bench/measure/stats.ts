/** What samples come to. */
export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** A mean of ratios, and the interval that has the true one with a probability of 90 %. */
export interface Ratio {
  readonly ratio: number
  readonly from: number
  readonly to: number
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export function summarize(values: readonly number[]): Summary {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}

/** Student's t for 90 %, by degrees of freedom from 1 on. */
const T_90 = [6.31, 2.92, 2.35, 2.13, 2.02, 1.94, 1.89, 1.86, 1.83, 1.81, 1.8, 1.78, 1.77, 1.76, 1.75, 1.75, 1.74, 1.73]

/**
 * The ratio of two lists that were measured in pairs, each pair at about the same time: what slows both of a pair alike
 * does not change it. Student's t, of the logarithms.
 */
export function ratioOf(left: readonly number[], right: readonly number[]): Ratio {
  const logs = left.slice(0, right.length).map((value, index) => Math.log(value / right[index]!))
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length
  if (logs.length < 2) return { ratio: Math.exp(mean), from: 0, to: Number.POSITIVE_INFINITY }
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1)
  const reach = (T_90[logs.length - 2] ?? 1.7) * Math.sqrt(variance / logs.length)
  return { ratio: Math.exp(mean), from: Math.exp(mean - reach), to: Math.exp(mean + reach) }
}
