import { rmSync } from 'node:fs'
import { coverageFiles } from '../connect/coverage/coverage-files.ts'
import { makeCoverageFolder, takeCoverage } from './run-coverage.ts'

/** The key under which workers find the folder for their coverage. */
export const COVERAGE_FOLDER = 'sparring:coverage'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder for coverage files of mocks, if `sparring/vitest/coverage` is a global setup. */
    'sparring:coverage': string
  }
}

/** The part of vitest's `TestProject` that the setup needs. Vitest 3 added rerun hooks. */
export interface CoverageProject {
  readonly provide: (key: typeof COVERAGE_FOLDER, value: string) => void
  readonly onTestsRerun?: (run: () => void) => void
}

/**
 * A `globalSetup` for vitest: merges the coverage of all tests and workers, and prints after the run which of the
 * vendors' answers were met and how to meet the others. Each rerun in watch mode starts again from zero.
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
