import type { FindingSeverity } from '../verdict/finding.ts'
import { findingLines } from '../verdict/finding-lines.ts'
import { type Cause, causesOf, formatCounts, notJudgedLine, type Report, scopesOf } from './report.ts'

/** Applies a style to a text for a terminal. */
export type Paint = (style: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', text: string) => string

const COLOURS: Readonly<Record<FindingSeverity, 'red' | 'yellow' | 'cyan'>> = {
  error: 'red',
  warning: 'yellow',
  info: 'cyan',
}
/** Number of tests printed for each cause. */
const SCOPES_SHOWN = 3

/**
 * A report as lines of text: what to change first, the counts last. For each cause, one finding is printed in full.
 *
 * @param paint - adds colours; default: none
 */
export function terminalLines(report: Report, paint: Paint = (_, text) => text): readonly string[] {
  const { findings, baseline } = report
  const fresh = findings.filter(({ known }) => !known)
  const notJudged = notJudgedLine(report)
  const counts = formatCounts(fresh)
  return [
    ...causesOf(fresh).flatMap((cause) => causeLines(cause, paint)),
    ...(notJudged === undefined ? [] : [paint('yellow', notJudged)]),
    ...(baseline && baseline.known > 0 ? [`${baseline.known} known by the baseline, and not shown`] : []),
    ...(baseline && baseline.gone > 0
      ? [`${baseline.gone} of the baseline did not occur again; --update-baseline removes them`]
      : []),
    counts === undefined
      ? paint('green', baseline ? 'no new findings' : 'no findings')
      : paint('bold', `${baseline ? 'new findings' : 'findings'}: ${counts}`),
  ]
}

function causeLines({ severity, findings }: Cause, paint: Paint): string[] {
  const [first = '', ...rest] = findingLines(findings[0]!)
  const head = first.slice(0, first.indexOf(':') + 1)
  return [
    `${paint(COLOURS[severity], head)}${first.slice(head.length)}`,
    ...rest.map((line) => {
      const label = line.slice(0, line.indexOf(':') + 1)
      return `${paint('dim', label)}${line.slice(label.length)}`
    }),
    ...moreLines(findings),
  ]
}

function moreLines(findings: Cause['findings']): string[] {
  const more = findings.length - 1
  if (more === 0) return []
  const scopes = scopesOf(findings.slice(1)).filter((scope) => scope !== findings[0]!.scope)
  const shown = scopes.slice(0, SCOPES_SHOWN).join(', ')
  const others = scopes.length - SCOPES_SHOWN
  const where = scopes.length === 0 ? '' : `: ${shown}${others > 0 ? ` and ${others} more tests` : ''}`
  return [`  … and ${more} more of this kind${where}`]
}
