import { createSetting, type MockFixtures, runInSession, type VendorFixtures } from './fixtures.ts'
import { matchers, type MockMatchers } from './matchers/matchers.ts'
import type { MatcherSubject } from './matchers/subject.ts'
import type { AllVendors, TestOptions, TestVendors } from './test-options.ts'

export type { MatcherSubject, MockFixtures, MockMatchers, VendorFixtures }
export type { TestOptions, VendorFixture } from './test-options.ts'
export type { TestServer, TestVendor } from './test-worker.ts'

/** Declares a test. */
export type DeclareTest<Vendors> = (
  name: string,
  run: (given: MockFixtures & VendorFixtures<Vendors>) => unknown,
  timeout?: number,
) => void

/** Jest's `test`, with sparring's arguments. */
export interface JestTest<Vendors = AllVendors> {
  (...given: Parameters<DeclareTest<Vendors>>): void
  readonly only: DeclareTest<Vendors>
  readonly skip: DeclareTest<Vendors>
  readonly concurrent: DeclareTest<Vendors>
}

type Declare = (name: string, run: () => Promise<void>, timeout?: number) => void

/** Jest's globals in a test file. */
interface JestGlobals {
  readonly test?: Declare & { readonly only: Declare; readonly skip: Declare; readonly concurrent: Declare }
  readonly expect: ((actual: MatcherSubject) => MockMatchers & { readonly not: MockMatchers }) & {
    readonly extend: (more: typeof matchers) => void
  }
  readonly afterAll: (run: () => Promise<void>) => void
}

const jest = globalThis as unknown as JestGlobals
if (!jest.test)
  throw new Error(
    'Failed to load sparring/jest: there is no global `test`. Import it in a test file of Jest, and leave `injectGlobals` of its configuration on.',
  )
jest.expect.extend(matchers)

/**
 * Assertions on a mock. It is Jest's own `expect`, typed for these matchers only.
 *
 * @example
 * expect(mock).toHaveMet('submitJob', 'PaymentRequired')
 */
export const expect: (mock: MatcherSubject) => MockMatchers & { readonly not: MockMatchers } = jest.expect

/**
 * Creates a `test` for Jest whose tests each have their own session: in process as `mock`, over HTTP as `server` and by
 * a vendor's name. A test fails if the client has findings, unless the test has asked for them; a failed test reports
 * what the mock has received. The server ends with the file.
 *
 * @throws {@link InvalidArgumentError} for unknown options and invalid values
 * @example
 * const test = createTest({ vendors: ['seek'] })
 *
 * test('the client stops when its credits are gone', async ({ seek, play }) => {
 *   play('seek/out-of-credits')
 *   const client = new SeekClient({ baseUrl: seek.url, key: seek.key })
 *   await expect(client.submit()).rejects.toThrow('credits')
 * })
 */
export function createTest<const Vendors extends TestVendors = AllVendors>(
  options: TestOptions<Vendors> = {},
): JestTest<Vendors> {
  const setting = createSetting(options)
  jest.afterAll(() => setting.worker.close())
  const declare =
    (base: Declare): DeclareTest<Vendors> =>
    (name, run, timeout) =>
      base(name, () => runInSession<Vendors>(setting, run), timeout)
  const { only, skip, concurrent } = jest.test!
  return Object.assign(declare(jest.test!), {
    only: declare(only),
    skip: declare(skip),
    concurrent: declare(concurrent),
  })
}
