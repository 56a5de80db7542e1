import { FINDING_CODES, type FindingSetting, SEVERITIES, type Severity } from '../spec/conduct/conduct.ts'
import { notOneOf } from '../spec/problems/nearest.ts'
import type { Vendor } from '../spec/model/vendor.ts'
import { type Finding, type FindingSeverity, milder, type StatementShown } from './finding.ts'
import type { Breach, Rule } from './rule.ts'

/** Severities by code, from a scenario or a test. */
export type FindingSettings = ReadonlyMap<string, FindingSetting>

/** Severities in a test's options: `{ backoff: 'off' }`, or with a reason. */
export type FindingOptions = Readonly<
  Record<string, Severity | { readonly severity: Severity; readonly reason?: string }>
>

/**
 * Reads the severities of a test.
 *
 * @throws TypeError for unknown codes or severities, all at once
 */
export function readFindingOptions(options: FindingOptions | undefined): FindingSettings {
  const problems: string[] = []
  const settings = new Map<string, FindingSetting>()
  for (const [code, given] of Object.entries(options ?? {})) {
    const { severity, reason = undefined } = typeof given === 'string' ? { severity: given } : given
    if (!FINDING_CODES.includes(code)) problems.push(notOneOf(code, 'the code of a finding', FINDING_CODES))
    else if (!SEVERITIES.includes(severity))
      problems.push(notOneOf(String(severity), `a severity of "${code}"`, SEVERITIES))
    else settings.set(code, { severity, reason })
  }
  if (problems.length > 0) throw new TypeError(`Failed to read findings: ${problems.join(' ')}`)
  return settings
}

/** The severity of a breach and the statement that it is based on; undefined if it is not reported. */
export function severityOf(
  rule: Pick<Rule, 'code' | 'severity' | 'unstated' | 'implied'>,
  breach: Breach,
  vendor: Vendor,
): { readonly severity: FindingSeverity; readonly statement: StatementShown | undefined } | undefined {
  const statement = statementOf(rule, breach, vendor)
  const stated =
    statement === undefined
      ? rule.unstated
      : statement.assumed === undefined
        ? rule.severity
        : milder(rule.severity, 'warning')
  if (stated === 'off') return undefined
  return { severity: breach.atMost ? milder(stated, breach.atMost) : stated, statement }
}

function statementOf(
  { code, implied }: Pick<Rule, 'code' | 'implied'>,
  breach: Breach,
  vendor: Vendor,
): StatementShown | undefined {
  const statement = vendor.conduct.statements.get(code)
  const isAbout = statement && (!statement.operations || statement.operations.has(breach.operation ?? ''))
  if (isAbout) return { says: statement.says, assumed: statement.assumed }
  const says = implied?.(vendor, breach)
  return says === undefined ? undefined : { says, assumed: undefined }
}

/** Applies the severity that is set for the finding's code; undefined if it is off. */
export function applySetting(finding: Finding, ...levels: readonly FindingSettings[]): Finding | undefined {
  const setting = levels.map((level) => level.get(finding.code)).find((found) => found !== undefined)
  if (!setting) return finding
  return setting.severity === 'off' ? undefined : { ...finding, severity: setting.severity }
}

/** A line for a scenario that silences a code. */
export function silenceOf(code: string): string {
  return `findings: { ${code}: { severity: off, reason: … } }`
}
