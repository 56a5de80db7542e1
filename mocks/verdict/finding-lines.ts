import type { Finding } from './finding.ts'

/** A finding in lines for people: what happened, what the vendor says, what to change, how to silence it. */
export function findingLines(finding: Finding): readonly string[] {
  const { severity, code, vendor, message, exchanges, statement, fix, silence, scope } = finding
  return [
    `${severity} ${code} (${vendor}${scope === '' ? '' : `, ${scope}`}): ${message}`,
    ...(exchanges.length > 0 ? [`  exchanges: ${numbersOf(exchanges)}`] : []),
    ...(statement
      ? [`  the vendor: ${statement.says}${statement.assumed === undefined ? '' : ` (assumed: ${statement.assumed})`}`]
      : []),
    `  fix: ${fix}`,
    `  silence: ${silence}`,
  ]
}

/** Numbers of exchanges that are printed. */
const MOST = 8

function numbersOf(exchanges: readonly number[]): string {
  const rest = exchanges.length - MOST
  return `${exchanges
    .slice(0, MOST)
    .map((number) => `#${number}`)
    .join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
