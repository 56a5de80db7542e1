import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { randomUUID } from 'node:crypto'
import { makeFolder } from '../../load/files/make-folder.ts'
import { turn } from '../../state/clock.ts'
import { attempt } from '../../state/guard.ts'
import { messageOf } from '../../state/printable.ts'
import { type Coverage, sumUp } from '../../verdict/coverage/coverage.ts'
import { mergeCoverage, readCoverage } from '../../verdict/coverage/merge.ts'
import type { Meter } from '../../verdict/coverage/meter.ts'

/** Thrown for a folder or a file of it from which no coverage can be read. */
export class CoverageFileError extends Error {
  override name = 'CoverageFileError' as const
  readonly code = 'coverage-file'
}

/** What the files of one process are called. */
const NAME = /^sparring-coverage-.*\.json$/

/** Paths of the files in a folder that processes have written, in order; none where there is no such folder. */
export function coverageFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => NAME.test(name))
      .sort()
      .map((name) => join(folder, name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new CoverageFileError(`Failed to read the coverage in ${folder}: ${messageOf(error)}.`, { cause: error })
  }
}

/**
 * Adds up files that processes have written.
 *
 * @throws {@link CoverageFileError} for one that is not of this version of sparring
 */
export function readCoverageFiles(files: readonly string[]): Coverage {
  return mergeCoverage(
    files.map((file) => {
      const found = readCoverage(parse(file))
      if (found) return found
      throw new CoverageFileError(
        `Failed to read the coverage in ${file}: it is not what this version of sparring writes. Delete it, and run the tests again.`,
      )
    }),
  )
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new CoverageFileError(`Failed to read the coverage in ${file}: ${messageOf(error)}.`, { cause: error })
  }
}

/** Writes a coverage into a folder, which is made where there is none. */
export function writeCoverage(folder: string, coverage: Coverage, id: string = newId()): string {
  const file = join(folder, `sparring-coverage-${id}.json`)
  makeFolder(folder)
  // The rename is atomic: no reader sees half of a file, and a process that is killed leaves none.
  writeFileSync(`${file}.new`, `${JSON.stringify(coverage)}\n`)
  renameSync(`${file}.new`, file)
  return file
}

/** Different for each process, and for each thread and copy of this module in it. */
function newId(): string {
  return `${process.pid}-${randomUUID().slice(0, 8)}`
}

/** What every mock of this process has met, for the one file of the process. */
interface Process {
  readonly id: string
  readonly folder: string
  readonly meters: Set<Meter>
  /** Of mocks that are closed. */
  past: Coverage
  /** Whether the file is about to be written. */
  isDue: boolean
}

/** By folder: nearly always one. */
const processes = new Map<string, Process>()

/**
 * Has a mock of this process count in the file that the process writes. It is written whenever something is met for the
 * first time, since runners end their workers without a word.
 *
 * @returns to be called when the mock is closed
 */
export function addToCoverageFile(folder: string, meter: Meter): () => void {
  const path = resolve(folder)
  const own = processes.get(path) ?? { id: newId(), folder: path, meters: new Set(), past: sumUp([]), isDue: false }
  processes.set(path, own)
  own.meters.add(meter)
  meter.onNew(() => void saveSoon(own))
  return () => {
    if (!own.meters.delete(meter)) return
    own.past = mergeCoverage([own.past, sumUp(meter.read())])
    attempt('write down the coverage', () => save(own))
  }
}

/** Once for all that is met in one turn. */
async function saveSoon(own: Process): Promise<void> {
  if (own.isDue) return
  own.isDue = true
  await turn()
  own.isDue = false
  attempt('write down the coverage', () => save(own))
}

function save({ folder, id, past, meters }: Process): void {
  const met = mergeCoverage([past, ...[...meters].map((meter) => sumUp(meter.read()))])
  // A vendor that was never called has nothing to add.
  const called = met.vendors.filter(({ subjects }) => subjects.some(({ isCounted }) => isCounted))
  if (called.length > 0) writeCoverage(folder, sumUp(called), id)
}
