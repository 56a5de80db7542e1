import { expect, test } from 'vitest'
import { createMock } from '../../../mocks/index.ts'
import { sourceOf, toRegExp } from '../../../mocks/spec/schema/patterns/regexp.ts'

const written = [
  ['\\A[a-z]{3}\\z', '^[a-z]{3}$', 'abc', 'AabcZ'],
  ['^[a-z]{3}\\Z', '^[a-z]{3}$', 'abc', 'abcZ'],
  ['^(?P<letter>x+)-(?P=letter)$', '^(?<letter>x+)-\\k<letter>$', 'xx-xx', 'xx-x'],
  ['^[[:alpha:]_]+$', '^[a-zA-Z_]+$', 'a_b', ':'],
  ['^[[:digit:]]{2}\\Z', '^[0-9]{2}$', '12', '1'],
] as const

test.each(written)('%s of another engine is read as %s', (pattern, source, good, bad) => {
  expect(sourceOf(pattern)).toBe(source)
  expect([toRegExp(pattern).test(good), toRegExp(pattern).test(bad)]).toEqual([true, false])
})

test.each(['^\\d+$', '[A-Z]', '\\\\A', '^[\\w-.]+$', '^[:a]$'])('%s of JavaScript stays as it is', (pattern) => {
  expect(sourceOf(pattern)).toBe(pattern)
})

test.each(written)('what is generated for %s fits %s, and a request is judged by it', async (pattern, source) => {
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
  expect(made).toMatch(new RegExp(source))
  expect([(await send(made)).status, (await send('?')).status]).toEqual([200, 400])
})
