import {
  type BrowserContext,
  expect as baseExpect,
  type Expect,
  type PlaywrightTestArgs,
  type PlaywrightTestOptions,
  type PlaywrightWorkerArgs,
  type PlaywrightWorkerOptions,
  test as base,
  type TestInfo,
  type TestType,
} from '@playwright/test'
import type { MockSession } from '../../connect/mock/api/mock-session.ts'
import type { FailOn } from '../../report/report.ts'
import { checkOptions, kind } from '../../spec/problems/arguments.ts'
import { explainError, judgeTest } from '../aftermath.ts'
import { createSetting, type MockFixtures, sessionFixtures, type VendorFixtures } from '../fixtures.ts'
import { matchers, type MockMatchers } from '../matchers/matchers.ts'
import type { MatcherResult, MatcherSubject } from '../matchers/subject.ts'
import {
  type AllVendors,
  checkTestOptions,
  type TestOptions,
  type TestVendors,
  type VendorFixture,
} from '../test-options.ts'
import type { TestServer, TestVendor } from '../test-worker.ts'
import { answerPages } from './answer-pages.ts'
import { leadPages } from './lead-pages.ts'
import { linkClocks } from './page-clock.ts'
import { openFront, type VendorFront } from './vendor-front.ts'

export type {
  MatcherSubject,
  MockFixtures,
  MockMatchers,
  TestOptions,
  TestServer,
  TestVendor,
  VendorFixture,
  VendorFixtures,
}

const TRANSPORTS = ['in-process', 'server', 'none'] as const

/** How requests of pages to vendors reach the mock. */
export type Transport = (typeof TRANSPORTS)[number]

/** Playwright options for tests, set by `createTest`, `test.use` or a project's `use`. */
export interface PageOptions {
  /**
   * How requests of pages to vendors reach the test's session. `in-process`: each answer arrives as a whole. `server`:
   * streams arrive piece by piece, and connections and answers really break. `none` does not intercept pages.
   *
   * @default 'in-process'
   * @example
   * test.use({ transport: 'server' })
   */
  readonly transport: Transport
  /**
   * The lowest severity of a finding that fails a test: `info`, `warning`, `error`, or `never`.
   *
   * @default 'warning'
   * @example
   * test.use({ failOn: 'never' })
   */
  readonly failOn: FailOn
}

/** The arguments of a test, besides Playwright's own. */
export interface PageFixtures extends MockFixtures, PageOptions {
  /**
   * Connects a browser context that the test has created to the test's session, like the pages of `context`.
   *
   * @example
   * const admin = await browser.newContext()
   * await connect(admin)
   */
  readonly connect: (context: BrowserContext) => Promise<void>
}

/** Playwright's `test`, with sparring's arguments. */
export type PageTest<Vendors = AllVendors> = TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & PageFixtures & VendorFixtures<Vendors>,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions
>

/** Options of `createTest`. */
export type PageTestOptions<Vendors extends TestVendors = TestVendors> = TestOptions<Vendors> & Partial<PageOptions>

type Matcher<Check> = Check extends (...given: infer Given) => void
  ? (received: MatcherSubject, ...given: Given) => MatcherResult
  : never

/** sparring's matchers for a mock, and Playwright's for everything else. */
export type MockExpect = Expect<{ readonly [Name in keyof MockMatchers]: Matcher<MockMatchers[Name]> }>

/**
 * `expect` of Playwright, with the matchers for a mock.
 *
 * @example
 * expect(mock).toHaveMet('submitJob', 'PaymentRequired')
 */
export const expect: MockExpect = baseExpect.extend(matchers) as unknown as MockExpect

const transport = kind('in-process, server or none', (value) => TRANSPORTS.some((known) => known === value))

/**
 * Creates a `test` whose tests each have their own session. Requests of pages to vendors are answered in that session,
 * without changes to the application. The test receives the session as `mock`, and over HTTP as `server` and by a
 * vendor's name. A test fails if the client has findings, unless the test has asked for them; a failed test reports
 * what the mock has received.
 *
 * @throws {@link InvalidArgumentError} for unknown options and invalid values
 * @example
 * const test = createTest({ vendors: ['seek'] })
 *
 * test('a page says so when the credits are gone', async ({ page, play }) => {
 *   play('seek/out-of-credits')
 *   await page.goto('/jobs')
 *   await page.getByRole('button', { name: 'Submit' }).click()
 *   await expect(page.getByRole('alert')).toHaveText('No credits left')
 * })
 */
export function createTest<const Vendors extends TestVendors = AllVendors>(
  { transport: way = 'in-process', ...options }: PageTestOptions<Vendors> = {} as PageTestOptions<Vendors>,
): PageTest<Vendors> {
  checkOptions('create a test', { transport: way }, { transport })
  const setting = createSetting(options)
  const { worker, failOn } = setting

  let front: Promise<VendorFront> | undefined
  const openedFront = async (): Promise<VendorFront> => (front ??= openFront((await worker.served()).front))
  const end = async (): Promise<void> => {
    const opened = await front
    opened?.close()
    await worker.close()
  }
  const fixtures = {
    ...sessionFixtures(setting),
    transport: [way, { option: true }],
    failOn: [failOn, { option: true }],
    worker: [
      // Playwright reads the required fixtures from the parameter pattern.
      async ({}, use: Use<undefined>) => {
        await use(undefined)
        await end()
      },
      { scope: 'worker', box: true },
    ],
    mock: async ({ failOn: least }: Given & { worker: undefined }, use: Use<MockSession>, info: TestInfo) => {
      checkTestOptions({ failOn: least })
      const { mock, close } = worker.open()
      try {
        await use(mock)
        if (info.errors.length > 0) explainError(mock, info.errors.at(-1)!)
        else if (info.status === 'passed') judgeTest(mock, least)
      } finally {
        close()
      }
    },
    connect: async ({ mock, transport: chosen }: Given, use: Use<PageFixtures['connect']>) => {
      checkOptions('run a test', { transport: chosen }, { transport })
      const answers = { ...worker.load(), session: mock.id }
      await use(async (context) => {
        linkClocks(mock.clock, context.clock)
        if (chosen === 'in-process') await answerPages(context, answers)
        if (chosen === 'server') await leadPages(context, answers, await openedFront())
      })
    },
    // The server's certificate is self-signed.
    ignoreHTTPSErrors: async (
      { ignoreHTTPSErrors, transport: chosen }: Given & PlaywrightTestOptions,
      use: Use<boolean | undefined>,
    ) => use(chosen === 'server' || ignoreHTTPSErrors),
    context: async ({ context, connect }: Given & PlaywrightTestArgs, use: Use<BrowserContext>) => {
      await connect(context)
      await use(context)
      await context.unrouteAll({ behavior: 'ignoreErrors' })
    },
  }
  return base.extend(fixtures as never) as unknown as PageTest<Vendors>
}

/**
 * `test` with the vendors of `SPARRING_VENDORS`, else with all vendors of the package: `({ page, seek, mock }) => …`.
 *
 * @example
 * import { expect, test } from 'sparring/playwright'
 */
export const test: PageTest = createTest()

type Given = PageFixtures
type Use<Value> = (value: Value) => Promise<void>
