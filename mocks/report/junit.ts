import { findingLines } from '../verdict/finding-lines.ts'
import { escapeMarkup } from './markup.ts'
import { type Cause, causesOf, isFatal, notJudgedLine, type Report, scopesOf } from './report.ts'

/**
 * A report as JUnit XML, in what all its schemas allow: a test suite a vendor, a test case a cause. What fails the run is a
 * failure, what the baseline knows is skipped, and the rest stands in the output of its suite.
 */
export function junitText(report: Report): string {
  const causes = causesOf(report.findings)
  const suites = report.vendors.map((vendor, id) =>
    suiteText(
      report,
      { vendor, id },
      causes.filter((cause) => cause.vendor === vendor),
    ),
  )
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...suites, '</testsuites>', ''].join('\n')
}

function suiteText(
  report: Report,
  { vendor, id }: { readonly vendor: string; readonly id: number },
  causes: readonly Cause[],
): string {
  const { failOn, at } = report
  const name = escapeMarkup(`sparring ${vendor}`)
  const fatal = causes.filter((cause) => isFatal(cause, failOn))
  const skipped = causes.filter(({ known }) => known)
  const noted = causes.filter((cause) => !cause.known && !isFatal(cause, failOn))
  const notJudged = notJudgedLine(report)
  const output = [...noted.map(textOf), ...(notJudged === undefined ? [] : [notJudged])].join('\n\n')
  const counts = `tests="${Math.max(1, causes.length)}" failures="${fatal.length}" errors="0" skipped="${skipped.length}"`
  return [
    `  <testsuite id="${id}" name="${name}" package="sparring" hostname="localhost" timestamp="${at.slice(0, 19)}" time="0" ${counts}>`,
    '    <properties/>',
    ...(causes.length === 0 ? [caseText(vendor, 'no findings', '')] : []),
    ...causes.map((cause) => caseText(vendor, nameOf(cause), outcomeOf(cause, failOn))),
    `    <system-out>${escapeMarkup(output)}</system-out>`,
    '    <system-err/>',
    '  </testsuite>',
  ].join('\n')
}

function caseText(vendor: string, name: string, outcome: string): string {
  const head = `    <testcase classname="${escapeMarkup(`sparring.${vendor}`)}" name="${escapeMarkup(name)}" time="0"`
  return outcome === '' ? `${head}/>` : `${head}>${outcome}</testcase>`
}

/** `credits submitJob`, the same from one run to the next; the severity tells apart what else would have one name. */
function nameOf({ code, operation, severity, known }: Cause): string {
  return [code, operation, `(${known ? 'known ' : ''}${severity})`].filter(Boolean).join(' ')
}

function outcomeOf(cause: Cause, failOn: Report['failOn']): string {
  const message = escapeMarkup(cause.findings[0]!.message)
  if (cause.known) return `<skipped message="known by the baseline: ${message}"/>`
  if (!isFatal(cause, failOn)) return ''
  return `<failure message="${message}" type="${escapeMarkup(cause.code)}">${escapeMarkup(textOf(cause))}</failure>`
}

/** One finding in full, its exchanges, and the tests that have it too. */
function textOf({ findings }: Cause): string {
  const [first] = findings
  const scopes = scopesOf(findings)
  return [
    ...findingLines(first!),
    ...first!.evidence.map(({ number, request, answer }) => `  #${number} ${request} -> ${answer}`),
    ...(findings.length > 1 ? [`  and ${findings.length - 1} more of this kind`] : []),
    ...(findings.length > 1 && scopes.length > 0 ? [`  in: ${scopes.join(', ')}`] : []),
  ].join('\n')
}
