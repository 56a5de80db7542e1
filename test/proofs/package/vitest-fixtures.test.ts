import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { InvalidArgumentError } from 'sparring'
import { createTest } from 'sparring/vitest'
import { expect, onTestFinished, test } from 'vitest'
import { matchers } from '../../../mocks/testing/matchers/matchers.ts'
import { root } from '../../support/processes/cli.ts'

const SOURCES = {
  resolve: { conditions: ['sparring-source'] },
  ssr: { resolve: { conditions: ['sparring-source'], externalConditions: ['sparring-source'] } },
}

/** Runs vitest on the project of `test/consumers/vitest`, with the package's sources in place of the installed package. */
function runProject() {
  const folder = `${root}.vitest/fixtures-${process.pid}`
  mkdirSync(folder, { recursive: true })
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const config = `${folder}/vitest.config.mjs`
  const own = { root, dir: `${root}test/consumers/vitest`, include: ['**/*.test.ts'], exclude: [], testTimeout: 30_000 }
  const globalSetup = `${root}mocks/testing/vitest-coverage.ts`
  // Node runs the sources as they are: through vite they take three times as long.
  const server = '{ deps: { external: [/\\/mocks\\//] } }'
  const given = JSON.stringify({ ...SOURCES, test: { ...own, globalSetup } })
  writeFileSync(config, `const config = ${given}\nconfig.test.server = ${server}\nexport default config`)
  const vitest = `${root}node_modules/vitest/vitest.mjs`
  const { stdout, stderr, status } = spawnSync(process.execPath, [vitest, 'run', '--config', config], {
    cwd: root,
    encoding: 'utf8',
    timeout: 80_000,
    env: { ...process.env, NO_COLOR: '1', VITEST: '', SPARRING_COVERAGE_DIR: '', SPARRING_CHECK_REPLIES: '' },
  })
  return { stdout, stderr, status }
}

test('each test has a session, a server, vendors and matchers of its own; it fails by findings and matchers, and says what the mock has seen', () => {
  const { stdout, stderr, status } = runProject()
  // Some of them at the same time.
  expect(stdout, stdout + stderr).toMatch(/✓ \S+fixtures\.test\.ts \(10 tests\)/)
  expect([status, /Tests +6 failed \| 11 passed \(17\)/.test(stdout)], stdout + stderr).toEqual([1, true])
  const wanted = readFileSync(`${root}test/consumers/vitest/failures.txt`, 'utf8')
  const told = stderr.replaceAll(/job_\w+/g, 'job_…')
  for (const failure of wanted.trim().split('\n\n\n')) expect(told).toContain(failure)
  // One coverage for all files: the 401 was met in one file alone, and the 200 in both.
  expect(stdout).toMatch(
    /\nsparring: coverage: \d+ of \d+ answers met .*\n {2}seek +met +missing\n {2}getMe +200, 401 /,
  )
})

test('the page on test runners lists every matcher', () => {
  const page = readFileSync(`${root}docs/test-runners.md`, 'utf8')
  expect([...page.matchAll(/^\| `(toHave\w+)\(/gm)].map(([, name]) => name)).toEqual(Object.keys(matchers))
})

test('options that tests do not take are refused where the test is made', () => {
  // @ts-expect-error TypeScript knows them too.
  expect(() => createTest({ vendors: ['seek'], failon: 'never' })).toThrow(
    new InvalidArgumentError('create a test', ['"failon" is not an option. Did you mean "failOn"?']),
  )
  // @ts-expect-error
  expect(() => createTest({ vendors: ['seek'], failOn: 'off' })).toThrow(
    '"failOn" is "off"; write info, warning, error or never.',
  )
})
