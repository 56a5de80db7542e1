import { setImmediate } from 'node:timers/promises'
import type { Mock } from 'sparring'
import { describe, expect, test } from 'vitest'
import { vendorMock } from '../../support/mock/spec.ts'

const payments = (more = ''): string => `
openapi: 3.1.0
info: { title: Payments, version: '1' }
servers: [{ url: https://api.payments.example }]
x-mock:
  idempotency: { window: 1h, except: [getPayment] }
  collections: { payments: { param: id } }
  ${more}
paths:
  /payments:
    post:
      operationId: pay
      x-mock: { collection: { do: create, in: payments } }
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses: { '201': &one { description: d, content: { application/json: { schema: { type: object, properties: { id: { type: string } } } } } }, '402': { description: No funds. }, '503': { description: Down. } }
  /payments/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get: { operationId: getPayment, x-mock: { collection: { do: read, in: payments } }, responses: { '200': *one } }
`

const LOST = { when: { operation: 'pay', call: 1 }, then: { fault: 'connection-reset', at: 'reply' } }

function open(rule: object = LOST, document = payments()) {
  const mock = vendorMock('payments', document)
  mock.play([], { rules: [rule] } as never)
  return { mock, pay: payer(mock) }
}

/** Sends a payment; what follows it was sent after its answer. */
function payer(mock: Mock) {
  return async (key: string | undefined, amount = 5): Promise<void> => {
    await mock
      .fetch('https://api.payments.example/payments', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) },
        body: JSON.stringify({ amount }),
      })
      .catch(() => undefined)
    await setImmediate()
    await mock.clock.advance('1s')
  }
}

const found = (mock: Mock) => mock.findings({ code: 'key-not-reused' })

describe('a request that is repeated without a clear answer', () => {
  test('under another key is a breach', async () => {
    const { mock, pay } = open()
    await pay('one')
    await pay('two')
    expect(found(mock)).toMatchObject([
      {
        severity: 'error',
        operation: 'pay',
        exchanges: [1, 2],
        message:
          'pay was sent again after connection-reset with another Idempotency-Key, so the vendor takes it for new work.',
      },
    ])
  })

  test('without its key is a breach', async () => {
    const { mock, pay } = open()
    await pay('one')
    await pay(undefined)
    expect(found(mock)).toMatchObject([
      {
        severity: 'error',
        message:
          'pay was sent again after connection-reset without its Idempotency-Key, so the vendor takes it for new work.',
      },
    ])
  })

  test('and had no key from the beginning is a warning', async () => {
    const { mock, pay } = open()
    await pay(undefined)
    await pay('one')
    expect(found(mock)).toMatchObject([
      {
        severity: 'warning',
        message:
          'pay was sent again after connection-reset, and the first had no Idempotency-Key, so the vendor takes it for new work.',
      },
    ])
  })

  test('with a new key for each retry is a breach each time', async () => {
    const { mock, pay } = open({ when: { operation: 'pay', call: '1..2' }, then: { error: 503 } })
    for (const key of ['one', 'two', 'three']) await pay(key)
    expect(found(mock).map(({ exchanges }) => exchanges)).toEqual([
      [1, 2],
      [2, 3],
    ])
  })
})

describe('no breach', () => {
  test('is a retry under the same key, which is safe by any rule', async () => {
    const conduct = 'conduct: { retry: { pay: never } }'
    const { mock, pay } = open(LOST, payments(conduct))
    await pay('one')
    await pay('one')
    expect(mock.findings()).toEqual([])
  })

  test.for<[why: string, rule: object, keys: ReadonlyArray<[key: string, amount?: number]>]>([
    [
      'a payment of its own after an answer',
      { when: { operation: 'getPayment' }, then: { delay: '1ms' } },
      [['one'], ['two']],
    ],
    [
      'a payment of another amount',
      LOST,
      [
        ['one', 5],
        ['two', 6],
      ],
    ],
    [
      'a retry after a refusal that did nothing',
      { when: { operation: 'pay', call: 1 }, then: { error: 402 } },
      [['one'], ['two']],
    ],
  ])('is %s', async ([, rule, sent], { expect }) => {
    const { mock, pay } = open(rule)
    for (const [key, amount] of sent) await pay(key, amount)
    expect(found(mock)).toEqual([])
  })

  test('is a new key when the vendor has forgotten the first', async () => {
    const { mock, pay } = open()
    await pay('one')
    await mock.clock.advance('1h')
    await pay('two')
    expect(found(mock)).toEqual([])
  })

  test('is a request at the same time, which cannot know the result of the first', async () => {
    const { mock, pay } = open()
    await Promise.all([pay('one'), pay('two')])
    expect(found(mock)).toEqual([])
  })

  test('is a key that the vendor does not take', async () => {
    const { mock, pay } = open(LOST, payments().replace('except: [getPayment]', 'on: [getPayment]'))
    await pay('one')
    await pay('two')
    expect(found(mock)).toEqual([])
  })
})
