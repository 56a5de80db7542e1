import type { Finding } from './finding.ts'
import { findingLines } from './finding-lines.ts'

/** Thrown if a client has unexpected findings. */
export class FindingsError extends Error {
  override name = 'FindingsError' as const
  readonly code = 'findings'
  readonly findings: readonly Finding[]

  constructor(findings: readonly Finding[]) {
    super(
      [
        `The client has ${findings.length === 1 ? 'a finding' : `${findings.length} findings`}:`,
        ...findings.flatMap(findingLines),
      ].join('\n'),
    )
    this.findings = findings
  }
}
