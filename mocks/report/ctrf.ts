import { findingLines } from '../verdict/finding-lines.ts'
import { type CoveredVendor, coverageLine, coveredVendors } from './coverage-lines.ts'
import { type Cause, causesOf, isFatal, isJudged, type Report, type ReportedCoverage, scopesOf } from './report.ts'

/**
 * A report in the Common Test Report Format: a test for each cause, and a passed test for each vendor without one. If
 * coverage was requested, there is a test for it, which fails if the coverage is too low, and one for each called
 * vendor.
 *
 * @see https://ctrf.io/docs/specification/overview
 */
export function ctrfText(report: Report): string {
  const { vendors, findings, sparring, at, exchanges, coverage } = report
  const causes = causesOf(findings)
  const tests = [
    ...causes.map((cause) => testOf(cause, report)),
    ...vendors
      .filter((vendor) => isJudged(report) && causes.every((cause) => cause.vendor !== vendor))
      .map((vendor) => ({ name: `${vendor}: no findings`, status: 'passed', duration: 0 })),
    ...(coverage ? [coverageTest(coverage), ...coveredVendors(coverage).map(vendorTest)] : []),
  ]
  const count = (status: string): number => tests.filter((test) => test.status === status).length
  const instant = Date.parse(at)
  const document = {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    generatedBy: 'sparring',
    timestamp: at,
    results: {
      tool: { name: 'sparring', version: sparring },
      summary: {
        tests: tests.length,
        passed: count('passed'),
        failed: count('failed'),
        pending: 0,
        skipped: count('skipped'),
        other: count('other'),
        start: instant,
        stop: instant,
        extra: exchanges,
      },
      tests,
    },
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

function coverageTest(coverage: ReportedCoverage) {
  const { problem, met, counted, percent } = coverage
  return {
    name: 'coverage',
    status: problem === undefined ? 'passed' : 'failed',
    duration: 0,
    message: problem ?? coverageLine(coverage),
    tags: ['coverage'],
    extra: { met, counted, percent },
  }
}

function vendorTest({ vendor, met, counted, percent, rows, remedies }: CoveredVendor) {
  return {
    name: `${vendor}: coverage`,
    status: 'other',
    duration: 0,
    message: coverageLine({ met, counted, percent }),
    tags: [vendor, 'coverage'],
    extra: { met, counted, percent, answers: rows, remedies },
  }
}

function testOf(cause: Cause, { failOn }: Report) {
  const { code, severity, vendor, operation, known, findings } = cause
  const first = findings[0]!
  return {
    name: `${vendor}: ${[code, operation].filter(Boolean).join(' ')}`,
    status: isFatal(cause, failOn) ? 'failed' : known ? 'skipped' : 'other',
    duration: 0,
    message: first.message,
    trace: findingLines(first).join('\n'),
    rawStatus: severity,
    tags: [vendor, code, first.source],
    extra: { findings: findings.length, scopes: scopesOf(findings), evidence: first.evidence },
  }
}
