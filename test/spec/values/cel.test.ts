import { Environment } from '@marcbachmann/cel-js'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { createCel } from '../../../mocks/spec/values/cel.ts'
import type { Scope } from '../../../mocks/spec/values/value.ts'
import { project } from '../../support/data/folder.ts'
import { frozenMock } from '../../support/mock/mock.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function scopeOf(value: unknown): Scope {
  return { read: () => value, generate: () => undefined, list: () => [], failed: undefined }
}

test('an expression keeps no reference to its context, though its library caches the context', async () => {
  const run = createCel({ Environment: Environment as never })('request.ids.exists(id, id == 2) ? 1 : 0', undefined)
  const evaluated = (): WeakRef<Scope> => {
    const scope = scopeOf({ ids: [1, 2] })
    expect(run(scope)).toBe(1)
    return new WeakRef(scope)
  }
  const scope = evaluated()
  await new Promise((resolve) => setTimeout(resolve, 10))
  collect()
  expect(scope.deref()).toBeUndefined()
})

test('an expression that reads one item alone is evaluated once for that item', () => {
  const run = createCel({ Environment: Environment as never })(
    'has(item.list) ? item.list : [item.name, other.name]',
    undefined,
  )
  const roots: Record<string, unknown> = { other: { name: 'x' } }
  const evaluate = (item: object): unknown =>
    run({ ...scopeOf(undefined), read: (root) => (root === 'item' ? item : roots[root]) })
  const [first, second] = [{ list: [1] }, { list: [2] }]

  expect(evaluate(first)).toBe(evaluate(first))
  expect([evaluate(first), evaluate(second), evaluate(first)]).toEqual([[1], [2], [1]])
  const both = { name: 'a' }
  expect(evaluate(both)).toEqual(['a', 'x'])
  roots['other'] = { name: 'y' }
  expect(evaluate(both)).toEqual(['a', 'y'])
})

test('an expression follows what is read anew for each request', () => {
  const run = createCel({ Environment: Environment as never })('size(request.ids)', undefined)
  expect([[1], [1, 2], []].map((ids) => run(scopeOf({ ids })))).toEqual([1, 2, 0])
})

const LONG = `${'a'.repeat(100_000)}!`
const celOf = createCel({ Environment: Environment as never })

test.each([
  ["request.long.matches('^(a+)+$')", false],
  ["request.list.exists(text, text.matches('^(a+)+$'))", false],
  ["request.list.filter(text, text.matches('b$')).size() == 1", true],
  ['request.long.matches(request.pattern)', false],
  ["request.word.matches('r') && 'WORD'.matches('(?i)^word$')", true],
  ["{'is': 'a'.matches('b')}.is", false],
])('%s is judged in time, and is %s', (expression, result) => {
  const run = celOf(expression)
  const start = performance.now()
  expect(run(scopeOf({ long: LONG, list: [LONG, 'b'], pattern: '^(a+)+$', word: 'word' }))).toBe(result)
  expect(performance.now() - start).toBeLessThan(3000)
})

test('an invalid pattern is reported when an expression is compiled, or evaluated if the pattern is computed', () => {
  const fault = '"(a" is not a regular expression of JavaScript (SyntaxError: a group is not closed).'
  expect(() => celOf("'x'.matches('(a')")).toThrow(new SyntaxError(fault))
  expect(() => celOf("'x'.matches(request.pattern)")(scopeOf({ pattern: '(a' }))).toThrow(new SyntaxError(fault))
  expect(() => celOf("5.matches('a')")).toThrow("found no matching overload for 'int.matches(string)'")
  expect(() => celOf("request.n.matches('a')")(scopeOf({ n: 5 }))).toThrow(
    "found no matching overload for 'double.matches(string)'",
  )
})

const TEXTS = `openapi: 3.1.0
info: { title: Texts, version: '1' }
servers: [{ url: https://texts.example }]
paths:
  /texts:
    post:
      operationId: judge
      x-mock: { body: { /isFine: { cel: "request.body.text.matches('^(a+)+$')" } } }
      requestBody: { content: { application/json: { schema: { type: object, properties: { text: { type: string } } } } } }
      responses: { '200': { description: d, content: { application/json: { example: { isFine: true }, schema: { type: object, properties: { isFine: { type: boolean } } } } } } }
`
const RULE = `title: Judged by a rule
vendor: texts
rules:
  - when: { operation: judge }
    then: { answer: { status: 200, body: { isFine: { cel: "request.body.text.matches('^(a|a)*!$')" } } } }
`

test.each([
  ['a vendor', undefined, false],
  ['a scenario', 'rule.yaml', true],
])('values of %s judge by patterns in time', async (_, scenario, isFine) => {
  const folder = project({ 'texts.yaml': TEXTS, 'rule.yaml': RULE })
  const mock = frozenMock({
    vendors: [join(folder, 'texts.yaml')],
    ...(scenario !== undefined && { scenario: join(folder, scenario) }),
  })
  const start = performance.now()
  const response = await mock.fetch('https://texts.example/texts', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: LONG }),
  })
  expect(await response.json()).toEqual({ isFine })
  expect(performance.now() - start).toBeLessThan(5000)
})
