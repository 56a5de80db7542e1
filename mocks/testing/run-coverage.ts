import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { coverageFiles, readCoverageFiles } from '../connect/coverage/coverage-files.ts'
import { loadCoveredVendors } from '../load/failures/covered-vendors.ts'
import { createLibrary } from '../load/library.ts'
import { createRemedies } from '../load/failures/remedies.ts'
import { coverageLines } from '../report/coverage-lines.ts'

/** Creates a folder for the coverage files of a run's workers. */
export function makeCoverageFolder(): string {
  return mkdtempSync(join(tmpdir(), 'sparring-coverage-'))
}

/** Merges the coverage files of the workers into lines of text, and removes the folder. */
export function takeCoverage(folder: string): readonly string[] {
  const files = coverageFiles(folder)
  const sum = files.length === 0 ? undefined : readCoverageFiles(files)
  rmSync(folder, { recursive: true, force: true })
  if (!sum) return ['no client has called a mock, so there is no coverage']
  const library = createLibrary()
  return coverageLines(createRemedies(library, loadCoveredVendors(sum.vendors, library))(sum))
}
