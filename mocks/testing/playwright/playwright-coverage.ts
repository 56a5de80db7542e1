import { makeCoverageFolder, takeCoverage } from '../run-coverage.ts'

/**
 * A `globalSetup` for Playwright: merges the coverage of all tests and workers, and prints after the run which of the
 * vendors' answers were met and how to meet the others.
 *
 * @example
 * // playwright.config.ts
 * export default defineConfig({ globalSetup: 'sparring/playwright/coverage' })
 * @see https://playwright.dev/docs/test-global-setup-teardown
 */
export default function setup(): () => void {
  const folder = makeCoverageFolder()
  // Workers start later, and inherit the variable.
  process.env['SPARRING_COVERAGE_DIR'] = folder
  return () => {
    process.stdout.write(`\nsparring: ${takeCoverage(folder).join('\n')}\n`)
  }
}
