import { findingLines } from '../verdict/finding-lines.ts'
import { causesOf, countsOf, type Report } from './report.ts'

/** Findings of one cause that are printed in full. */
const SHOWN = 1

/** A report for people, in lines: the worst cause first. */
export function terminalLines(report: Report): readonly string[] {
  const { findings, exchanges } = report
  const counts = countsOf(findings)
  return [
    ...causesOf(findings).flatMap((cause) => {
      const more = cause.findings.length - SHOWN
      return [
        ...cause.findings.slice(0, SHOWN).flatMap(findingLines),
        ...(more > 0 ? [`  … and ${more} more of this kind`] : []),
      ]
    }),
    ...(exchanges.notJudged > 0
      ? [`${exchanges.notJudged} of the oldest exchanges were dropped from the journal, and not judged.`]
      : []),
    counts === undefined ? 'no findings' : `findings: ${counts}`,
  ]
}
