import { type Delivery, type DeliveryTarget, type Mock, onDelivery } from 'sparring'
import { expectTypeOf, test } from 'vitest'

declare const mock: Mock

test('a target is a handler, a base, or none', () => {
  mock.webhooks.to((request) => new Response(request.url))
  mock.webhooks.to(async () => new Response(), { patience: 50 })
  mock.webhooks.to(new URL('http://127.0.0.1:8000'))
  mock.webhooks.to(undefined)
  // @ts-expect-error -- a handler answers
  mock.webhooks.to(() => {})
  expectTypeOf<string>().toExtend<DeliveryTarget>()
})

test('a delivery is read-only data with closed outcomes', () => {
  expectTypeOf(mock.webhooks.deliveries({ vendor: 'seek' })).toEqualTypeOf<readonly Delivery[]>()
  expectTypeOf<Delivery['outcome']>().toEqualTypeOf<
    'waiting' | 'in work' | 'acknowledged' | 'given up' | 'not sent' | 'failed'
  >()
  expectTypeOf(mock.webhooks.redeliver('dlv_1')).toEqualTypeOf<Delivery>()
  expectTypeOf(mock.webhooks.trigger('seek', 'jobFinished', { job: 'job_1' })).toEqualTypeOf<Promise<Delivery>>()
  // @ts-expect-error -- not a webhook of seek
  void mock.webhooks.trigger('seek', 'jobFinishd')
  expectTypeOf(mock.credentials('seek').webhookSecret).toEqualTypeOf<string>()
  expectTypeOf(onDelivery).parameter(0).parameter(0).toEqualTypeOf<Delivery>()
  // @ts-expect-error -- not an outcome
  mock.webhooks.deliveries({ outcome: 'sent' })
})
