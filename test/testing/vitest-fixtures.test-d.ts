import type { MockClock, MockJournal, MockSession, MockWebhooks } from 'sparring'
import { createTest, expect, test as all, type TestServer, type TestVendor } from 'sparring/vitest'
import { expectTypeOf, test } from 'vitest'

test('a test has typed fixtures, like those of a mock', () => {
  const own = createTest({ vendors: ['seek'], scenario: 'seek/happy-path' })
  own('all of them', ({ mock, server, seek, play, next, clock, journal, webhooks, task }) => {
    expectTypeOf(mock).toEqualTypeOf<MockSession>()
    expectTypeOf(server).toEqualTypeOf<TestServer>()
    expectTypeOf(seek).toEqualTypeOf<TestVendor>()
    expectTypeOf(seek.url).toBeString()
    expectTypeOf(seek.credentials.revoked).toBeString()
    expectTypeOf(play).toEqualTypeOf<MockSession['play']>()
    expectTypeOf(next).toEqualTypeOf<MockSession['next']>()
    expectTypeOf(clock).toEqualTypeOf<MockClock>()
    expectTypeOf(journal).toEqualTypeOf<MockJournal>()
    expectTypeOf(webhooks).toEqualTypeOf<MockWebhooks>()
    expectTypeOf(task.name).toBeString()
    // @ts-expect-error seek has no such operation
    next('seek', 'submitJobs', 'PaymentRequired')
    // @ts-expect-error seek has no such limit
    play('seek/happy-path', { limits: { request: { capacity: 1 } } })
  })
  own.concurrent('also at the same time', ({ seek }) => expectTypeOf(seek).toEqualTypeOf<TestVendor>())
  own.beforeEach?.(({ mock }) => expectTypeOf(mock).toEqualTypeOf<MockSession>())
})

test('vendors are known by their names, and no others', () => {
  all('those of the package', ({ seal, seamless, seclai, sequentum, seek }) => {
    expectTypeOf([seal, seamless, seclai, sequentum, seek]).toEqualTypeOf<TestVendor[]>()
  })
  // @ts-expect-error seal is not one of them
  createTest({ vendors: ['seek'] })('one', ({ seal }) => seal)
  createTest({ vendors: { acme: { baseUrl: 'https://acme.example' }, seek: {} } })('by a map', ({ acme, seek }) => {
    expectTypeOf([acme, seek]).toEqualTypeOf<TestVendor[]>()
  })
  // @ts-expect-error a document given by its path is in server.vendors
  createTest({ vendors: ['./openapi.yaml'] })('by a path', ({ openapi }) => openapi)
})

test('expect has the matchers for a mock alone', () => {
  const mock = {} as MockSession
  expectTypeOf(expect(mock).toHaveMet).toBeCallableWith('submitJob', 'PaymentRequired#credits')
  expectTypeOf(expect(mock).not.toHaveCalled).toBeCallableWith('seek.submitJob', 3)
  expectTypeOf(expect(mock).toHaveWaited).toBeCallableWith('retry-after', { operation: 'getJob', after: 429 })
  expectTypeOf(expect(mock).toHaveFinding).toBeCallableWith('retry-after')
  // @ts-expect-error seven is no mock
  expectTypeOf(expect(7).toHaveMet)
  expectTypeOf(expect(7).toBe).toBeFunction()
  expectTypeOf(expect.any).toBeFunction()
})
