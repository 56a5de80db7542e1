import { join } from 'node:path'
import type { Mock } from 'sparring'
import { parseDocument, visit } from 'yaml'
import { project } from '../data/folder.ts'
import { frozenMock } from './mock.ts'

export { project as testFolder } from '../data/folder.ts'

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
  return frozenMock({ vendors: [join(project({ ...files, [`${name}.yaml`]: document }), `${name}.yaml`)] })
}
