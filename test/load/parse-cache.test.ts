import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createParseCache, createProjectCache } from '../../mocks/load/files/parse-cache.ts'
import { readYaml } from '../../mocks/spec/read/read-yaml.ts'

const long = `a: ${'x'.repeat(20_000)}\n`

function project(): { readonly cwd: string; readonly built: string; readonly own: string } {
  const cwd = mkdtempSync(join(tmpdir(), 'sparring-cache-'))
  mkdirSync(join(cwd, 'node_modules'))
  return { cwd, built: join(cwd, 'built'), own: join(cwd, 'node_modules/.cache/sparring') }
}

test('a long text that was read is kept below node_modules, and a short one is not', () => {
  const { cwd, built, own } = project()
  const cache = createProjectCache(cwd, built)
  cache.put('a: 1\n', { a: 1 })
  expect(existsSync(own)).toBe(false)
  cache.put(long, { a: 'kept' })
  expect(createProjectCache(cwd, built).get(long)).toEqual({ a: 'kept' })
  expect(cache.get(`${long}b: 2\n`)).toBeUndefined()
  expect(existsSync(built)).toBe(false)
})

test('what the package was built with is found, whatever its length, until the text changes', () => {
  const { cwd, built } = project()
  createParseCache(built).put('a: 1\n', { a: 'built' })
  const cache = createProjectCache(cwd, built)
  expect(cache.get('a: 1\n')).toEqual({ a: 'built' })
  expect(cache.get('a: 2\n')).toBeUndefined()
})

test('the build reads every spec of the package once, for all starts', () => {
  const { cwd } = project()
  execFileSync(process.execPath, ['scripts/build-data.ts', cwd])
  const cache = createParseCache(join(cwd, 'data'))
  const files = readdirSync('specs', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'))
  expect(files.length).toBeGreaterThan(5)
  for (const file of files) {
    const text = readFileSync(`specs/${file}`, 'utf8')
    expect(cache.get(text), file).toEqual(readYaml(text).data)
  }
})
