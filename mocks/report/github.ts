import type { FindingSeverity } from '../verdict/finding.ts'
import { findingLines } from '../verdict/finding-lines.ts'
import { causesOf, type Report, scopesOf } from './report.ts'

const COMMANDS: Readonly<Record<FindingSeverity, string>> = { error: 'error', warning: 'warning', info: 'notice' }

/**
 * A report as annotations of GitHub Actions, one line for each cause. Findings of the baseline are left out.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function githubText({ findings }: Report): string {
  return causesOf(findings.filter(({ known }) => !known))
    .map(({ severity, code, vendor, findings: same }) => {
      const scopes = scopesOf(same)
      const text = [
        ...findingLines(same[0]!),
        ...(same.length > 1
          ? [`and ${same.length - 1} more${scopes.length > 1 ? ` in ${scopes.join(', ')}` : ''}`]
          : []),
      ]
      return `::${COMMANDS[severity]} title=${property(`sparring ${vendor} ${code}`)}::${data(text.join('\n'))}`
    })
    .join('\n')
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
