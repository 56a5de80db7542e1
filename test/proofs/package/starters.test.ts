import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { root, sparring } from '../../support/processes/cli.ts'
import { typeErrors } from '../../support/processes/type-errors.ts'

const manifest = (packages: Readonly<Record<string, string>>, more: object = {}): string =>
  JSON.stringify({ devDependencies: packages, ...more })

/** A folder below the project's own, where the package is found by its name. */
function ownFolder(name: string): string {
  const folder = join(root, '.vitest', `${name}-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('without a package.json a first test for node:test is written, which passes at once, for each vendor', async () => {
  const cwd = ownFolder('starter')
  const vendors = ['seal', 'seamless', 'seclai', 'seek', 'sequentum']
  for (const vendor of vendors)
    expect((await sparring(['init', '--vendor', vendor], { cwd })).out).toContain(
      `test/${vendor}.test.mjs is a first test for node:test, with ${vendor} in the vendor's place.\n`,
    )
  expect(readdirSync(join(cwd, 'test'))).toEqual(vendors.map((vendor) => `${vendor}.test.mjs`))
  const run = spawnSync(process.execPath, ['--conditions=sparring-source', '--test', '--test-isolation=none'], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, SPARRING_CHECK_REPLIES: '' },
  })
  expect([run.status, run.stdout.match(/pass \d+/)?.[0]], run.stdout).toEqual([0, 'pass 10'])
}, 120_000)

test('the written files have no type errors', async () => {
  const cwd = ownFolder('starter-types')
  writeFileSync(join(cwd, 'package.json'), manifest({ vitest: '5', typescript: '7' }, { type: 'module' }))
  await sparring(['init'], { cwd })
  writeFileSync(join(cwd, 'package.json'), manifest({ typescript: '7' }, { type: 'module' }))
  await sparring(['init', '--vendor', 'seal'], { cwd })
  writeFileSync(join(cwd, 'package.json'), manifest({ '@playwright/test': '1', typescript: '7' }, { type: 'module' }))
  await sparring(['init', '--out', 'test/seek.spec.ts'], { cwd })
  // A package.json would make the package's own name unknown here.
  rmSync(join(cwd, 'package.json'))
  writeFileSync(join(cwd, 'tsconfig.json'), JSON.stringify({ extends: '../../tsconfig.json', include: ['test'] }))
  expect(typeErrors(cwd, 'package')).toBe('')
  expect(readdirSync(join(cwd, 'test'))).toEqual(['seal.test.mts', 'seek.spec.ts', 'seek.test.ts'])
}, 120_000)
