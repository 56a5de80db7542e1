import type { BrowserContext, Page } from '@playwright/test'
import type { MockClock, MockSession } from 'sparring'
import { createTest, expect, test as all, type TestServer, type TestVendor, type Transport } from 'sparring/playwright'
import { expectTypeOf, test } from 'vitest'

test('a test has typed fixtures beside those of Playwright', () => {
  const own = createTest({ vendors: ['seek'], transport: 'server', failOn: 'error' })
  own('all of them', ({ page, mock, server, seek, clock, connect, transport, next }) => {
    expectTypeOf(page).toEqualTypeOf<Page>()
    expectTypeOf(mock).toEqualTypeOf<MockSession>()
    expectTypeOf(server).toEqualTypeOf<TestServer>()
    expectTypeOf(seek).toEqualTypeOf<TestVendor>()
    expectTypeOf(clock).toEqualTypeOf<MockClock>()
    expectTypeOf(connect).parameters.toEqualTypeOf<[BrowserContext]>()
    expectTypeOf(transport).toEqualTypeOf<Transport>()
    // @ts-expect-error seek has no such operation
    next('seek', 'submitJobs', 'PaymentRequired')
  })
  own.use({ transport: 'none', failOn: 'never' })
  // @ts-expect-error there is no such transport
  own.use({ transport: 'socket' })
  // @ts-expect-error nor is it an option of createTest
  createTest({ transport: 'socket' })
})

test('vendors are known by their names, and no others', () => {
  all('those of the package', ({ seal, seamless, seclai, sequentum, seek }) => {
    expectTypeOf([seal, seamless, seclai, sequentum, seek]).toEqualTypeOf<TestVendor[]>()
  })
  // @ts-expect-error seal is not one of them
  createTest({ vendors: ['seek'] })('one', ({ seal }) => seal)
})

test('expect has the matchers for a mock alone, and those of Playwright', () => {
  const mock = {} as MockSession
  expectTypeOf(expect(mock).toHaveMet).toBeCallableWith('submitJob', 'PaymentRequired#credits')
  expectTypeOf(expect(mock).not.toHaveCalled).toBeCallableWith('seek.submitJob', 3)
  expectTypeOf(expect({} as Page).toHaveURL).toBeFunction()
  // @ts-expect-error seven is no mock
  expectTypeOf(expect(7).toHaveMet)
})
