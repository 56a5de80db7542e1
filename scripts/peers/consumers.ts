import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandUnder, root } from './project.ts'
import { findChromium } from '../target/chromium.ts'

/** Projects of `test/consumers`, each run by its own test runner on the installed package. */

/**
 * Checks that tests pass and fail as they should in vitest, that a failure shows the mock's exchanges, and that
 * coverage is merged.
 */
export async function checkVitest(folder: string, node: string): Promise<void> {
  const own = copy('vitest', folder)
  const vitest = join(folder, 'node_modules/vitest/vitest.mjs')
  const env = ['env', 'SPARRING_COVERAGE_DIR=']
  // The command fails with its tests; only its output matters.
  const said = await commandUnder(node, own, 'sh', '-c', '"$@" 2>&1 || true', 'sh', ...env, 'node', vitest, 'run')
  const told = said.replaceAll(/job_\w+/g, 'job_…').replaceAll(/getMe +/g, 'getMe ')
  const wanted = [
    '6 failed | 11 passed (17)',
    'sparring: coverage: ',
    // The 401 was met in one file only, the 200 in both.
    'getMe 200, 401',
    // The wording of errors differs between versions.
    ...whatWasSeen(join(own, 'failures.txt')),
  ]
  await checkRecipe(folder, node, vitest)
  const missing = wanted.filter((text) => !told.includes(text))
  if (missing.length > 0) throw new Error(`This should have been printed:\n${missing.join('\n')}\n\nIt was:\n${said}`)
}

/** The same with Jest: in CommonJS, in ES modules and in jsdom. */
export async function checkJest(folder: string): Promise<void> {
  const own = copy('jest', folder)
  cpSync(join(root, 'examples/runners/jest'), own, { recursive: true })
  const jest = ['node', '--experimental-vm-modules', join(folder, 'node_modules/jest/bin/jest.js')]
  const said = await commandUnder(process.execPath, own, 'sh', '-c', '"$@" 2>&1 || true', 'sh', ...jest)
  for (const text of [
    'Tests:       2 failed, 1 skipped, 8 passed, 11 total',
    '    Received: "seen"\n\n    The mock has seen 1 request; its clock is at +0ms:\n      1 +0ms seek GET /v1/me -> 200 by handle',
    'FindingsError: The client has a finding:',
  ])
    if (!said.includes(text)) throw new Error(`"${text}" should have been printed:\n${said}`)
}

/** Path of Playwright's command in a project. */
export const PLAYWRIGHT = 'node_modules/@playwright/test/cli.js'

/** The same with Playwright: in process and by the server, in two workers. */
export async function checkPlaywright(folder: string): Promise<void> {
  const own = copy('playwright', folder)
  const env = ['env', `SPARRING_CHROMIUM=${findChromium()}`, 'SPARRING_COVERAGE_DIR=']
  const args = ['node', join(folder, PLAYWRIGHT), 'test', '--reporter=list']
  const said = await commandUnder(process.execPath, own, 'sh', '-c', '"$@" 2>&1 || true', 'sh', ...env, ...args)
  const failures = readFileSync(join(own, 'playwright-failures.txt'), 'utf8').trimEnd().split('\n\n\n')
  const wanted = ['4 failed', '1 skipped', '10 passed', 'getMe           200, 401', ...failures]
  const missing = wanted.filter((text) => !said.includes(text))
  if (missing.length > 0) throw new Error(`This should have been printed:\n${missing.join('\n')}\n\nIt was:\n${said}`)
}

/** Checks pages with the MSW handlers through MSW's binding for Playwright. */
export async function checkMswPlaywright(folder: string): Promise<void> {
  const own = copy('msw-playwright', folder)
  cpSync(join(root, 'examples/runners/msw-playwright'), own, { recursive: true })
  cpSync(join(root, 'test/consumers/playwright/playwright.config.ts'), join(own, 'playwright.config.ts'))
  const chromium = `SPARRING_CHROMIUM=${findChromium()}`
  const said = await commandUnder(process.execPath, own, 'env', chromium, 'node', join(folder, PLAYWRIGHT), 'test')
  if (!said.includes('4 passed')) throw new Error(`4 tests should have passed:\n${said}`)
}

/** The recipe of the page on test runners. */
async function checkRecipe(folder: string, node: string, vitest: string): Promise<void> {
  const own = join(folder, 'recipe')
  cpSync(join(root, 'examples/runners/vitest'), own, { recursive: true })
  const said = await commandUnder(node, own, 'node', vitest, 'run')
  for (const text of ['2 passed (2)', 'sparring: coverage: '])
    if (!said.includes(text)) throw new Error(`"${text}" should have been printed:\n${said}`)
}

function whatWasSeen(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^The mock has seen .*(?:\n {2}.*)*/gm)].map(([text]) => text)
}

function copy(consumer: string, folder: string): string {
  const own = join(folder, 'consumer')
  cpSync(join(root, 'test/consumers', consumer), own, { recursive: true })
  return own
}
