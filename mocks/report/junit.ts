import { findingLines } from '../verdict/finding-lines.ts'
import { isAtLeast, type FindingSeverity } from '../verdict/finding.ts'
import { causesOf, type Report } from './report.ts'

/**
 * A report as JUnit XML: a test suite a vendor, a test case a cause. What fails the run is a failure, the rest stands in the
 * output of its case.
 */
export function junitText({ vendors, findings }: Report, failOn: FindingSeverity): string {
  const causes = causesOf(findings)
  const suites = vendors.map((vendor) => {
    const own = causes.filter((cause) => cause.vendor === vendor)
    const cases = own.map(({ code, severity, operation, findings: same }) => {
      const text = escape(same.flatMap(findingLines).join('\n'))
      const body = isAtLeast(severity, failOn)
        ? `<failure message="${escape(same[0]!.message)}" type="${code}">${text}</failure>`
        : `<system-out>${text}</system-out>`
      return `    <testcase classname="sparring.${vendor}" name="${escape([code, operation].filter(Boolean).join(' '))}">${body}</testcase>`
    })
    const passed = `    <testcase classname="sparring.${vendor}" name="no findings"/>`
    const failures = own.filter(({ severity }) => isAtLeast(severity, failOn)).length
    return [
      `  <testsuite name="sparring ${escape(vendor)}" tests="${Math.max(1, own.length)}" failures="${failures}">`,
      ...(cases.length === 0 ? [passed] : cases),
      '  </testsuite>',
    ].join('\n')
  })
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="sparring">',
    ...suites,
    '</testsuites>',
    '',
  ].join('\n')
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text for XML 1.0, which has no control characters. */
function escape(text: string): string {
  return text
    .replaceAll(/[&<>"]/g, (char) => ENTITIES[char]!)
    .replaceAll(/[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
}
