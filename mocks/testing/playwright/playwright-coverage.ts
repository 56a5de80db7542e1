import { makeCoverageFolder, takeCoverage } from '../run-coverage.ts'

/**
 * A `globalSetup` of Playwright: adds up what the clients of all tests have met, whatever worker they ran in, and prints after the
 * run which of the vendors' answers were met and what would meet the others.
 *
 * @example
 * // playwright.config.ts
 * export default defineConfig({ globalSetup: 'sparring/playwright/coverage' })
 * @see https://playwright.dev/docs/test-global-setup-teardown
 */
export default function setup(): () => void {
  const folder = makeCoverageFolder()
  // Workers start after this, and inherit it.
  process.env['SPARRING_COVERAGE_DIR'] = folder
  return () => {
    process.stdout.write(`\nsparring: ${takeCoverage(folder).join('\n')}\n`)
  }
}
