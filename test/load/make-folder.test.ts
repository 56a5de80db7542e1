import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { makeFolder } from '../../mocks/load/files/make-folder.ts'

test('makes a folder and those above it, and leaves one that is there', () => {
  const top = mkdtempSync(join(tmpdir(), 'sparring-folder-'))
  onTestFinished(() => rmSync(top, { recursive: true }))
  const folder = join(top, 'one/two/three')
  makeFolder(folder)
  makeFolder(folder)
  expect(existsSync(folder)).toBe(true)
  writeFileSync(join(top, 'file'), '')
  expect(() => makeFolder(join(top, 'file/below'))).toThrow('ENOTDIR')
})

test('reports at once that no folder can be created', () => {
  // In a process of its own, since what never ends could not be stopped here.
  const module = pathToFileURL('mocks/load/files/make-folder.ts').href
  const script = `import { makeFolder } from '${module}'; makeFolder('/proc/sparring/none')`
  const { status, signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    timeout: 20_000,
  })
  expect([status, signal]).toEqual([1, null])
  expect(stderr).toMatch(/mkdir '\/proc/)
})
