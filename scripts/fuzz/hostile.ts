import type { Random } from '../../mocks/state/hash.ts'

/** Names with a meaning in the language or a library, used in place of ordinary property names. */
export const NAMES = [
  'constructor',
  'toString',
  '__proto__',
  'prototype',
  'hasOwnProperty',
  'valueOf',
  'toJSON',
  'then',
  'length',
  '0',
  '',
  '$ref',
  'a.b',
  'a/b~c',
  'x[y]',
  'é\u202e',
  '\u0000',
] as const

/** Values that buggy clients or attackers send. */
const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  2147483647,
  2147483648,
  -2147483649,
  9007199254740992,
  1e308,
  -1e308,
  1e-320,
  '',
  ' ',
  'null',
  'NaN',
  '\u0000',
  '\u001b[31mred\nfake line',
  '\ud800',
  '\u202eevil',
  '𝕏'.repeat(300),
  'x'.repeat(70_000),
  '../../../etc/hostname',
  '{$request.body}',
  '{$worker',
  "'; drop table jobs; --",
  '9'.repeat(400),
  '2026-13-45T99:99:99Z',
  '+275760-09-13T00:00:01Z',
  'http://',
  'http://127.0.0.1:99999/',
  'http://127.0.0.1:9/hook',
  'file:///etc/hostname',
  'javascript:alert(1)',
  [],
  {},
  [[]],
  [null],
  { toString: 'x' },
  { valueOf: null, toString: null },
  { constructor: { prototype: {} } },
  { then: 1 },
  { byteLength: 1e9, length: -1 },
]

/** JSON texts that `JSON.stringify` never writes. */
const TEXTS: readonly (() => string)[] = [
  () => 'null',
  () => '5',
  () => 'true',
  () => '""',
  () => '[]',
  () => '{}',
  () => '{',
  () => '"\\ud800"',
  () => '\ufeff{}',
  () => 'NaN',
  () => '1e999',
  () => '{"a":1e999,"b":-0}',
  () => '{"a":1,"a":2}',
  () => '{"__proto__":{"polluted":true}}',
  () => `${'['.repeat(5000)}${']'.repeat(5000)}`,
  () => `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  () => '['.repeat(100_000),
  () => `[${'0,'.repeat(20_000)}0]`,
  () => `{${Array.from({ length: 3000 }, (_, index) => `"k${index}":${index}`).join()}}`,
  () => `{"n":${'1'.repeat(5000)}}`,
]

export function hostileValue(random: Random): unknown {
  return random.next() < 0.1 ? { [random.pick(NAMES)]: random.pick(VALUES) } : random.pick(VALUES)
}

export function hostileJson(random: Random): string {
  return random.pick(TEXTS)()
}

/** As a text in a path, a query or a header. */
export function hostileText(random: Random): string {
  const value = random.next() < 0.3 ? random.pick(NAMES) : hostileValue(random)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** A copy with one change: a value replaced, or a property added, removed or renamed. */
export function mutate(value: unknown, random: Random): unknown {
  if (Array.isArray(value)) {
    if (value.length === 0 || random.next() < 0.3)
      return random.next() < 0.5 ? hostileValue(random) : [...value, ...value, hostileValue(random)]
    const at = random.int(0, value.length - 1)
    return value.map((entry: unknown, index) => (index === at ? mutate(entry, random) : entry))
  }
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value)
    const kind = random.next()
    if (entries.length === 0 || kind < 0.25)
      return fromEntries([...entries, [random.pick(NAMES), hostileValue(random)]])
    const at = random.int(0, entries.length - 1)
    if (kind < 0.35) return fromEntries(entries.filter((_, index) => index !== at))
    return fromEntries(
      entries.map(([name, entry], index): [string, unknown] =>
        index === at ? [name, mutate(entry, random)] : [name, entry],
      ),
    )
  }
  return hostileValue(random)
}

/** Makes `__proto__` a property, as in a JSON text. */
function fromEntries(entries: ReadonlyArray<readonly [string, unknown]>): object {
  return Object.fromEntries(entries)
}
