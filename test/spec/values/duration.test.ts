import fc from 'fast-check'
import { expect, test } from 'vitest'
import { frozenMock } from '../../support/mock/mock.ts'
import {
  DURATION_PATTERN,
  durationHint,
  formatDuration,
  LONGEST_MS,
  parseDuration,
  parseRate,
} from '../../../mocks/spec/values/duration.ts'
import xMock from '../../../specs/x-mock.schema.json' with { type: 'json' }
import scenario from '../../../scenarios/scenario.schema.json' with { type: 'json' }

test.each([
  ['250ms', 250],
  ['0ms', 0],
  ['10s', 10_000],
  ['1.5s', 1500],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['30d', 2_592_000_000],
  ['99999999d', 8_639_999_913_600_000],
  ['100000000ms', 100_000_000],
  ['123456789s', 123_456_789_000],
  ['8640000000000000ms', LONGEST_MS],
  ['0.123456s', 123],
  ['000000000010s', 10_000],
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

test.each([
  ['8640000000000001ms', ' It is too long: the longest is 100000000d.'],
  ['999999999d', ' It is too long: the longest is 100000000d.'],
  ['-5s', ' It is negative.'],
  ['10', ' Its unit is missing.'],
  ['2 s', ''],
  ['10s', ''],
])('says what is wrong with "%s"', (text, hint) => {
  expect(durationHint(text)).toBe(hint)
})

test.each([
  ['10 per 1s', 0.01],
  ['0.5 per 2s', 0.00025],
  ['10 per 0s', undefined],
  ['10 per 1.5ms', undefined],
  ['per 1s', undefined],
])('reads the rate %s', (text, rate) => {
  expect(parseRate(text)).toBe(rate)
})

test('reads back what it writes', () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer({ min: 0, max: 90_000_000 }), fc.integer({ min: 0, max: LONGEST_MS })), (ms) => {
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
  expect(patterns).toEqual([DURATION_PATTERN, DURATION_PATTERN])
})

test('a duration that is too long is reported in scenarios, in play and in spans of time', () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const refusal = (changes: object): string => {
    try {
      mock.play('seek/happy-path', changes)
      return 'none'
    } catch (error) {
      return (error as Error).message.split('\n').slice(1).join('\n')
    }
  }
  expect(refusal({ latency: '8640000000000001ms' })).toMatch(
    /"latency" must be a duration like 200ms, .*; got "8640000000000001ms"\. It is too long: the longest is 100000000d\.$/,
  )
  expect(refusal({ tokens: { oauth: { access: { lasts: '9999999999999s' } } } })).toMatch(/It is too long/)
  expect(refusal({ rules: [{ when: { time: '1m..9999999999999s' }, then: { delay: '1s' } }] })).toMatch(
    /"9999999999999s" is not a moment\. It is too long: the longest is 100000000d\.$/,
  )
  expect(refusal({ limits: { requests: { refill: '1 per 0s' } } })).toMatch(
    /"1 per 0s" is not a rate\. Its duration has to be above 0\. Write "10 per 1s"\.$/,
  )
  expect(refusal({ latency: '123456789s' })).toBe('none')
})
