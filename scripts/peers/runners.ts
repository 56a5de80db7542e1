import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkJest, checkMswPlaywright, checkPlaywright, PLAYWRIGHT } from './consumers.ts'
import { command, commandUnder, nodeOf, NODES, ownVersion, root } from './project.ts'
import { checkStarter } from './starters.ts'
import { findChromium } from '../target/chromium.ts'
import { freePort } from '../target/free-port.ts'

/** A recipe of the page on test runners: its additional packages, and the output that shows success. */
interface Recipe {
  readonly name: string
  readonly packages: readonly string[]
  readonly check: (folder: string) => Promise<void>
}

/** Uses this machine's Chromium instead of downloading one. */
const LAUNCH = `launchOptions: { executablePath: '${findChromium()}', args: ['--no-sandbox'] }`
const BARE = `export default { test: { globalSetup: 'sparring/vitest/setup', include: ['seek.test.ts'] } }`
const OWN = `export default { test: { globalSetup: './sparring.setup.ts', include: ['seek.test.ts'] } }`

/** Runs the recipe for vitest, with a setup file and with the module directly. */
export async function checkSetup(folder: string, node: string): Promise<void> {
  copy('vitest-server', folder)
  for (const [config, vendors] of [
    [OWN, ''],
    [BARE, 'seek'],
  ] as const) {
    writeFileSync(join(folder, 'setup.config.mjs'), config)
    const variables = [`SPARRING_VENDORS=${vendors}`]
    const args = ['node', 'node_modules/vitest/vitest.mjs', 'run', '--config', 'setup.config.mjs']
    const said = await commandUnder(node, folder, 'env', ...variables, ...args)
    if (!said.includes('1 passed (1)')) throw new Error(`1 test should have passed:\n${said}`)
  }
}

export const recipes: readonly Recipe[] = [
  {
    name: 'Jest',
    packages: ['jest', 'jest-environment-jsdom'],
    check: async (folder) => {
      // Before the configuration exists, since it starts its own server.
      const passed = /Tests: +2 passed, 2 total/
      for (const type of ['commonjs', 'module'] as const)
        await checkStarter(folder, { runner: 'jest', passed, node: process.execPath, type })
      await checkStarter(folder, { runner: 'jest', passed, node: nodeOf(NODES[0]), type: 'commonjs' })
      copy('jest-server', folder)
      // Jest takes a test file for CommonJS, unless the package says otherwise.
      writeFileSync(
        join(folder, 'package.json'),
        readFileSync(join(folder, 'package.json'), 'utf8').replace('"module"', '"commonjs"'),
      )
      await command(folder, 'node', 'node_modules/jest/bin/jest.js')
      await checkJest(folder)
    },
  },
  {
    name: 'Playwright',
    packages: [ownVersion('@playwright/test')],
    check: async (folder) => {
      const own = join(folder, 'recipe')
      cpSync(join(root, 'examples/runners/playwright'), own, { recursive: true })
      const port = String(await freePort())
      for (const file of ['playwright.config.ts', 'app.mjs']) {
        const text = readFileSync(join(own, file), 'utf8')
        writeFileSync(join(own, file), text.replaceAll('4173', port).replace('use: {', `use: { ${LAUNCH},`))
      }
      const said = await command(own, 'node', join(folder, PLAYWRIGHT), 'test', '--reporter=line')
      for (const text of ['2 passed', 'sparring: coverage: '])
        if (!said.includes(text)) throw new Error(`"${text}" should have been printed:\n${said}`)
      await checkClosed(port)
      await checkPlaywright(folder)
      writeFileSync(join(folder, 'playwright.config.mjs'), `export default { use: { ${LAUNCH} } }`)
      await checkStarter(folder, { runner: 'playwright', passed: /2 passed/, node: process.execPath })
    },
  },
  {
    name: '@msw/playwright',
    packages: [ownVersion('@playwright/test'), '@msw/playwright@0.6.7', 'msw@2.15'],
    check: checkMswPlaywright,
  },
]

/** Runs the recipe for `node --test`, and the consumer project, which need no other package. */
export async function checkNodeTest(folder: string): Promise<void> {
  copy('node-test', folder)
  const said = await command(folder, 'node', '--test')
  if (!/pass 2\b/.test(said)) throw new Error(`2 tests should have passed:\n${said}`)
  cpSync(join(root, 'test/consumers/node-test/client.test.mjs'), join(folder, 'client.test.mjs'))
  const own = await command(folder, 'node', '--test', 'client.test.mjs')
  if (!/pass 2\b/.test(own)) throw new Error(`2 tests should have passed:\n${own}`)
  await checkStarter(folder, { runner: 'node:test', passed: /pass 2\b/, node: process.execPath })
}

function copy(recipe: string, folder: string): void {
  cpSync(join(root, 'examples/runners', recipe), folder, { recursive: true })
}

/** @throws Error when something still listens */
async function checkClosed(port: string): Promise<void> {
  const isOpen = await fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  )
  if (isOpen) throw new Error(`The server on port ${port} has outlived the run.`)
}
