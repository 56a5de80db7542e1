import type { Report } from './report.ts'

/** A report as JSON, described by `specs/report.schema.json`. */
export function jsonReport(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`
}
