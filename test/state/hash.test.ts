import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonical, hash, random } from '../../mocks/state/hash.ts'

test('hash and random give for ever what they give today', () => {
  expect(hash()).toBe('027ae52ecfc796215593990d4b41437c')
  expect(hash('seek', 'job', 1)).toBe('db402a03c01ca131a0e1c9cdee59c7df')
  expect(hash('é', '\u{1f600}', '')).toBe('088aeb9931045bd413b15c1c7e54b83f')
  expect(random('seek', 'job', 1).hex(12)).toBe('89b6931356c6')
  expect(random(1, 'seal').int(1, 1_000_000)).toBe(804974)
  expect(random('a').next()).toBe(0.7485405690968037)
})

test('hash depends on each part, on their order and on where they part', () => {
  const all = [
    hash('a', 'b'),
    hash('b', 'a'),
    hash('ab'),
    hash('a', 'b', ''),
    hash('', 'a', 'b'),
    hash('a'),
    hash('b'),
    hash('A', 'b'),
  ]
  expect(new Set(all).size).toBe(all.length)
  expect(all.every((text) => /^[0-9a-f]{32}$/.test(text))).toBe(true)
  expect(hash('a', 1)).toBe(hash('a', '1'))
})

test('equal parts give equal streams, and different parts different ones', () => {
  const [one, two] = [random('x', 1), random('x', 1)]
  const other = random('x', 2)
  other.next()
  expect([one.next(), one.int(0, 9), one.hex(5), one.pick(['a', 'b', 'c'])]).toEqual([
    two.next(),
    two.int(0, 9),
    two.hex(5),
    two.pick(['a', 'b', 'c']),
  ])
})

test('numbers are spread evenly, from the first of a stream on', () => {
  const buckets = Array.from({ length: 20 }, () => 0)
  const count = 20_000
  // The first number of many streams, as seeded choices take it, not many numbers of one.
  for (let stream = 0; stream < count; stream++) buckets[random('spread', stream).int(0, 19)]!++
  const wanted = count / 20
  const chiSquare = buckets.reduce((sum, seen) => sum + (seen - wanted) ** 2 / wanted, 0)
  // 19 degrees of freedom: 43.8 is passed by one generator of a thousand that is fair.
  expect(chiSquare).toBeLessThan(43.8)
})

test('one bit more in the input changes half of the output', () => {
  let changed = 0
  const count = 500
  for (let index = 0; index < count; index++) changed += differingBits(hash('row', index), hash('row', index + 1))
  expect(changed / count).toBeGreaterThan(56)
  expect(changed / count).toBeLessThan(72)
})

test('a hundred thousand short inputs do not collide', () => {
  const seen = new Set<string>()
  for (let index = 0; index < 100_000; index++) seen.add(hash('job', index))
  expect(seen.size).toBe(100_000)
})

test('int keeps its bounds, hex its length, pick its list', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.integer({ min: -1000, max: 1000 }),
      fc.nat(1000),
      fc.nat(40),
      (seed, min, span, length) => {
        const stream = random(seed)
        const value = stream.int(min, min + span)
        expect(value >= min && value <= min + span && Number.isInteger(value)).toBe(true)
        expect(stream.hex(length)).toMatch(new RegExp(`^[0-9a-f]{${length}}$`))
        expect(['a', 'b']).toContain(stream.pick(['a', 'b']))
      },
    ),
    { seed: 1, numRuns: 200 },
  )
})

test('canonical text is one for equal values, whatever the order of their keys', () => {
  expect(canonical({ b: 1, a: [true, null, { d: 'x', c: undefined }] })).toBe('{"a":[true,null,{"d":"x"}],"b":1}')
  expect(canonical(undefined)).toBe('null')
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)))
      expect(canonical(reversed(value))).toBe(canonical(value))
    }),
    { seed: 1, numRuns: 200 },
  )
})

test('a key named __proto__ is part of the canonical text', () => {
  expect(canonical(JSON.parse('{"__proto__":{"a":1},"b":2}'))).toBe('{"__proto__":{"a":1},"b":2}')
})

function differingBits(left: string, right: string): number {
  const bits = BigInt(`0x${left}`) ^ BigInt(`0x${right}`)
  return bits.toString(2).replaceAll('0', '').length
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, entry]) => [key, reversed(entry)]),
  )
}
