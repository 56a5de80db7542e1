import { readFile } from 'node:fs/promises'
import { baselineText, compareWithBaseline, type KnownFinding, readBaseline } from '../../report/baseline.ts'
import type { Report } from '../../report/report.ts'
import { notAFile } from '../../load/files/regular-file.ts'
import { messageOf } from '../../state/printable.ts'
import { type Arguments, UsageError } from '../arguments.ts'
import { writeText } from './reports.ts'

/** The baseline of known findings, and its file. */
export interface Baseline {
  readonly file: string
  readonly known: readonly KnownFinding[]
  /** Whether to overwrite the file. */
  readonly isUpdated: boolean
}

/**
 * Reads the file of `--baseline`; undefined without the option.
 *
 * @throws {@link UsageError} for `--update-baseline` without a file, and for a folder or a device in place of one
 * @throws Error for an invalid file, and for a missing one unless it is to be written
 */
export async function openBaseline(args: Arguments): Promise<Baseline | undefined> {
  const file = args.text('baseline')
  const isUpdated = args.on('update-baseline')
  if (file === undefined) {
    if (!isUpdated) return undefined
    throw new UsageError(`${args.source('update-baseline')} needs the file: --baseline FILE.`, 'exec')
  }
  const other = notAFile(file)
  if (other !== undefined) throw new UsageError(`${args.source('baseline')} is "${file}", which ${other}.`, 'exec')
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

/** Marks the findings that are in the baseline; all of them if the baseline is to be overwritten. */
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
 * Writes the baseline file.
 *
 * @returns a sentence if the file could not be written
 */
export async function writeBaseline({ findings }: Report, { file }: Baseline): Promise<readonly string[]> {
  try {
    await writeText(file, baselineText(findings))
    return []
  } catch (error) {
    return [`Failed to write the baseline ${file}: ${messageOf(error)}.`]
  }
}
