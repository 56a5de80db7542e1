import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const out = resolve(`.vitest/modules-${process.pid}`)
beforeAll(() => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build-modules.ts', out], { encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
}, 60_000)
afterAll(() => rmSync(out, { recursive: true, force: true }))

interface Loaded {
  readonly files: ReadonlySet<string>
  readonly packages: ReadonlySet<string>
}

/** What a module leads to without being asked for more. */
function loadedBy(entry: string): Loaded {
  const [files, packages] = [new Set<string>(), new Set<string>()]
  const visit = (file: string): void => {
    if (files.has(file)) return
    files.add(file)
    for (const [, name] of readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^;]*?"([^"]+)";?$/gm)) {
      if (name!.startsWith('.')) visit(join(dirname(file), name!))
      else packages.add(name!)
    }
  }
  visit(join(out, entry))
  return { files, packages }
}

test('every entry point of the package that has a source is a module of the build', () => {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  }
  const built = Object.values(exports).flatMap((entry) =>
    typeof entry === 'object' && entry['sparring-source'] !== undefined ? [entry['default']!] : [],
  )
  expect(built.length).toBeGreaterThan(8)
  expect(built.filter((file) => !existsSync(join(out, file.replace('./dist/', ''))))).toEqual([])
})

test('a start reads some twenty files in place of several hundred', () => {
  expect(globSync('**/*.js', { cwd: out }).length).toBeLessThan(130)
  expect(loadedBy('index.js').files.size).toBeLessThan(40)
})

test.each(['browser.js', 'vendors/kit.js', 'vendors/seclai/index.js'])('%s loads nothing of Node', (entry) => {
  const { files, packages } = loadedBy(entry)
  expect(files.size).toBeGreaterThan(1)
  expect([...packages].filter((name) => name.startsWith('node:') || builtinModules.includes(name))).toEqual([])
})

test('nothing stands in two files: entry points that are loaded into one process share their classes', () => {
  const sources = globSync('**/*.js', { cwd: out }).flatMap((file) =>
    [...readFileSync(join(out, file), 'utf8').matchAll(/^\/\/(?:#region)? (mocks\/\S+\.ts)$/gm)].map(
      ([, source]) => source!,
    ),
  )
  expect(sources).toContain('mocks/spec/values/instants.ts')
  expect(sources.length).toBeGreaterThan(500)
  expect(sources.filter((source, index) => sources.indexOf(source) < index)).toEqual([])
})
