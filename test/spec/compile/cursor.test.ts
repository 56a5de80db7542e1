import { expect, test } from 'vitest'
import { Cursor, findingsIn } from '../../../mocks/spec/compile/cursor.ts'

const document = {
  limits: [{ name: 'requests', window: '10s' }],
  paths: { '/v1/me': { refuse: 'TooManyRequest', tags: ['a', 1, null, {}] } },
}
const silent = { report: () => {} }
const root = new Cursor(document, '', silent)

test('a cursor reads by key, and has its place with escaped slashes', () => {
  const me = root.at('paths', '/v1/me', 'refuse')
  expect([me.value, me.text(), me.pointer]).toEqual(['TooManyRequest', 'TooManyRequest', '/paths/~1v1~1me/refuse'])
  const [limit] = root.at('limits').list()
  expect([limit!.pointer, limit!.at('window').duration()]).toEqual(['/limits/0', 10_000])
  expect(root.at('limits', 0, 'name').value).toBe('requests')
})

test('a place that is not there has no value, and still a pointer', () => {
  const lost = root.at('paths', 'constructor', 'name')
  expect([lost.value, lost.pointer]).toEqual([undefined, '/paths/constructor/name'])
  expect(root.optional('nothing')).toBeUndefined()
  expect(root.has('toString')).toBe(false)
  expect(root.at('paths').list()).toEqual([])
  expect(root.at('limits').entries()).toEqual([])
})

test('lists give texts and numbers, and a single value is read as a list of one', () => {
  expect(root.at('paths', '/v1/me', 'tags').texts()).toEqual(['a', '1'])
  const one = root.at('limits', 0, 'name').listOrOne()
  expect(one.map(({ pointer }) => pointer)).toEqual(['/limits/0/name'])
})

test('an unknown name is reported at its place with the nearest name; a value that is not a name is left to the grammar', () => {
  const found = findingsIn(document, (from) => {
    const errors = new Map([['TooManyRequests', 429]])
    expect(from.at('paths', '/v1/me', 'refuse').oneOf(errors, 'error')).toBeUndefined()
    expect(from.at('paths', '/v1/me').key.isOneOf(['/v1/my'], 'path', 'a path of seek')).toBe(false)
    expect(from.at('limits').oneOf(errors, 'error')).toBeUndefined()
    expect(from.at('nothing').isOneOf(['a'], 'letter')).toBe(false)
    expect(from.at('limits', 0, 'name').oneOf(new Map([['requests', 1]]), 'limit')).toBe(1)
  })
  expect(found).toEqual([
    {
      code: 'unknown-error',
      pointer: '/paths/~1v1~1me/refuse',
      message: '"TooManyRequest" is not one of the errors. Did you mean "TooManyRequests"?',
    },
    {
      code: 'unknown-path',
      pointer: '/paths/~1v1~1me',
      message: '"/v1/me" is not a path of seek. Did you mean "/v1/my"?',
    },
  ])
})

test('a report is the problem and its remedy; a warning says that it is one', () => {
  const found = findingsIn(document, (from) => {
    from.at('limits', 0).report('idle', 'It does nothing.', 'Remove it.')
    from.at('limits').warn('long', 'It is long.', 'Shorten it.')
  })
  expect(found).toEqual([
    { code: 'idle', pointer: '/limits/0', message: 'It does nothing. Remove it.' },
    { code: 'long', severity: 'warning', pointer: '/limits', message: 'It is long. Shorten it.' },
  ])
})
