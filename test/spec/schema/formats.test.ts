import { fullFormats } from 'ajv-formats/dist/formats.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formats } from '../../../mocks/spec/schema/formats/formats.ts'

type Theirs = ((value: never) => boolean) | RegExp | true | { readonly type?: string; readonly validate: Theirs }

/** What ajv-formats says of a value. */
function theirs(name: string, value: unknown): boolean {
  const judge = (format: Theirs): boolean => {
    if (format === true) return true
    if (format instanceof RegExp) return format.test(value as string)
    return typeof format === 'function' ? format(value as never) : judge(format.validate)
  }
  return judge(fullFormats[name as keyof typeof fullFormats] as Theirs)
}

function ours(name: string, text: string): boolean {
  return formats.string.get(name)!(text)
}

const samples: Readonly<Record<string, readonly [valid: readonly string[], invalid: readonly string[]]>> = {
  date: [
    ['2026-11-27', '2024-02-29', '2000-02-29'],
    ['2026-02-29', '1900-02-29', '2026-13-01', '2026-00-10', '2026-11-31', '26-11-27', '2026-11-27 ', '2026-1-2', ''],
  ],
  time: [
    ['10:00:00Z', '23:59:60Z', '10:00:00.123+01:00', '15:59:60-08:00', '10:00:00z', '10:00:00+0100', '10:00:00+01'],
    ['10:00:00', '24:00:00Z', '10:60:00Z', '10:00:60Z', '22:59:60Z', '10:00Z', '10:00:00+24:00', '10:00:00.Z', ''],
  ],
  'date-time': [
    ['2026-11-27T10:00:00Z', '2026-11-27t10:00:00.5-08:00', '2026-12-31T23:59:60Z', '2026-01-31 10:00:00Z'],
    ['2026-11-27T10:00:00', '2026-02-30T10:00:00Z', '2026-11-27', '2026-11-27X10:00:00Z', '2026-11-27T25:00:00Z', ''],
  ],
  'iso-time': [
    ['10:00:00', '10:00:00Z'],
    ['10:00', ''],
  ],
  'iso-date-time': [
    ['2026-11-27T10:00:00', '2026-11-27 10:00:00+02:00'],
    ['2026-11-27', ''],
  ],
  duration: [
    ['P1D', 'PT5M', 'P1Y2M3DT4H5M6S', 'P4W', 'PT0S'],
    ['P', 'PT', 'P1', '1D', 'P1DT', 'P1W1D', 'P1S', 'P-1D', ''],
  ],
  email: [
    ['ada@example.com', 'a.b+c@x-y.example', 'A_1@1.co'],
    ['ada', 'ada@', '@example.com', 'a..b@example.com', 'a@-x.com', 'a@x-.com', 'ä@example.com', ''],
  ],
  hostname: [
    ['example.com', 'localhost', 'a.b.c.', '1.2', 'x'.repeat(63)],
    ['-a.com', 'a-.com', 'a..b', 'a_b', `${'x'.repeat(64)}.com`, `${'abcdefghi.'.repeat(26)}com`, ''],
  ],
  ipv4: [
    ['192.0.2.1', '0.0.0.0', '255.255.255.255'],
    ['256.0.0.1', '1.2.3', '1.2.3.4.', '01.2.3.4', '1.2.3.4.5', ''],
  ],
  ipv6: [
    [
      '::',
      '::1',
      '2001:db8::1',
      '1:2:3:4:5:6:7:8',
      '::ffff:192.0.2.1',
      '1:2:3:4:5:6:7::',
      '1::8',
      '1:2:3:4:5:6:1.2.3.4',
    ],
    [
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      ':::',
      '1::2::3',
      '12345::',
      '::1.2.3',
      '::01.2.3.4',
      '1:2:3:4:5:6:7:8::',
      '',
    ],
  ],
  uri: [
    [
      'https://example.com/a?b=c#d',
      'urn:isbn:1',
      'mailto:a@b.c',
      'http://[::1]:80/a',
      'http://u:p@[v1.a]/',
      'a:/',
      'http://a/%20',
      'a:b:c',
    ],
    [
      'example.com',
      '//example.com',
      'http://a b',
      'a:',
      'http://[::1',
      'http://[zz]/',
      'http://a/%zz',
      'a:?b',
      '1a:b',
      '',
    ],
  ],
  'uri-reference': [
    ['', '/a', '#b', '?c', 'a/b', '//example.com', 'https://example.com', '//[::1]/a'],
    ['a b', '%zz', '\\a', '#a#b', '//[1]', 'ä'],
  ],
  'uri-template': [
    ['/a/{b}', '{+a,b*}', '{/a:3}', 'http://x/{?q}', '', '%41'],
    ['{', '{}', '{a', 'a}', '{a:0}', '{a:12345}', '%zz', 'a b', '{-a}', '%{a}41', '"'],
  ],
  url: [
    [
      'http://example.com',
      'ftp://u:p@example.com:21/a',
      'https://203.0.113.7/a?b',
      'http://a@b@example.com/x@y',
      'http://ä.example',
    ],
    ['example.com', 'http://a b.com', 'http://x.1', 'http://', ''],
  ],
  uuid: [
    ['123e4567-e89b-12d3-a456-426614174000', 'urn:uuid:123E4567-E89B-12D3-A456-426614174000'],
    [
      '123e4567e89b12d3a456426614174000',
      '123e4567-e89b-12d3-a456-42661417400',
      '{123e4567-e89b-12d3-a456-426614174000}',
      '',
    ],
  ],
  'json-pointer': [
    ['', '/a', '/a~1b/~0', '//'],
    ['a', '/~', '/~2', '#/a'],
  ],
  'json-pointer-uri-fragment': [
    ['#', '#/a', '#/a%20b', '#/~0'],
    ['', '/a', '#a', '#/ ', '#/~', '#/%zz'],
  ],
  'relative-json-pointer': [
    ['0', '1/a', '0#', '10/~0'],
    ['', '/a', '01/a', '-1/a', '1#/a', '1/~2'],
  ],
  regex: [
    ['^a$', '', '\\Z', 'a{2}'],
    ['(', '[', 'a\\Z', '*'],
  ],
  byte: [
    ['', 'YQ==', 'YWE=', 'YWFh', '+/+/'],
    ['YQ', 'YQ=', 'Y===', 'YWF$', 'YQ==YQ=='],
  ],
}

test.each(Object.entries(samples))(
  '%s is told from what is none, as ajv-formats tells it',
  (name, [valid, invalid]) => {
    for (const text of valid) expect([text, ours(name, text), theirs(name, text)]).toEqual([text, true, true])
    for (const text of invalid) expect([text, ours(name, text), theirs(name, text)]).toEqual([text, false, false])
  },
)

test('every format of ajv-formats is known, or says nothing', () => {
  const known = [...formats.string.keys(), ...formats.number.keys()]
  const silent = ['float', 'double', 'password', 'binary']
  expect(
    Object.keys(fullFormats)
      .filter((name) => !known.includes(name))
      .sort(),
  ).toEqual(silent.sort())
})

/** A sample with letters changed, put in, left out, or two of them joined. */
const changed = (name: string): fc.Arbitrary<string> => {
  const texts = samples[name]!.flat()
  const letters = fc.oneof(
    fc.constantFrom(...`.:/@-_%[]{}#?~"'+=,0159afzZtT \n`, 'ä', '::', '%4', '{a}', '[::1]'),
    fc.string({ maxLength: 2 }),
  )
  return fc
    .tuple(fc.constantFrom(...texts), fc.array(fc.tuple(fc.nat(), fc.nat(2), letters), { maxLength: 3 }))
    .map(([text, edits]) =>
      edits.reduce((now, [at, drop, letter]) => {
        const place = at % (now.length + 1)
        return now.slice(0, place) + letter + now.slice(place + drop)
      }, text),
    )
}

/** Where ajv-formats errs: an hour of 40 beside a zone that brings it back, and one good line among others. */
const isTheirError: Readonly<Record<string, (text: string) => boolean>> = {
  // It refuses names in quotes and addresses in brackets.
  email: (text) => /@[^.]*$|^"|\]$/.test(text),
  // It takes any letters for a port.
  uri: (text) => /^[^:/?#]*:\/\/[^/?#]*:(?![^/?#]*@)(?!\d*(?:[/?#]|$))/.test(text),
  'uri-reference': (text) => /^(?:[^:/?#]*:)?\/\/[^/?#]*:(?![^/?#]*@)(?!\d*(?:[/?#]|$))/.test(text),
  // It refuses local hosts and most schemes.
  url: (text) => !theirs('url', text),
  byte: (text) => /[\r\n]/.test(text),
  time: (text) => /^(?:2[4-9]|[3-9]\d)|^\d\d:[6-9]/.test(text),
  'date-time': (text) => /^.{11}(?:2[4-9]|[3-9]\d)|^.{11}\d\d:[6-9]/.test(text),
  'iso-time': (text) => /^(?:2[4-9]|[3-9]\d)|^\d\d:[6-9]/.test(text),
  'iso-date-time': (text) => /^.{11}(?:2[4-9]|[3-9]\d)|^.{11}\d\d:[6-9]/.test(text),
}

test.each(Object.keys(samples))('whatever is done to a text, %s is judged as ajv-formats judges it', (name) => {
  fc.assert(
    fc.property(changed(name), (text) => {
      fc.pre(!isTheirError[name]?.(text))
      expect([text, ours(name, text)]).toEqual([text, theirs(name, text)])
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 400), seed: Number(process.env['FUZZ_SEED'] ?? 7) },
  )
})

test.each([
  [
    'idn-email',
    ['müller@example.com', 'ada@bücher.example', '用户@例子.公司'],
    ['müller', '@b.c', 'a@', 'a b@c.de', ''],
  ],
  ['idn-hostname', ['bücher.example', '例子。公司', 'example.com'], ['-ä.example', 'a b', 'ä..ö', '']],
  ['iri', ['https://bücher.example/straße?ö#ü', 'urn:ä'], ['bücher', 'https://a b', 'https://ä/%zz', '']],
  ['iri-reference', ['', '/straße', '#ü', '//bücher.example'], ['a b', '%zz']],
])('%s takes letters of all scripts', (name, valid, invalid) => {
  for (const text of valid) expect([text, ours(name, text)]).toEqual([text, true])
  for (const text of invalid) expect([text, ours(name, text)]).toEqual([text, false])
})

test.each([
  [
    'url',
    ['http://localhost:3000/done', 'http://10.0.0.1', 'http://127.0.0.1:8080', 'http://[::1]/', 'https://receiver'],
  ],
  ['url', ['ws://localhost', 's3://bucket/key', 'mailto:ada@example.com', 'HTTP://host.docker.internal']],
  ['uri', ['http://localhost:3000/done', 'http://192.168.0.1']],
  ['email', ['ada@localhost']],
  ['idn-email', ['müller@localhost']],
])('%s takes local hosts', (name, texts) => {
  for (const text of texts) expect([text, ours(name, text)]).toEqual([text, true])
})

test.each(['uri', 'uri-reference', 'iri'])('a port in a %s has digits alone', (name) => {
  const texts = ['http://2001:0db8:85a3::7334', 'http://host:80a/', 'http://user:pass@host:80/a:b', 'http://host:/']
  expect(texts.map((text) => ours(name, text))).toEqual([false, false, true, true])
})

test('a host and a port are no url', () => {
  expect(['localhost:3000', 'localhost:3000/done', 'example.com:80?a'].map((text) => ours('url', text))).toEqual([
    false,
    false,
    false,
  ])
})

test('base64 may be broken in lines, and each must be right', () => {
  expect(ours('byte', 'YWFh\r\nYWE=\r\n')).toBe(true)
  expect(ours('byte', 'YWFh\n$$$$\n')).toBe(false)
})

test('hours that there are not do not become right by a zone', () => {
  expect(ours('time', '40:59:00+17:00')).toBe(false)
})

test.each<readonly [name: string, value: number, isFine: boolean]>([
  ['int32', 2 ** 31 - 1, true],
  ['int32', -(2 ** 31), true],
  ['int32', 2 ** 31, false],
  ['int32', 0.5, false],
  ['int64', 2 ** 53, true],
  ['int64', 1.5, false],
])('%s: %d', (name, value, isFine) => {
  expect(formats.number.get(name)!(value)).toBe(isFine)
  expect(theirs(name, value)).toBe(isFine)
})

const LONG = 100_000

test.each([
  ['email', `${'a'.repeat(LONG)}@${'b-'.repeat(LONG)}`],
  ['email', `${'a.'.repeat(LONG)}@b.c`],
  ['idn-email', `ä@${'b.'.repeat(LONG)}`],
  ['hostname', 'a.'.repeat(LONG)],
  ['ipv6', ':'.repeat(LONG)],
  ['uri', `http://${'a:'.repeat(LONG)}@[`],
  ['uri-reference', '/'.repeat(LONG)],
  ['uri-template', '{a'.repeat(LONG)],
  ['uri-template', `{${'a,'.repeat(LONG)}`],
  ['url', `http://${':'.repeat(LONG)}`],
  ['url', `http://${'@/'.repeat(LONG)}`],
  ['url', `http://${'a-'.repeat(LONG)}`],
  ['duration', `P${'1'.repeat(LONG)}`],
  ['json-pointer', '/~0'.repeat(LONG)],
  ['byte', 'YWFh'.repeat(1_000_000)],
])('a long text is judged in a moment as %s', (name, text) => {
  const before = process.cpuUsage()
  expect(() => ours(name, text)).not.toThrow()
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(500)
})
