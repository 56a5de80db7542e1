import { existsSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createParseCache, createProjectCache } from '../../mocks/load/files/parse-cache.ts'

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

test('parsed documents of the package are found, whatever their length, until the text changes', () => {
  const { cwd, built } = project()
  createParseCache(built).put('a: 1\n', { a: 'built' })
  const cache = createProjectCache(cwd, built)
  expect(cache.get('a: 1\n')).toEqual({ a: 'built' })
  expect(cache.get('a: 2\n')).toBeUndefined()
})
