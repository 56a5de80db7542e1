import { createMock, type Mock, startServer } from 'sparring'
import { createMock as createPageMock } from 'sparring/browser'
import { seek } from 'sparring/browser/seek'
import { createTest as jestTest } from 'sparring/jest'
import { createTest as nodeTest } from 'sparring/node-test'
import { createTest as pageTest } from 'sparring/playwright'
import type { VendorFacts } from './facts.js'

/** Every entry point that needs no other types than those it brings, used as a project does. */
export async function use(): Promise<readonly Mock[]> {
  await using server = await startServer({ vendors: ['seek'], port: 0 })
  const facts: VendorFacts = server.vendors
  const mock = createMock({ vendors: { seek: { dialect: 'usd' } }, scenario: 'seek/out-of-credits' })
  mock.next('seek', 'submitJob', 'PaymentRequired')
  // @ts-expect-error seek has no such operation
  mock.next('seek', 'submitJobs', 'PaymentRequired')
  const page = createPageMock({ vendors: [seek] })
  jestTest({ vendors: ['seek'] })('by Jest', ({ seek: { url } }) => url.length)
  void nodeTest({ vendors: ['seek'] })('by node:test', ({ seek: { key }, t }) => t.diagnostic(key + facts['seek']!.url))
  pageTest({ vendors: ['seek'] })('by Playwright', async ({ page: tab, seek: { url } }) => void (await tab.goto(url)))
  return [mock, page]
}
