import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Mock } from 'sparring'
import { parseDocument, visit } from 'yaml'
import { onTestFinished } from 'vitest'
import { frozenMock } from './mock.ts'

/** A folder for the files of one test. */
export function testFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'sparring-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

/** A document in which operations say that code answers a part of them. */
export function withCode(document: string, ids: readonly string[]): string {
  const parsed = parseDocument(document)
  visit(parsed, {
    Map: (_, map) => {
      if (ids.includes(String(map.get('operationId')))) map.setIn(['x-mock', 'code'], true)
    },
  })
  return String(parsed)
}

/** A frozen mock of a vendor whose document is a text, and of files beside it. */
export function vendorMock(name: string, document: string, files: Readonly<Record<string, string>> = {}): Mock {
  return frozenMock({ vendors: [join(testFolder({ ...files, [`${name}.yaml`]: document }), `${name}.yaml`)] })
}
