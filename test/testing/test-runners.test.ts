import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { root } from '../support/processes/cli.ts'

// Those of vitest, Jest and Playwright need the package as it is installed: `npm run peers` runs them.
test('node --test runs the recipe, and nothing keeps it open', () => {
  const file = `${root}examples/runners/node-test/seek.test.mjs`
  const { status, stdout } = spawnSync(process.execPath, ['--conditions=sparring-source', '--test', file], {
    encoding: 'utf8',
    timeout: 30_000,
    // Else it takes itself for a part of the run around it.
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
  })
  expect([status, stdout.match(/pass \d+/)?.[0]], stdout).toEqual([0, 'pass 2'])
})
