import { readFile } from 'node:fs/promises'
import { baselineText, compareWithBaseline, type KnownFinding, readBaseline } from '../../report/baseline.ts'
import type { Report } from '../../report/report.ts'
import { messageOf } from '../../state/printable.ts'
import { type Arguments, UsageError } from '../arguments.ts'
import { writeText } from './reports.ts'

/** The findings that are known, and their file. */
export interface Baseline {
  readonly file: string
  readonly known: readonly KnownFinding[]
  /** Whether it is to be written anew. */
  readonly isUpdated: boolean
}

/**
 * Reads the file of `--baseline`; undefined where there is none.
 *
 * @throws {@link UsageError} for `--update-baseline` without a file
 * @throws Error for a file that is missing, unless it is to be written, or that is no baseline
 */
export async function openBaseline(args: Arguments): Promise<Baseline | undefined> {
  const file = args.text('baseline')
  const isUpdated = args.on('update-baseline')
  if (file === undefined) {
    if (!isUpdated) return undefined
    throw new UsageError(`${args.source('update-baseline')} needs the file: --baseline FILE.`, 'exec')
  }
  if (isUpdated) return { file, known: [], isUpdated }
  try {
    return { file, known: readBaseline(await readFile(file, 'utf8')), isUpdated }
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new Error(
      `Failed to read the baseline ${file}: ${isMissing ? 'there is no such file' : messageOf(error)}. --update-baseline writes it.`,
      { cause: error },
    )
  }
}

/** Marks the findings that the baseline knows. One that is to be written anew knows all of them. */
export function withBaseline(report: Report, baseline: Baseline | undefined): Report {
  if (!baseline) return report
  if (baseline.isUpdated) {
    const findings = report.findings.map((finding) => ({ ...finding, known: true }))
    return { ...report, findings, baseline: { known: findings.length, gone: 0 } }
  }
  const { findings, known, gone } = compareWithBaseline(report.findings, baseline.known)
  return { ...report, findings, baseline: { known, gone } }
}

/**
 * Writes a baseline that is to be written anew.
 *
 * @returns a sentence for a file that could not be written
 */
export async function writeBaseline({ findings }: Report, { file }: Baseline): Promise<readonly string[]> {
  try {
    await writeText(file, baselineText(findings))
    return []
  } catch (error) {
    return [`Failed to write the baseline ${file}: ${messageOf(error)}.`]
  }
}
