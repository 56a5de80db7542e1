import { Environment } from '@marcbachmann/cel-js'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { createCel } from '../../../mocks/spec/values/cel.ts'
import type { Scope } from '../../../mocks/spec/values/value.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function scopeOf(value: unknown): Scope {
  return { read: () => value, generate: () => undefined, list: () => [], failed: undefined }
}

test('an expression lets go of what it was evaluated in, though its library remembers the context', async () => {
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
