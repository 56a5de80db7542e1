import type { Report } from './report.ts'

/** A report as JSON, as `specs/report.schema.json` describes it. */
export function jsonReport(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`
}
