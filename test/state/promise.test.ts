import { expect, test } from 'vitest'
import { isPromise } from '../../mocks/state/promise.ts'

test('promises and their like have yet to come, values are there', () => {
  const like: PromiseLike<number> = { then: () => like as never }
  const values: unknown[] = [Promise.resolve(1), like, { then: 1 }, null, undefined, 'then']
  expect(values.map((value) => isPromise(value))).toEqual([true, true, false, false, false, false])
})
