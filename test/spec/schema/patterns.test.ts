import { expect, test } from 'vitest'
import { createMock } from '../../../mocks/index.ts'
import { toMatcher } from '../../../mocks/spec/schema/patterns/matcher.ts'
import { sourceOf } from '../../../mocks/spec/schema/patterns/translate.ts'

const written = [
  ['\\A[a-z]{3}\\z', '^[a-z]{3}$', 'abc', 'AabcZ'],
  ['^[a-z]{3}\\Z', '^[a-z]{3}$', 'abc', 'abcZ'],
  ['^(?P<letter>x+)-(?P=letter)$', '^(?<letter>x+)-\\k<letter>$', 'xx-xx', 'xx-x'],
  ['^[[:alpha:]_]+$', '^[a-zA-Z_]+$', 'a_b', ':'],
  ['^[[:digit:]]{2}\\Z', '^[0-9]{2}$', '12', '1'],
  ['^[[:^digit:][:punct:]]{2}$', '^[\\D!-\\/:-@\\[-`\\{-~]{2}$', 'a!', '1'],
  ['(?i)^[a-f]+-\\x41é$', '^[a-fA-F]+-[Aa][éÉ]$', 'AbF-aÉ', 'g-aé'],
  ['^(?i:ab)c$', '^(?:[aA][bB])c$', 'aBc', 'aBC'],
  ['^a(?i)b|c$', '^a[bB]|[cC]$', 'C', 'A'],
  ['(?s)^a.b$', '^a[\\s\\S]b$', 'a\nb', 'ab'],
  ['^(?x: a + # many\n b )$', '^(?:a+b)$', 'aab', 'a b'],
  ['^a++b$', '^(?:(?=(a+))\\1)b$', 'aab', 'b'],
  ['^(?>a|ab)(c)\\1$', '^(?:(?=(a|ab))\\1)(c)\\2$', 'acc', 'abcc'],
  ["^(?'sign'[+-])\\k{sign}$", '^(?<sign>[+-])\\k<sign>$', '++', '+-'],
  ['^\\Qa.b\\E\\pL\\-$', '^a\\.b\\p{L}-$', 'a.bé-', 'a.b1-'],
  ['^[]x]{,2}\\x{41}(?#the end)$', '^[\\]x]{0,2}\\u{41}$', ']xA', 'A]'],
] as const

test.each(written)('%s of another engine is read as %s', (pattern, source, good, bad) => {
  expect(sourceOf(pattern)).toBe(source)
  expect([toMatcher(pattern).test(good), toMatcher(pattern).test(bad)]).toEqual([true, false])
})

test.each(['^\\d+$', '[A-Z]', '\\\\A', '^[\\w-.]+$', '^[:a]$'])('%s of JavaScript stays as it is', (pattern) => {
  expect(sourceOf(pattern)).toBe(pattern)
})

test.each(written)('generated values for %s fit %s, and requests are validated by it', async (pattern, source) => {
  const schema = { type: 'string', pattern } as const
  const content = { 'application/json': { schema } }
  const document = {
    openapi: '3.1.0',
    info: { title: 'Words', version: '1' },
    paths: {
      '/words': { post: { requestBody: { content }, responses: { 200: { description: 'A word.', content } } } },
    },
  }
  using mock = createMock({ vendors: { words: { document } } })
  const send = (body: unknown): Promise<Response> =>
    mock.fetch('https://words.example/words', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const made = (await (await send(undefined)).json()) as string
  expect(made).toMatch(new RegExp(source, 'u'))
  expect([(await send(made)).status, (await send('?')).status]).toEqual([200, 400])
})

test.each(['\\G', '(?R)', '^\\h+$', '^(?i)(a)\\1$', '^[a-z&&[^b]]+$', '^(a)?(?(1)b|c)$', '\\i\\c*'])(
  '%s cannot be written in JavaScript, and is no pattern',
  (pattern) => {
    expect(() => toMatcher(pattern)).toThrow(SyntaxError)
  },
)
