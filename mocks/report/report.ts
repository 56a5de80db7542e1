import type { Finding, FindingSeverity } from '../verdict/finding.ts'

/** What a run came to, as data: every format is made of it. */
export interface Report {
  /** Of this shape; it changes when a field changes its meaning or goes. */
  readonly version: 1
  readonly vendors: readonly string[]
  readonly exchanges: {
    readonly judged: number
    /** Dropped from the journal before anybody could judge them. */
    readonly notJudged: number
  }
  readonly findings: readonly Finding[]
}

/** Findings of one cause: the same code about the same operation of a vendor. */
export interface Cause {
  readonly code: string
  readonly severity: FindingSeverity
  readonly vendor: string
  readonly operation: string | undefined
  readonly findings: readonly Finding[]
}

const ORDER: readonly FindingSeverity[] = ['error', 'warning', 'info']

/** Groups findings by cause: the worst first, then those that happened most often. */
export function causesOf(findings: readonly Finding[]): readonly Cause[] {
  const groups = Map.groupBy(findings, ({ code, severity, vendor, operation }) =>
    [severity, code, vendor, operation ?? ''].join(' '),
  )
  return [...groups.values()]
    .map((same) => {
      const { code, severity, vendor, operation } = same[0]!
      return { code, severity, vendor, operation, findings: same }
    })
    .sort(
      (left, right) =>
        ORDER.indexOf(left.severity) - ORDER.indexOf(right.severity) || right.findings.length - left.findings.length,
    )
}

/** How many findings there are of each severity, as `2 errors, 1 warning`; undefined where there are none. */
export function countsOf(findings: readonly Finding[]): string | undefined {
  const counts = ORDER.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length
    if (count === 0) return []
    return severity === 'info' ? `${count} for information` : `${count} ${severity}${count === 1 ? '' : 's'}`
  })
  return counts.length === 0 ? undefined : counts.join(', ')
}
