import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDuration, parseDuration } from '../mocks/spec/duration.ts'
import xMock from '../specs/x-mock.schema.json' with { type: 'json' }
import scenario from '../scenarios/scenario.schema.json' with { type: 'json' }

test.each([
  ['250ms', 250],
  ['0ms', 0],
  ['10s', 10_000],
  ['1.5s', 1500],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['30d', 2_592_000_000],
  ['99999999d', 8_639_999_913_600_000],
])('reads %s as %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each(['', '10', 's', '10 s', '1500us', '1h30m', '-5s', '1.5ms', '1e3s', '.5s', '999999999d', 'never', '10S'])(
  'gives nothing for "%s"',
  (text) => {
    expect(parseDuration(text)).toBeUndefined()
  },
)

test.each([
  [0, '0ms'],
  [4210, '4210ms'],
  [1000, '1s'],
  [90_000, '90s'],
  [300_000, '5m'],
  [3_600_000, '1h'],
  [86_400_000, '1d'],
  [333.4, '333ms'],
])('writes %d ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test('reads back what it writes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 90_000_000 }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBe(ms)
    }),
  )
})

test('the schema files mean the same durations', () => {
  const patterns = [xMock.$defs.fixedDuration.pattern, scenario.$defs.duration.pattern]
  const texts = fc.stringMatching(/^[0-9]{0,9}(\.[0-9]{0,4})?(ms|s|m|h|d|us)?$/)
  fc.assert(
    fc.property(texts, (text) => {
      const expected = parseDuration(text) !== undefined
      for (const pattern of patterns) expect(new RegExp(pattern, 'u').test(text)).toBe(expected)
    }),
  )
})
