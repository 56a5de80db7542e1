import { writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { makeFolder } from '../../load/files/make-folder.ts'
import { nearest } from '../../spec/problems/nearest.ts'
import { messageOf } from '../../state/printable.ts'
import { type Format, FORMATS, type Run } from '../../report/formats.ts'
import { type Arguments, UsageError } from '../arguments.ts'
import type { Print } from '../print.ts'

/** A requested report and its destination: a file, else stdout. */
export interface WantedReport {
  readonly name: string
  readonly format: Format
  readonly file: string | undefined
}

/** Formats that may be printed between the command's own output. */
const TO_STDOUT = new Set(['github'])

/**
 * Reads `--report github,junit=FILE`.
 *
 * @param command - the command with the option
 * @param known - the formats that the command can write
 * @throws {@link UsageError} for an unknown format, one that needs a file, and a file used by two reports
 */
export function wantedReports(
  args: Arguments,
  command: string,
  known: readonly string[] = [...FORMATS.keys()],
): readonly WantedReport[] {
  const files = new Set<string>()
  return args.list('report').flatMap((text) =>
    text.split(',').map((entry) => {
      const given = `${args.source('report')} is "${text}"`
      const [name = '', file] = entry.trim().split(/=(.*)/s)
      const format = known.includes(name) ? FORMATS.get(name) : undefined
      if (!format) {
        const near = nearest(name, known)
        throw new UsageError(
          `${given}, and "${name}" is not a format; known: ${known.join(', ')}.${near === undefined ? '' : ` Did you mean "${near}"?`}`,
          command,
        )
      }
      if (file === '' || (file === undefined && !TO_STDOUT.has(name)))
        throw new UsageError(`${given}, and ${name} needs a file: ${name}=FILE.`, command)
      if (file !== undefined && files.has(resolve(file)))
        throw new UsageError(`${given}, and two reports cannot go to ${file}.`, command)
      if (file !== undefined) files.add(resolve(file))
      return { name, format, file }
    }),
  )
}

/**
 * Writes the requested reports; a failure of one does not prevent the others.
 *
 * @returns a sentence for each report that could not be written
 */
export async function writeReports(
  wanted: readonly WantedReport[],
  run: Run,
  print: Print,
): Promise<readonly string[]> {
  const failures: string[] = []
  for (const { name, format, file } of wanted) {
    try {
      const text = format.write(run)
      if (file !== undefined) await writeText(file, text)
      else if (text !== '') print.out(text.trimEnd())
    } catch (error) {
      failures.push(
        `Failed to write the report ${name}${file === undefined ? '' : ` to ${file}`}: ${messageOf(error)}.`,
      )
    }
  }
  return failures
}

/** Writes a file, and the folders above it. */
export async function writeText(file: string, text: string): Promise<void> {
  makeFolder(dirname(resolve(file)))
  await writeFile(file, text)
}
