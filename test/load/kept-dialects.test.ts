import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { overlayChain } from '../../mocks/load/dialect-files.ts'
import { createDocuments } from '../../mocks/load/documents.ts'
import { createParseCache, type ParseCache } from '../../mocks/load/files/parse-cache.ts'
import { createLibrary } from '../../mocks/load/library.ts'
import type { Bundle } from '../../mocks/spec/read/bundle.ts'
import { readYaml } from '../../mocks/spec/read/read-yaml.ts'

const library = createLibrary()
const { path, dialects } = library.specOf(library.vendor('seclai'))

function combined(cache: ParseCache): Bundle {
  const documents = createDocuments(process.cwd(), library.displayPath, cache)
  return documents.readWhole(path, overlayChain(dialects.get('combined')!, documents.read))
}

const none: ParseCache = { get: () => undefined, put: () => {} }

test('a dialect of the package that was put together before is the same, and messages name the same places', () => {
  const kept = new Map<string, string>()
  const cache: ParseCache = {
    get: (text) => (kept.has(text) ? JSON.parse(kept.get(text)!) : undefined),
    put: (text, data) => void kept.set(text, JSON.stringify(data)),
  }
  const first = combined(cache)
  expect(kept.size).toBe(1)
  const second = combined(cache)
  expect(second.source.data).not.toBe(first.source.data)
  expect(second.source.data).toEqual(first.source.data)
  expect(JSON.stringify(second.source.data)).toBe(JSON.stringify(first.source.data))
  expect(second.files).toEqual(first.files)
  expect(second.source.file).toBe(first.source.file)
  for (const pointer of ['/info/title', '/x-mock/collections', '/x-mock/jobs', '/components/schemas', '/paths']) {
    expect(second.source.fileOf(pointer)).toBe(first.source.fileOf(pointer))
    expect(second.source.locate(pointer)).toEqual(first.source.locate(pointer))
    const finding = { code: 'wrong', message: 'It is wrong.', pointer }
    expect(second.source.problem(finding)).toEqual(first.source.problem(finding))
  }
})

describe('the build', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sparring-built-'))
  const cache = createParseCache(join(folder, 'data'))
  beforeAll(() => void execFileSync(process.execPath, ['scripts/build-data.ts', folder]))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('reads every spec of the package once, for all starts', () => {
    const files = readdirSync('specs', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'))
    expect(files.length).toBeGreaterThan(5)
    for (const file of files) {
      const text = readFileSync(`specs/${file}`, 'utf8')
      expect(cache.get(text), file).toEqual(readYaml(text).data)
    }
  })

  test('merges the dialects that apply when no request chooses', () => {
    const found: unknown[] = []
    combined({
      get: (text) => {
        found.push(cache.get(text))
        return undefined
      },
      put: () => {},
    })
    expect(found).toEqual([combined(none).source.data])
  })
})
