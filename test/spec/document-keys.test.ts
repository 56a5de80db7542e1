import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isScalar, LineCounter, parseDocument, visit } from 'yaml'

const documents = globSync('specs/**/*.yaml')

test.each(documents)('%s has texts alone for keys, as linters of OpenAPI ask for', (file) => {
  const lineCounter = new LineCounter()
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter, version: '1.2' })
  const found: string[] = []
  visit(document, {
    Pair: (_, { key }) => {
      if (!isScalar(key) || typeof key.value === 'string') return
      const { line } = lineCounter.linePos(key.range![0])
      found.push(`${file}:${line} ${String(key.value)}`)
    },
  })
  expect(found).toEqual([])
})
