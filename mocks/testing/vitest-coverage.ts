import { rmSync } from 'node:fs'
import { coverageFiles } from '../connect/coverage/coverage-files.ts'
import { makeCoverageFolder, takeCoverage } from './run-coverage.ts'

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
  const folder = makeCoverageFolder()
  project.provide(COVERAGE_FOLDER, folder)
  project.onTestsRerun?.(() => {
    for (const file of coverageFiles(folder)) rmSync(file)
  })
  return () => {
    process.stdout.write(`\nsparring: ${takeCoverage(folder).join('\n')}\n`)
  }
}
