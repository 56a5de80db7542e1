import { listNames } from '../spec/problems/count.ts'
import type { Finding } from './finding.ts'

/** A finding as lines of text: what happened, what the vendor says, what to change, how to silence it. */
export function findingLines(finding: Finding): readonly string[] {
  const { severity, code, vendor, message, exchanges, statement, fix, silence, scope } = finding
  const numbers = exchanges.map((number) => `#${number}`)
  return [
    `${severity} ${code} (${vendor}${scope === '' ? '' : `, ${scope}`}): ${message}`,
    ...(numbers.length > 0 ? [`  exchanges: ${listNames(numbers, MOST)}`] : []),
    ...(statement
      ? [`  the vendor: ${statement.says}${statement.assumed === undefined ? '' : ` (assumed: ${statement.assumed})`}`]
      : []),
    `  fix: ${fix}`,
    `  silence: ${silence}`,
  ]
}

/** Numbers of exchanges that are printed at most. */
const MOST = 8
