import { expect, test } from 'vitest'
import { LONG_NUMBER, parseExactly } from '../../../mocks/spec/values/exact-number.ts'

test.each([
  '9007199254740993',
  '-9007199254740993',
  '[1,9007199254740993]',
  '{"a": 9007199254740993}',
  '[9007199254740993\n]',
])('the integer beyond 2^53 in %j is read as it was written', (text) => {
  expect(LONG_NUMBER.test(text)).toBe(true)
  expect(JSON.stringify(parseExactly(text))).toContain('9007199254740993')
})

test.each([
  '{"id":"9007199254740993"}',
  '{"at":0.1234567890123456789}',
  '{"log":"rekor.example - 2605736670972794746\\n93750551"}',
  '{"log":"no 2605736670972794746."}',
])('%j has plain numbers alone, and is read without looking at each value', (text) => {
  expect(LONG_NUMBER.test(text)).toBe(false)
  expect(parseExactly(text)).toEqual(JSON.parse(text))
})
