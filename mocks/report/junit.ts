import { findingLines } from '../verdict/finding-lines.ts'
import { coverageLine, coverageLines, coveredVendors } from './coverage-lines.ts'
import { escapeMarkup } from './markup.ts'
import {
  type Cause,
  causesOf,
  isFatal,
  isJudged,
  notJudgedLine,
  type Report,
  type ReportedCoverage,
  scopesOf,
} from './report.ts'

/**
 * A report as JUnit XML that is valid in all its schemas: a test suite for each vendor, a test case for each cause.
 * Fatal causes are failures, known ones are skipped, and the rest is in the output of the suite. If coverage was
 * requested, it has its own suite, which fails if the coverage is too low.
 */
export function junitText(report: Report): string {
  const causes = causesOf(report.findings)
  const judged = isJudged(report) ? report.vendors : []
  const suites = judged.map((vendor, id) =>
    suiteText(
      report,
      { vendor, id },
      causes.filter((cause) => cause.vendor === vendor),
    ),
  )
  if (report.coverage) suites.push(coverageSuite(report.coverage, suites.length, report.at))
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...suites, '</testsuites>', ''].join('\n')
}

function suiteText(
  report: Report,
  { vendor, id }: { readonly vendor: string; readonly id: number },
  causes: readonly Cause[],
): string {
  const { failOn } = report
  const fatal = causes.filter((cause) => isFatal(cause, failOn))
  const skipped = causes.filter(({ known }) => known)
  const noted = causes.filter((cause) => !cause.known && !isFatal(cause, failOn))
  const notJudged = notJudgedLine(report)
  const output = [...noted.map(textOf), ...(notJudged === undefined ? [] : [notJudged])].join('\n\n')
  return suiteOf(
    { id, name: vendor, at: report.at },
    {
      properties: [],
      cases: [
        ...(causes.length === 0 ? [caseText(vendor, 'no findings', '')] : []),
        ...causes.map((cause) => caseText(vendor, nameOf(cause), outcomeOf(cause, failOn))),
      ],
      failures: fatal.length,
      skipped: skipped.length,
      output,
    },
  )
}

/** A test case for the whole coverage, and one for each called vendor; the tables are in the output. */
function coverageSuite(coverage: ReportedCoverage, id: number, at: string): string {
  const { problem, met, counted, percent } = coverage
  const failure =
    problem === undefined
      ? ''
      : `<failure message="${escapeMarkup(problem)}" type="coverage">${escapeMarkup(coverageLine(coverage))}</failure>`
  const vendors = coveredVendors(coverage)
  return suiteOf(
    { id, name: 'coverage', at },
    {
      properties: [
        ...Object.entries({ met, counted, percent }),
        ...vendors.map(({ vendor, percent: own }) => [`${vendor}.percent`, own] as const),
      ],
      cases: [
        caseText('coverage', 'all vendors', failure),
        ...vendors.map(({ vendor }) => caseText('coverage', vendor, '')),
      ],
      failures: problem === undefined ? 0 : 1,
      skipped: 0,
      output: coverageLines(coverage).join('\n'),
    },
  )
}

interface Suite {
  readonly properties: ReadonlyArray<readonly [name: string, value: number]>
  readonly cases: readonly string[]
  readonly failures: number
  readonly skipped: number
  readonly output: string
}

function suiteOf(
  { id, name, at }: { readonly id: number; readonly name: string; readonly at: string },
  { properties, cases, failures, skipped, output }: Suite,
): string {
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}"`
  return [
    `  <testsuite id="${id}" name="${escapeMarkup(`sparring ${name}`)}" package="sparring" hostname="localhost" timestamp="${at.slice(0, 19)}" time="0" ${counts}>`,
    ...(properties.length === 0
      ? ['    <properties/>']
      : ['    <properties>', ...properties.map(propertyText), '    </properties>']),
    ...cases,
    `    <system-out>${escapeMarkup(output)}</system-out>`,
    '    <system-err/>',
    '  </testsuite>',
  ].join('\n')
}

function propertyText([name, value]: readonly [string, number]): string {
  return `      <property name="${escapeMarkup(name)}" value="${value}"/>`
}

function caseText(vendor: string, name: string, outcome: string): string {
  const head = `    <testcase classname="${escapeMarkup(`sparring.${vendor}`)}" name="${escapeMarkup(name)}" time="0"`
  return outcome === '' ? `${head}/>` : `${head}>${outcome}</testcase>`
}

/** `credits submitJob`, stable across runs; the severity distinguishes causes that would have the same name. */
function nameOf({ code, operation, severity, known }: Cause): string {
  return [code, operation, `(${known ? 'known ' : ''}${severity})`].filter(Boolean).join(' ')
}

function outcomeOf(cause: Cause, failOn: Report['failOn']): string {
  const message = escapeMarkup(cause.findings[0]!.message)
  if (cause.known) return `<skipped message="known by the baseline: ${message}"/>`
  if (!isFatal(cause, failOn)) return ''
  return `<failure message="${message}" type="${escapeMarkup(cause.code)}">${escapeMarkup(textOf(cause))}</failure>`
}

/** One finding in full, its exchanges, and the other tests that have it. */
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
