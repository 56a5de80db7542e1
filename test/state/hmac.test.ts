import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hmacSha256 } from '../../mocks/state/hmac.ts'
import { codePoint } from '../support/data/code-point.ts'

test('signs whatever text with whatever secret as node:crypto does', () => {
  fc.assert(
    fc.property(fc.string({ unit: codePoint, maxLength: 150 }), fc.string({ maxLength: 300 }), (secret, text) => {
      expect(Buffer.from(hmacSha256(secret, text)).toString('hex')).toBe(
        createHmac('sha256', secret).update(text).digest('hex'),
      )
    }),
  )
})

test.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 1000])('signs a text of %i bytes', (length) => {
  const text = 'a'.repeat(length)
  expect(Buffer.from(hmacSha256(text, text)).toString('hex')).toBe(
    createHmac('sha256', text).update(text).digest('hex'),
  )
})
