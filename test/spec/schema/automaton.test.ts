import fc from 'fast-check'
import { expect, test } from 'vitest'
import { vendorMock } from '../../support/mock/spec.ts'
import { createAutomaton } from '../../../mocks/spec/schema/patterns/automaton.ts'
import { readExpression } from '../../../mocks/spec/schema/patterns/regexp-tree.ts'
import { patternFault, toMatcher } from '../../../mocks/spec/schema/patterns/matcher.ts'

const automaton = (pattern: string): ((text: string) => boolean) =>
  createAutomaton(readExpression(pattern, true), true)!

/** Patterns of all that an automaton can judge, over few letters so that texts often fit. */
const patterns = fc.letrec<{ any: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '\\w', '^', '$', '\\b', '\\B', '\\u{1f600}', '-'),
    tie('any').map((inner) => `(?:${inner})`),
    tie('any').map((inner) => `(${inner})`),
    fc.tuple(fc.constantFrom('?=', '?!', '?<=', '?<!'), tie('any')).map(([look, inner]) => `(${look}${inner})`),
    fc
      .tuple(tie('any'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{0,2}?', '{2,}', '+?'))
      .map(([inner, times]) => `(?:${inner})${times}`),
  ),
  any: fc.oneof(
    { maxDepth: 3 },
    fc.array(tie('atom'), { maxLength: 3 }).map((parts) => parts.join('')),
    fc.tuple(tie('any'), tie('any')).map(([one, other]) => `${one}|${other}`),
  ),
})).any

test('an automaton judges as the engine of JavaScript does, whatever the pattern and the text', () => {
  const texts = fc
    .array(fc.constantFrom('a', 'b', '1', '-', '\n', 'é'), { maxLength: 6 })
    .map((signs) => signs.join(''))
  fc.assert(
    fc.property(patterns, texts, (pattern, text) => {
      expect([pattern, text, automaton(pattern)(text)]).toEqual([pattern, text, new RegExp(pattern, 'u').test(text)])
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 3000), seed: Number(process.env['FUZZ_SEED'] ?? 7) },
  )
})

test.each(['^.{2}$', '^[😀-😂]a$', '^\\u{1f600}a$', '^\\p{Emoji}a$'])(
  '%s takes a pair of surrogates for a character',
  (pattern) => {
    expect(automaton(pattern)('😀a')).toBe(true)
  },
)

test.each([
  ['^(a+)+$', `${'a'.repeat(100_000)}!`],
  ['^(a|a)*$', `${'a'.repeat(100_000)}!`],
  ['^(.*)*$', `${'a\n'.repeat(50_000)}`],
  ['^([a-z]+-?)+$', `${'a'.repeat(1000)}!`],
  ['^(a{1,30}){1,30}$', `${'a'.repeat(1000)}!`],
  ['^(.*)(.*)(.*)(.*)x$', 'a'.repeat(20_000)],
  ['\\s+$', `${' '.repeat(100_000)}!`],
  ['^(?=.*x)(a|aa)+$', 'a'.repeat(20_000)],
  ['(?<=(a|aa)+)b', 'a'.repeat(20_000)],
])('%s judges a long text that does not fit in a moment', (pattern, text) => {
  const matcher = toMatcher(pattern)
  const before = process.cpuUsage()
  expect(matcher.test(text)).toBe(false)
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(1500)
})

test('a pattern that nothing can judge in time is no pattern', () => {
  expect([patternFault('^(a+)+\\1$'), patternFault('^((a{1,900}){1,900})+$')]).toEqual([
    '"^(a+)+\\\\1$" may take forever to judge a text: it refers back to a group, and what is repeated can be divided in very many ways.',
    '"^((a{1,900}){1,900})+$" may take forever to judge a text: it repeats too much, and what is repeated can be divided in very many ways.',
  ])
})

test('a text that is too long for its pattern is refused, and the next request is answered', async () => {
  const content = `{ application/json: { schema: { type: object, properties: { slug: { type: string, pattern: '^(a+)+$' }, twice: { type: string, pattern: '^(.*)(.*)-\\1$' } } } } }`
  const mock = vendorMock(
    'slugs',
    `
openapi: 3.1.0
info: { title: Slugs, version: '1' }
servers: [{ url: https://slugs.example }]
paths: { /slugs: { post: { requestBody: { content: ${content} }, responses: { '200': { description: One., content: ${content} } } } } }
`,
  )
  const post = async (body: object): Promise<string> => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const response = await mock.fetch('https://slugs.example/slugs', init)
    return `${response.status} ${await response.text()}`
  }
  expect(await post({ slug: `${'a'.repeat(60)}!` })).toMatch(/^400 .*slug must match the pattern \^\(a\+\)\+\$/)
  expect(await post({ twice: 'a'.repeat(50_000) })).toMatch(/^400 .*a text in it is too long to be checked/)
  expect(await post({ slug: 'aaa', twice: 'ab-a' })).toMatch(/^200 \{"slug":"a+"/)
})
