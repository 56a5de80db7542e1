import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { didYouMean } from '../../spec/problems/nearest.ts'
import type { FindingSeverity } from '../../verdict/finding.ts'
import { githubLines } from '../../report/github.ts'
import { junitText } from '../../report/junit.ts'
import type { Report } from '../../report/report.ts'
import { type Arguments, UsageError } from '../arguments.ts'
import { json, type Print } from '../print.ts'

/** Makes the text of one format. */
type Format = (report: Report, failOn: FindingSeverity) => string

const FORMATS: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['github', (report) => githubLines(report).join('\n')],
  ['json', (report) => `${json(report)}\n`],
  ['junit', junitText],
])

/** A report that is wanted, and where it goes: to a file, else to stdout. */
export interface WantedReport {
  readonly format: string
  readonly file: string | undefined
}

/**
 * Reads `--report github,junit=FILE`.
 *
 * @throws {@link UsageError} for a format that does not exist, and one that needs a file and has none
 */
export function wantedReports(args: Arguments): readonly WantedReport[] {
  return args.list('report').flatMap((text) =>
    text.split(',').map((entry) => {
      const [format = '', file] = entry.trim().split(/=(.*)/s)
      if (!FORMATS.has(format)) {
        throw new UsageError(
          `${args.source('report')} is "${text}", and "${format}" is not a format; known: ${[...FORMATS.keys()].join(', ')}.${didYouMean(format, FORMATS.keys())}`,
          'exec',
        )
      }
      if (format !== 'github' && (file === undefined || file === ''))
        throw new UsageError(
          `${args.source('report')} is "${text}", and ${format} needs a file: ${format}=FILE.`,
          'exec',
        )
      return { format, file }
    }),
  )
}

/** Writes the reports that are wanted. */
export async function writeReports(
  wanted: readonly WantedReport[],
  report: Report,
  failOn: FindingSeverity,
  print: Print,
): Promise<void> {
  for (const { format, file } of wanted) {
    const text = FORMATS.get(format)!(report, failOn)
    if (file === undefined) {
      if (text !== '') print.out(text)
      continue
    }
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
}
