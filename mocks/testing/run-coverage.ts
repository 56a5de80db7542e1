import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { coverageFiles, readCoverageFiles } from '../connect/coverage/coverage-files.ts'
import { coveredVendors } from '../load/failures/covered-vendors.ts'
import { createLibrary } from '../load/library.ts'
import { createRemedies } from '../load/failures/remedies.ts'
import { coverageLines } from '../report/coverage-lines.ts'

/** A folder into which the workers of one run write what their clients have met. */
export function makeCoverageFolder(): string {
  return mkdtempSync(join(tmpdir(), 'sparring-coverage-'))
}

/** Adds up what workers have written there, in lines for people, and removes the folder. */
export function takeCoverage(folder: string): readonly string[] {
  const files = coverageFiles(folder)
  const sum = files.length === 0 ? undefined : readCoverageFiles(files)
  rmSync(folder, { recursive: true, force: true })
  if (!sum) return ['no client has called a mock, so there is no coverage']
  const library = createLibrary()
  return coverageLines(createRemedies(library, coveredVendors(sum.vendors, library))(sum))
}
