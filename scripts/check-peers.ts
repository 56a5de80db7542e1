import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

/**
 * Installs the packed package as its users do, beside each MSW and under each Node that it promises to work with, and runs
 * the README's test there: `npm run peers` prints a line for each.
 */
const MSW = ['2.0', '2.12', '2.15', '3.0']
/** The MSW that most projects have: what other Nodes are tried with. */
const USUAL_MSW = '2.15'
/** The first is the oldest that `engines` allows; 24 is what all other legs run under. */
const NODES = ['22.18', '26']

/** What works where MSW is not installed. */
const WITHOUT_MSW = `
import { createMock } from 'sparring'

const mock = createMock({ vendors: ['seek'] })
const { status } = await mock.fetch('https://api.seek-api.com/v1/me', { headers: { 'x-api-key': 'sk_live_mine' } })
if (status !== 200) throw new Error(\`200 should have been answered, not \${status}\`)
`

/** A linked package is transformed as the project's own code is, and here as for a page. */
const IN_JSDOM = `// @vitest-environment jsdom
import { setupServer } from 'msw/node'
import { createMock } from 'sparring'
import { expect, test } from 'vitest'

test('it loads', () => {
  const mock = createMock({ vendors: ['seek'] })
  expect(setupServer(...mock.handlers).listHandlers()).toHaveLength(1)
})
`

/** Real ms that one command may take. */
const PATIENCE = 120_000

const root = resolve(import.meta.dirname, '..')
const work = mkdtempSync(join(tmpdir(), 'sparring-peers-'))
const run = promisify(execFile)
let failed = 0

try {
  const [packed] = JSON.parse(await command(root, 'npm', 'pack', '--json', '--pack-destination', work)) as [
    { readonly filename: string },
  ]
  const tarball = join(work, packed.filename)
  for (const version of MSW) {
    await leg(`MSW ${version}`, async () => {
      const folder = project(version)
      await install(folder, `msw@${version}`, 'vitest', tarball)
      await runTests(folder, process.execPath)
      await checkTypes(folder, ['--skipLibCheck', 'true'], 'readme.test.ts', 'browser.test.ts')
    })
  }
  for (const version of NODES) {
    await leg(`Node ${version}`, async () => {
      const folder = project(`node-${version}`)
      await install(folder, `node@${version}`)
      await runTests(join(work, USUAL_MSW), join(folder, 'node_modules/node/bin/node'))
    })
  }
  await leg('linked, in jsdom', async () => {
    const folder = project('linked')
    await install(folder, `msw@${USUAL_MSW}`, 'vitest', 'jsdom')
    symlinkSync(root, join(folder, 'node_modules/sparring'))
    writeFileSync(join(folder, 'linked.test.js'), IN_JSDOM)
    await command(folder, process.execPath, 'node_modules/vitest/vitest.mjs', 'run')
  })
  await leg('@msw/playwright', async () => {
    await install(project('playwright'), '--package-lock-only', 'msw@2', '@msw/playwright', tarball)
  })
  await leg('without MSW', async () => {
    const folder = project('none')
    await install(folder, '@types/node', tarball)
    writeFileSync(join(folder, 'none.ts'), WITHOUT_MSW)
    await checkTypes(folder, ['--skipLibCheck', 'false', '--types', 'node'], 'none.ts')
    await command(folder, process.execPath, 'none.ts')
  })
} finally {
  rmSync(work, { recursive: true, force: true })
}
if (failed > 0) process.exitCode = 1

/** Runs one leg and says how it went; what went wrong does not keep the others from being run. */
async function leg(name: string, check: () => Promise<void>): Promise<void> {
  const start = performance.now()
  try {
    await check()
    console.log(`${name}: passes (${((performance.now() - start) / 1000).toFixed(1)} s)`)
  } catch (error) {
    failed++
    const {
      stdout = '',
      stderr = '',
      message,
    } = error as Error & { readonly stdout?: string; readonly stderr?: string }
    console.error(`${name}: FAILS\n${[message, stdout, stderr].join('\n').replaceAll(/^/gm, '  ')}`)
  }
}

/** A project of its own, as empty as `npm init` leaves it. */
function project(name: string): string {
  const folder = join(work, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module", "allowScripts": { "node": true } }')
  return folder
}

async function install(folder: string, ...packages: string[]): Promise<void> {
  await command(folder, 'npm', 'install', '-D', '--prefer-offline', '--no-audit', '--no-fund', ...packages)
}

/** The README's test, and the same in what a page imports. */
async function runTests(folder: string, node: string): Promise<void> {
  const readme = /^```ts test\n([\s\S]*?)^```$/m.exec(readFileSync(join(root, 'README.md'), 'utf8'))![1]!
  writeFileSync(join(folder, 'readme.test.ts'), readme)
  writeFileSync(
    join(folder, 'browser.test.ts'),
    readme
      .replace("from 'sparring'", "from 'sparring/browser'\nimport { seek } from 'sparring/browser/seek'")
      .replace("vendors: ['seek']", 'vendors: [seek]'),
  )
  const said = await command(folder, node, 'node_modules/vitest/vitest.mjs', 'run')
  if (!said.includes('2 passed (2)')) throw new Error(`2 tests should have passed:\n${said}`)
}

async function checkTypes(folder: string, options: readonly string[], ...files: string[]): Promise<void> {
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext', '--target', 'es2024']
  const lib = ['--lib', 'es2024,dom,dom.iterable,esnext.disposable', '--ignoreConfig']
  await command(folder, process.execPath, compiler, ...strict, ...lib, ...options, ...files)
}

async function command(folder: string, file: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, NO_COLOR: '1' }
  const { stdout } = await run(file, args, { cwd: folder, env, timeout: PATIENCE, maxBuffer: 64 * 1024 * 1024 })
  return stdout
}
