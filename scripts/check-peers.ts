import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { leg } from './leg.ts'
import { checkImage } from './peers/image.ts'
import { checkPipeline } from './peers/pipeline.ts'
import {
  command,
  commandUnder,
  folderOf,
  install,
  nodeOf,
  NODES,
  ownVersion,
  pack,
  project,
  removeAll,
  root,
} from './peers/project.ts'
import { checkVitest } from './peers/consumers.ts'
import { checkLinked } from './peers/linked.ts'
import { checkNodeTest, checkSetup, recipes } from './peers/runners.ts'
import { checkStarter } from './peers/starters.ts'

/**
 * Installs the packed package beside each supported MSW, Node and test runner, and runs the README's test, the commands
 * of a pipeline and the recipes there: `npm run peers` prints a line for each.
 */
const MSW = ['2.0', '2.12', '2.15', '3.0']
/** The most common MSW version, used to test other Nodes. */
const USUAL_MSW = '2.15'
/** In addition to this project's own version, with which all other legs run. */
const OLDER_VITEST = ['2', '3', '4']

/** Consumer tests whose types are checked. */
const CONSUMER = ['consumer/fixtures.test.ts', 'consumer/failing.test.ts']

/** Works without MSW. */
const WITHOUT_MSW = `
import { createMock } from 'sparring'

const mock = createMock({ vendors: ['seek'] })
const { status } = await mock.fetch('https://api.seek-api.com/v1/me', { headers: { 'x-api-key': 'sk_live_mine' } })
if (status !== 200) throw new Error(\`200 should have been answered, not \${status}\`)
`

const WITHOUT_MSW_IN_A_PAGE = `
import { createMock } from 'sparring/browser'
import { seek } from 'sparring/browser/seek'

export const mock = createMock({ vendors: [seek] })
`

/** A linked package is transformed like the project's own code, here for a page. */
const IN_JSDOM = `// @vitest-environment jsdom
import { setupServer } from 'msw/node'
import { createMock } from 'sparring'
import { expect, test } from 'vitest'

test('it loads', () => {
  const mock = createMock({ vendors: ['seek'] })
  expect(setupServer(...mock.handlers).listHandlers()).toHaveLength(1)
})
`

try {
  const tarball = await pack()
  for (const version of NODES) await install(project(`node-${version}`), `node@${version}`)
  // In parallel: a leg mostly waits for npm.
  await Promise.all([
    checkVersions(tarball).then(() => checkLinked(tarball)),
    checkRecipes(tarball).then(() => checkOlderVitest(tarball)),
  ])
} finally {
  removeAll()
}

async function checkVersions(tarball: string): Promise<void> {
  for (const version of MSW) {
    await leg(`MSW ${version}`, async () => {
      const folder = project(version)
      await install(folder, `msw@${version}`, ownVersion('vitest'), tarball)
      await runTests(folder, process.execPath)
      await checkTypes(folder, ['--skipLibCheck', 'true'], 'readme.test.ts', 'browser.test.ts')
    })
  }
  for (const version of NODES) {
    await leg(`Node ${version}`, () => runTests(folderOf(USUAL_MSW), nodeOf(version)))
  }
  await leg('linked, in jsdom', async () => {
    const folder = project('linked')
    await install(folder, `msw@${USUAL_MSW}`, ownVersion('vitest'), ownVersion('jsdom'))
    symlinkSync(root, join(folder, 'node_modules/sparring'))
    writeFileSync(join(folder, 'linked.test.js'), IN_JSDOM)
    await command(folder, process.execPath, 'node_modules/vitest/vitest.mjs', 'run')
  })
  await leg('without MSW', async () => {
    const folder = project('none')
    await install(folder, '@types/node', tarball)
    writeFileSync(join(folder, 'none.ts'), WITHOUT_MSW)
    writeFileSync(join(folder, 'page.ts'), WITHOUT_MSW_IN_A_PAGE)
    for (const file of ['none.ts', 'page.ts'])
      await checkTypes(folder, ['--skipLibCheck', 'false', '--types', 'node'], file)
    await command(folder, process.execPath, 'none.ts')
  })
  await leg('node --test', () => checkNodeTest(folderOf('none')))
  for (const [version, node] of [['24', process.execPath], ...NODES.map((name) => [name, nodeOf(name)])]) {
    await leg(`exec, wait, shutdown, vitest and vitest/setup, Node ${version}`, async () => {
      await checkPipeline(folderOf('none'), node!)
      await checkSetup(folderOf(USUAL_MSW), node!)
      await checkVitest(folderOf(USUAL_MSW), node!)
      await checkStarter(folderOf(USUAL_MSW), { runner: 'vitest', passed: /2 passed \(2\)/, node: node! })
    })
  }
  await leg('types of vitest and vitest/setup', async () => {
    await checkTypes(folderOf(USUAL_MSW), ['--skipLibCheck', 'true'], 'seek.test.ts', 'sparring.setup.ts', ...CONSUMER)
  })
}

async function checkOlderVitest(tarball: string): Promise<void> {
  for (const version of OLDER_VITEST) {
    await leg(`vitest and vitest/setup, vitest ${version}`, async () => {
      const folder = project(`vitest-${version}`)
      await install(folder, `vitest@${version}`, '@types/node', tarball)
      await checkSetup(folder, process.execPath)
      await checkVitest(folder, process.execPath)
      await checkTypes(folder, ['--skipLibCheck', 'true'], ...CONSUMER)
    })
  }
}

async function checkRecipes(tarball: string): Promise<void> {
  for (const { name, packages, check } of recipes) {
    await leg(name, async () => {
      const folder = project(name)
      await install(folder, ...packages, tarball)
      await check(folder)
    })
  }
  await leg('image', checkImage)
}

/** The README's test, and the same for modules that a page imports. */
async function runTests(folder: string, node: string): Promise<void> {
  const readme = /^```ts test\n([\s\S]*?)^```$/m.exec(readFileSync(join(root, 'README.md'), 'utf8'))![1]!
  writeFileSync(join(folder, 'readme.test.ts'), readme)
  writeFileSync(
    join(folder, 'browser.test.ts'),
    readme
      .replace("from 'sparring'", "from 'sparring/browser'\nimport { seek } from 'sparring/browser/seek'")
      .replace("vendors: ['seek']", 'vendors: [seek]'),
  )
  const said = await commandUnder(node, folder, 'node', 'node_modules/vitest/vitest.mjs', 'run', 'readme', 'browser')
  if (!said.includes('2 passed (2)')) throw new Error(`2 tests should have passed:\n${said}`)
}

async function checkTypes(folder: string, options: readonly string[], ...files: string[]): Promise<void> {
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext', '--target', 'es2024']
  const lib = ['--lib', 'es2024,dom,dom.iterable,esnext.disposable', '--ignoreConfig']
  await command(folder, process.execPath, compiler, ...strict, ...lib, ...options, ...files)
}
