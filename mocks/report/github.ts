import { findingLines } from '../verdict/finding-lines.ts'
import type { FindingSeverity } from '../verdict/finding.ts'
import { causesOf, type Report } from './report.ts'

const COMMANDS: Readonly<Record<FindingSeverity, string>> = { error: 'error', warning: 'warning', info: 'notice' }

/**
 * A report as annotations of GitHub Actions, a line a cause.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function githubLines({ findings }: Report): readonly string[] {
  return causesOf(findings).map(({ severity, code, vendor, findings: same }) => {
    const text = [
      ...same.slice(0, 1).flatMap(findingLines),
      ...(same.length > 1 ? [`and ${same.length - 1} more`] : []),
    ]
    return `::${COMMANDS[severity]} title=${property(`sparring ${vendor} ${code}`)}::${data(text.join('\n'))}`
  })
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
