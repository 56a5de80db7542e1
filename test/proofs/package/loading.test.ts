import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { build } from 'vite'

const root = resolve(import.meta.dirname, '../../..')
const folder = mkdtempSync(join(tmpdir(), 'sparring-loading-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a program prints; it runs in a folder, as a module. */
function run(cwd: string, program: string): string {
  const options = ['--conditions=sparring-source', '--input-type=module', '-e', program]
  const { stdout, stderr } = spawnSync(process.execPath, options, { cwd, encoding: 'utf8' })
  return stdout + stderr
}

/** What Jest's jsdom has none of. */
const MISSING = ['TextDecoder', 'TextEncoder', 'structuredClone', 'ReadableStream', 'setImmediate', 'Response', 'fetch']

test('an environment without some globals can load the package and play every vendor', { timeout: 120_000 }, () => {
  const program = `
    for (const name of ${JSON.stringify(MISSING)}) delete globalThis[name]
    const { createMock, startServer } = await import('sparring')
    const { createRequire } = await import('node:module')
    const { get } = createRequire(import.meta.url)('node:http')
    const vendors = ['seal', 'seamless', 'seclai', 'seek', 'sequentum']
    const server = await startServer({ vendors, port: 0 })
    get(server.url + '/seek/v1/me', { headers: { 'x-api-key': 'sk_live_a' } }, (answer) => {
      console.log(answer.statusCode, server.mock.vendors.join())
      answer.resume()
      server.close()
    })`
  expect(run(root, program)).toBe('200 seal,seamless,seclai,seek,sequentum\n')
})

test('a Node that is too old is told which one is needed', { timeout: 60_000 }, () => {
  const needs = `Failed to start: sparring needs Node 22.18 or later, and this is Node ${process.versions.node}.`
  const program = `
    delete Map.groupBy
    const { createMock } = await import('sparring')
    try { createMock({ vendors: ['seek'] }) } catch (error) { console.log(error.message) }`
  expect(run(root, program)).toBe(`${needs}\n`)

  const old = 'data:text/javascript,import module from "node:module"; delete module.registerHooks'
  const { stderr, status } = spawnSync(process.execPath, ['--import', old, 'mocks/cli/main.ts', 'serve'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect([stderr, status]).toEqual([`sparring: ${needs}\n`, 1])
})

test('globals that an environment has taken away stay away', () => {
  const program = `
    delete globalThis.TextDecoder
    delete globalThis.TextEncoder
    const { createMock } = await import('sparring')
    createMock({ vendors: ['seclai'] }).close()
    console.log(typeof TextDecoder, typeof TextEncoder)`
  expect(run(root, program)).toBe('undefined undefined\n')
})

test('bundled into a file elsewhere, it finds its specs where it is installed', { timeout: 120_000 }, async () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> }
  for (const [name, from] of [
    ['sparring', root],
    ...Object.keys(dependencies).map((name) => [name, resolve('node_modules', name)]),
  ]) {
    const link = join(folder, 'node_modules', name!)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(from!, link)
  }
  writeFileSync(join(folder, 'app.js'), "export { createMock } from 'sparring'\n")
  await build({
    configFile: false,
    root: folder,
    logLevel: 'error',
    resolve: { conditions: ['sparring-source'] },
    ssr: { noExternal: ['sparring'], resolve: { conditions: ['sparring-source'] } },
    build: { ssr: 'app.js', outDir: 'dist', minify: false },
  })
  expect(readdirSync(join(folder, 'dist'))).toContain('app.mjs')
  const program = `
    import { createMock } from './dist/app.mjs'
    const mock = createMock({ vendors: ['seek', 'seclai'] })
    const { status } = await mock.fetch('https://api.seek-api.com/v1/me', { headers: { 'x-api-key': 'sk_live_a' } })
    console.log(status, mock.vendors.join())`
  expect(run(folder, program)).toBe('200 seek,seclai\n')

  // Nothing is there to be found.
  rmSync(join(folder, 'node_modules/sparring'))
  expect(run(folder, program)).toContain('Failed to find the specs of sparring: they are not above')
})

test('no code finds a file in the way that bundlers take for an asset', () => {
  const files = readdirSync('mocks', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  const found = files.filter((file) => /new URL\([^)]*import\.meta/.test(readFileSync(`mocks/${file}`, 'utf8')))
  expect(files.length).toBeGreaterThan(100)
  // The text of a file that is written for users, and the comment that explains the rule.
  expect(found).toEqual(['cli/fixtures/format-sparring.ts', 'spec/read/node-require.ts'])
})
