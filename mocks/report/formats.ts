import { coverageLines } from './coverage-lines.ts'
import { ctrfText } from './ctrf.ts'
import { githubText } from './github.ts'
import { type Archived, harText } from './har.ts'
import { htmlText } from './html.ts'
import { junitText } from './junit.ts'
import { isJudged, type Report } from './report.ts'
import { terminalLines } from './terminal.ts'

/** A run, the input of all formats. */
export interface Run {
  readonly report: Report
  /** Its exchanges, as far as they are kept; only the archive format needs them. */
  readonly archive: () => { readonly exchanges: readonly Archived[]; readonly left: number }
}

/** A report format. */
export interface Format {
  readonly mediaType: string
  readonly write: (run: Run) => string
}

/** All formats, by their names in options. */
export const FORMATS: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['json', { mediaType: 'application/json', write: ({ report }) => jsonText(report) }],
  ['html', { mediaType: 'text/html; charset=utf-8', write: ({ report }) => htmlText(report) }],
  ['junit', { mediaType: 'application/xml', write: ({ report }) => junitText(report) }],
  ['ctrf', { mediaType: 'application/vnd.ctrf+json', write: ({ report }) => ctrfText(report) }],
  ['har', { mediaType: 'application/har+json', write: writeHar }],
  ['text', { mediaType: 'text/plain; charset=utf-8', write: ({ report }) => withBreak(plainLines(report).join('\n')) }],
  ['github', { mediaType: 'text/plain; charset=utf-8', write: ({ report }) => withBreak(githubText(report)) }],
])

/** Described by `specs/report.schema.json`. */
function jsonText(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`
}

function writeHar({ report, archive }: Run): string {
  const { exchanges, left } = archive()
  return harText(exchanges, report.sparring, left)
}

function plainLines(report: Report): readonly string[] {
  const { coverage } = report
  return [...(isJudged(report) ? terminalLines(report) : []), ...(coverage ? coverageLines(coverage) : [])]
}

function withBreak(text: string): string {
  return text === '' ? '' : `${text}\n`
}
