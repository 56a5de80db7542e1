import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { coverageFiles, readCoverageFiles } from '../connect/coverage/coverage-files.ts'
import { coveredVendors } from '../load/failures/covered-vendors.ts'
import { createLibrary } from '../load/library.ts'
import { createRemedies } from '../load/failures/remedies.ts'
import { coverageLines } from '../report/coverage-lines.ts'

/** Under which key workers find the folder for their coverage. */
export const COVERAGE_FOLDER = 'sparring:coverage'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder into which mocks write what their clients have met, where `sparring/vitest/coverage` is a global setup. */
    'sparring:coverage': string
  }
}

/** The part of vitest's `TestProject` that the setup needs. Rerun hooks came with vitest 3. */
export interface CoverageProject {
  readonly provide: (key: typeof COVERAGE_FOLDER, value: string) => void
  readonly onTestsRerun?: (run: () => void) => void
}

/**
 * A `globalSetup` of vitest: adds up what the clients of all tests have met, whatever worker they ran in, and prints after the
 * run which of the vendors' answers were met and what would meet the others. Each rerun in watch mode begins anew.
 *
 * @example
 * // vitest.config.ts
 * export default defineConfig({ test: { globalSetup: 'sparring/vitest/coverage' } })
 */
export function setup(project: CoverageProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'sparring-coverage-'))
  project.provide(COVERAGE_FOLDER, folder)
  project.onTestsRerun?.(() => {
    for (const file of coverageFiles(folder)) rmSync(file)
  })
  return () => {
    const files = coverageFiles(folder)
    const sum = files.length === 0 ? undefined : readCoverageFiles(files)
    rmSync(folder, { recursive: true, force: true })
    if (!sum) return void process.stdout.write('\nsparring: no client has called a mock, so there is no coverage\n')
    const library = createLibrary()
    const coverage = createRemedies(library, coveredVendors(sum.vendors, library))(sum)
    process.stdout.write(`\nsparring: ${coverageLines(coverage).join('\n')}\n`)
  }
}
