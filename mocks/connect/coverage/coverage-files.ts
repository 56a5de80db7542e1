import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { randomUUID } from 'node:crypto'
import { makeFolder } from '../../load/files/make-folder.ts'
import { nextTurn } from '../../state/clock.ts'
import { attempt } from '../../state/guard.ts'
import { messageOf } from '../../state/printable.ts'
import { type Coverage, totalCoverage } from '../../verdict/coverage/coverage.ts'
import { mergeCoverage, readCoverage } from '../../verdict/coverage/merge.ts'
import type { Meter } from '../../verdict/coverage/meter.ts'

/** Thrown for a folder or file from which coverage cannot be read. */
export class CoverageFileError extends Error {
  override name = 'CoverageFileError' as const
  readonly code = 'coverage-file'
}

/** Names of the files that processes write. */
const NAME = /^sparring-coverage-.*\.json$/

/** Paths of the coverage files in a folder, sorted; none when the folder does not exist. */
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
 * Merges the coverage files of several processes.
 *
 * @throws {@link CoverageFileError} for a file of another version of sparring
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

/** Writes a coverage file into a folder, which is created if missing. */
export function writeCoverage(folder: string, coverage: Coverage, id: string = newId()): string {
  const file = join(folder, `sparring-coverage-${id}.json`)
  makeFolder(folder)
  // The rename is atomic: no reader sees a partial file, and a killed process leaves none.
  writeFileSync(`${file}.new`, `${JSON.stringify(coverage)}\n`)
  renameSync(`${file}.new`, file)
  return file
}

/** Unique for each process, thread and copy of this module. */
function newId(): string {
  return `${process.pid}-${randomUUID().slice(0, 8)}`
}

/** Coverage of all mocks of this process, for its one file. */
interface Process {
  readonly id: string
  readonly folder: string
  readonly meters: Set<Meter>
  /** Of closed mocks. */
  past: Coverage
  /** Whether a write of the file is scheduled. */
  isDue: boolean
}

/** Keyed by folder; there is nearly always one. */
const processes = new Map<string, Process>()

/**
 * Adds a mock's coverage to the file of this process. The file is written whenever something is covered for the first
 * time, since test runners end their workers without notice.
 *
 * @returns the function to call when the mock is closed
 */
export function addToCoverageFile(folder: string, meter: Meter): () => void {
  const path = resolve(folder)
  const own = processes.get(path) ?? {
    id: newId(),
    folder: path,
    meters: new Set(),
    past: totalCoverage([]),
    isDue: false,
  }
  processes.set(path, own)
  own.meters.add(meter)
  meter.onNew(() => void saveSoon(own))
  return () => {
    if (!own.meters.delete(meter)) return
    own.past = mergeCoverage([own.past, totalCoverage(meter.read())])
    attempt('write down the coverage', () => save(own))
  }
}

/** Writes once for everything covered in the same turn. */
async function saveSoon(own: Process): Promise<void> {
  if (own.isDue) return
  own.isDue = true
  await nextTurn()
  own.isDue = false
  attempt('write down the coverage', () => save(own))
}

function save({ folder, id, past, meters }: Process): void {
  const met = mergeCoverage([past, ...[...meters].map((meter) => totalCoverage(meter.read()))])
  // Vendors without any call are left out.
  const called = met.vendors.filter(({ subjects }) => subjects.some(({ isCounted }) => isCounted))
  if (called.length > 0) writeCoverage(folder, totalCoverage(called), id)
}
