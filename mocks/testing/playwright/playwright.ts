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
import { moveTogether } from './page-clock.ts'
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

/** How what pages send to vendors reaches the mock. */
export type Transport = (typeof TRANSPORTS)[number]

/** Options of tests, as Playwright has them: `createTest` sets them, and so do `test.use` and a project's `use`. */
export interface PageOptions {
  /**
   * How what pages send to vendors reaches the session of the test: `in-process`, where each answer comes whole; by `server`,
   * so that streams come piece by piece, and connections and answers really break; `none` leaves pages alone.
   *
   * @default 'in-process'
   * @example
   * test.use({ transport: 'server' })
   */
  readonly transport: Transport
  /**
   * The least severity of a finding that fails a test: `info`, `warning`, `error`, or `never`.
   *
   * @default 'warning'
   * @example
   * test.use({ failOn: 'never' })
   */
  readonly failOn: FailOn
}

/** What a test is given besides what Playwright itself gives. */
export interface PageFixtures extends MockFixtures, PageOptions {
  /**
   * Has pages of a browser context that the test makes itself meet the session of the test, as those of `context` do.
   *
   * @example
   * const admin = await browser.newContext()
   * await connect(admin)
   */
  readonly connect: (context: BrowserContext) => Promise<void>
}

/** `test` of Playwright, with what sparring gives to a test. */
export type PageTest<Vendors = AllVendors> = TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & PageFixtures & VendorFixtures<Vendors>,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions
>

/** What `createTest` takes. */
export type PageTestOptions<Vendors extends TestVendors = TestVendors> = TestOptions<Vendors> & Partial<PageOptions>

type Matcher<Check> = Check extends (...given: infer Given) => void
  ? (received: MatcherSubject, ...given: Given) => MatcherResult
  : never

/** Looks at a mock by the matchers of sparring, and at everything else as Playwright does. */
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
 * Makes a `test` whose tests each have a session of their own. What pages send to vendors is answered in it, so that the
 * application needs no change; the test has it as `mock`, and over HTTP by `server` and by a vendor's name. A test in which the
 * client has findings fails, unless the test has asked for them; one that fails says what the mock has seen.
 *
 * @throws {@link InvalidArgumentError} for options that tests do not have, and values that they do not take
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
      // Playwright reads from the pattern which fixtures are asked for.
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
        moveTogether(mock.clock, context.clock)
        if (chosen === 'in-process') await answerPages(context, answers)
        if (chosen === 'server') await leadPages(context, answers, await openedFront())
      })
    },
    // The server has a certificate that nobody has signed.
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
 * `test` with the vendors of `SPARRING_VENDORS`, else with all of the package: `({ page, seek, mock }) => …`.
 *
 * @example
 * import { expect, test } from 'sparring/playwright'
 */
export const test: PageTest = createTest()

type Given = PageFixtures
type Use<Value> = (value: Value) => Promise<void>
