import { expect, test } from 'vitest'
import { authorizationFor } from '../../../mocks/connect/proxy/upstream.ts'

test.each([
  ['http://user:p%40ss@proxy.example', 'user:p@ss'],
  ['http://us%er:100%@proxy.example', 'us%er:100%'],
])('the credentials of %s are sent as %s', (url, pair) => {
  expect(authorizationFor(new URL(url))).toEqual({ 'proxy-authorization': `Basic ${btoa(pair)}` })
})

test('a proxy without credentials is asked without', () => {
  expect(authorizationFor(new URL('http://proxy.example'))).toEqual({})
})
