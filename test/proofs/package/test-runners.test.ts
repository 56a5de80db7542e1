import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { root } from '../../support/processes/cli.ts'

/** Runs a file by `node --test` on the sources of the package. */
function runNodeTest(file: string) {
  return spawnSync(process.execPath, ['--conditions=sparring-source', '--test', `${root}${file}`], {
    encoding: 'utf8',
    timeout: 30_000,
    // Else it takes itself for a part of the run around it.
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, SPARRING_CHECK_REPLIES: '' },
  })
}

// The recipes of vitest, Jest and Playwright need the package as it is installed: `npm run peers` runs them.
test('node --test runs the recipe, and nothing keeps it open', () => {
  const { status, stdout } = runNodeTest('examples/runners/node-test/seek.test.mjs')
  expect([status, stdout.match(/pass \d+/)?.[0]], stdout).toEqual([0, 'pass 2'])
})

test('node --test gives each test its own session, with the options of node:test', () => {
  const { status, stdout } = runNodeTest('test/consumers/node-test/client.test.mjs')
  expect([status, stdout.match(/pass \d+/)?.[0], stdout.match(/skipped \d+/)?.[0]], stdout).toEqual([
    0,
    'pass 2',
    'skipped 1',
  ])
})

test('node --test fails by findings and by matchers, and says what the mock has seen', () => {
  const { status, stdout } = runNodeTest('test/consumers/node-test/failing.test.mjs')
  expect([status, stdout.match(/pass \d+/)?.[0], stdout.match(/fail \d+/)?.[0]], stdout).toEqual([
    1,
    'pass 1',
    'fail 3',
  ])
  const text = stdout.replaceAll(/^ {2}/gm, '')
  for (const failure of [
    "'seen' !== 'expected'\n\n\nThe mock has seen 1 request; its clock is at +0ms:\n  1 +0ms seek GET /v1/me -> 200 by handle: getMe\n",
    'AssertionError [ERR_ASSERTION]: The client should have met Unauthorized of getMe, and met 200.\n\nThe mock has seen 1',
    'Error [FindingsError]: The client has a finding:\nwarning invalid-body (seek): submitJob: the body is not JSON',
  ])
    expect(text).toContain(failure)
})
