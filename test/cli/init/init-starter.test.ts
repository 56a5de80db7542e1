import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeExample } from '../../../mocks/cli/init/starter/example.ts'
import { readProject } from '../../../mocks/cli/init/starter/project.ts'
import { writeStarter } from '../../../mocks/cli/init/starter/templates.ts'
import { createLibrary } from '../../../mocks/load/library.ts'
import { project, sparring } from '../../support/processes/cli.ts'

const manifest = (packages: Readonly<Record<string, string>>, more: object = {}): string =>
  JSON.stringify({ devDependencies: packages, ...more })

/** Without the flag Jest loads no ES modules. */
const JEST = 'node --experimental-vm-modules node_modules/jest/bin/jest.js'

test.each([
  ['vitest', { vitest: '5' }, {}, 'test/seek.test.js', 'npx vitest run test/seek.test.js'],
  ['vitest', { vitest: '5', typescript: '7' }, {}, 'test/seek.test.ts', 'npx vitest run test/seek.test.ts'],
  ['jest', { jest: '30' }, {}, 'test/seek.test.js', `${JEST} test/seek.test.js`],
  ['jest', { jest: '30' }, { type: 'module' }, 'test/seek.test.cjs', `${JEST} --testMatch "**/*.test.cjs"`],
  ['playwright', { '@playwright/test': '1' }, {}, 'tests/seek.spec.mjs', 'npx playwright test tests/seek.spec.mjs'],
  ['node:test', { typescript: '7' }, {}, 'test/seek.test.mts', 'node --test test/seek.test.mts'],
])('a project with %s (%j %j) gets %s', async (runner, packages, more, file, run) => {
  const cwd = project({ 'package.json': manifest(packages, more) })
  const { code, out } = await sparring(['init'], { cwd })
  expect(code).toBe(0)
  expect(out).toContain(`${file} is a first test for ${runner}, with seek in the vendor's place.\n`)
  expect(out).toContain(`  ${run} `)
  expect(out).toContain('  npm i -D sparring ')
  expect(existsSync(join(cwd, file))).toBe(true)
})

test('the folder of tests that is there is taken, and a tsconfig.json means TypeScript', async () => {
  const cwd = project({
    'package.json': manifest({ vitest: '5' }),
    'tsconfig.json': '{}',
    'tests/old.test.ts': '',
  })
  await sparring(['init', '--vendor', 'seal'], { cwd })
  expect(readdirSync(join(cwd, 'tests'))).toEqual(['old.test.ts', 'seal.test.ts'])
})

test('a starter for Jest and for Playwright plays a good and a bad day', async () => {
  const jest = project({ 'package.json': manifest({ jest: '30' }) })
  await sparring(['init'], { cwd: jest })
  const text = readFileSync(join(jest, 'test/seek.test.js'), 'utf8')
  expect(text).toContain("const { createTest } = require('sparring/jest')")
  expect(text).toContain("  next('seek', 'getMe', 429)\n  expect(await callVendor(seek)).toBe(429)\n")
  const playwright = project({ 'package.json': manifest({ '@playwright/test': '1', typescript: '7' }), 'e2e/a.ts': '' })
  await sparring(['init'], { cwd: playwright })
  const spec = readFileSync(join(playwright, 'e2e/seek.spec.ts'), 'utf8')
  expect(spec).toContain("import { createTest, expect } from 'sparring/playwright'")
  expect(spec).toContain(
    "    const answer = await fetch('https://api.seek-api.com/v1/me', { headers: { 'x-api-key': key } })\n",
  )
  expect(spec).toContain("  next('seek', 'getMe', 429)\n  await openPage(page, seek.key)\n")
  expect(spec).toContain("findings: { 'browser-credential': { severity: 'off', ")
})

test('a page of a vendor that lets pages have keys turns no finding off', async () => {
  const cwd = project({ 'package.json': manifest({ '@playwright/test': '1' }) })
  await sparring(['init', '--vendor', 'seal'], { cwd })
  expect(readFileSync(join(cwd, 'tests/seal.spec.mjs'), 'utf8')).toContain(
    "\nconst test = createTest({ vendors: ['seal'], clock: { frozen: true } })\n",
  )
})

test('for a Node whose Jest loads no ES modules the tests stand beside a server', async () => {
  const folder = project({ 'package.json': manifest({ jest: '30' }) })
  const example = await makeExample(createLibrary(), 'seek')
  for (const [version, run] of [
    ['22.18.0', 'npx sparring exec seek -- npx jest test/seek.test.js'],
    ['24.8.0', 'npx sparring exec seek -- npx jest test/seek.test.js'],
    ['24.9.0', `${JEST} test/seek.test.js`],
    ['26.0.0', `${JEST} test/seek.test.js`],
  ] as const)
    expect(writeStarter(readProject(folder, version), example).run, version).toBe(run)
  const { text } = writeStarter(readProject(folder, '22.18.0'), example)
  expect(text).toContain('const { SPARRING_URL, SPARRING_SEEK_URL: url, SPARRING_SEEK_KEY: key } = process.env\n')
  expect(text).toContain("  await control('/next', { vendor: 'seek', operation: 'getMe', error: 429 })\n")
})

test('nothing is written over, and only vendors of the package are taken', async () => {
  const cwd = project({ 'test/seek.test.mjs': '// mine\n' })
  expect(await sparring(['init'], { cwd })).toMatchObject({
    code: 2,
    err: expect.stringContaining('test/seek.test.mjs already exists, and was left unchanged. --out writes another.'),
  })
  expect(readFileSync(join(cwd, 'test/seek.test.mjs'), 'utf8')).toBe('// mine\n')
  const elsewhere = await sparring(['init', '--out', 'first.test.mjs'], { cwd })
  expect(elsewhere.out).toContain('  node --test first.test.mjs ')
  expect(existsSync(join(cwd, 'first.test.mjs'))).toBe(true)
  expect(await sparring(['init', '--vendor', 'stripe'], { cwd })).toMatchObject({
    code: 2,
    err: expect.stringContaining(
      '--vendor is "stripe" and must be one of seal, seamless, seclai, seek, sequentum. For an OpenAPI document of your own: sparring init FILE.',
    ),
  })
})
