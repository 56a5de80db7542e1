import { expect, test } from 'vitest'
import { isLater, Later } from '../mocks/state/later.ts'

test('a value is handed on before resolve returns', () => {
  const seen: string[] = []
  const later = new Later<string>()
  later.then((value) => seen.push(value))
  later.resolve('first')
  later.resolve('second')
  later.reject(new Error('third'))
  expect(seen).toEqual(['first'])
})

test('a value that is there is handed on at once', () => {
  const later = new Later<number>()
  later.resolve(2)
  let seen: number | undefined
  later.then((value) => value * 2).then((value) => (seen = value))
  expect(seen).toBe(4)
})

test('what a listener returns, throws or has yet to get goes to the next one', async () => {
  const first = new Later<number>()
  const inner = new Later<string>()
  const seen: unknown[] = []
  first
    .then(() => inner)
    .then((value) => {
      seen.push(value)
      throw new TypeError('no')
    })
    .then(undefined, (error: unknown) => seen.push((error as Error).message))
  first.resolve(1)
  expect(seen).toEqual([])
  inner.resolve('inner')
  expect(seen).toEqual(['inner', 'no'])

  const promised = new Later<number>()
  promised.resolve(1)
  await expect(promised.then(() => Promise.resolve('promised'))).resolves.toBe('promised')
})

test('a failure passes by those who do not ask for it, and await throws it', async () => {
  const later = new Later<number>()
  const next = later.then((value) => value + 1)
  later.reject(new TypeError('gone'))
  await expect(Promise.resolve(next)).rejects.toThrow('gone')
})

test('a second listener is refused: it would be forgotten otherwise', () => {
  const later = new Later<number>()
  later.then(() => undefined)
  expect(() => later.then(() => undefined)).toThrow(
    'Failed to wait: somebody does already, and this value has one listener.',
  )
})

test('promises and their like have yet to come, values are there', () => {
  expect([Promise.resolve(1), new Later(), { then: 1 }, null, undefined, 'then'].map(isLater)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ])
})
