import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readNumber } from '../../mocks/spec/values/exact-number.ts'
import { fromPlainJson, toPlainJson } from '../../mocks/state/plain-json.ts'

test('bytes, and the numbers that JSON lacks, are written as marked maps', () => {
  expect(toPlainJson({ file: Uint8Array.of(1, 255), until: Infinity, from: -Infinity, left: undefined })).toEqual({
    file: { $bytes: 'Af8=' },
    until: { $number: 'Infinity' },
    from: { $number: '-Infinity' },
  })
})

test('a map in the data that looks like a mark stays as it is', () => {
  const data = {
    a: { $bytes: 'AQ==' },
    b: { $number: 'Infinity' },
    c: { $map: { $bytes: 'x' } },
    d: { $bytes: 1, x: 2 },
  }
  expect(fromPlainJson(JSON.parse(JSON.stringify(toPlainJson(data))))).toEqual(data)
})

test('any plain data comes back from JSON as it was', () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom(null, Infinity, -Infinity, Number.NaN, 0.5, readNumber('9007199254740993')),
    fc.uint8Array({ maxLength: 20 }),
  )
  const name = fc.oneof(fc.string(), fc.constantFrom('$bytes', '$number', '$exact', '$map', '__proto__', 'constructor'))
  const { data } = fc.letrec((tie) => ({
    data: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('data')), fc.dictionary(name, tie('data'))),
  }))
  fc.assert(
    fc.property(data, (value) => {
      expect(fromPlainJson(JSON.parse(JSON.stringify(toPlainJson(value))))).toEqual(value)
    }),
  )
})
