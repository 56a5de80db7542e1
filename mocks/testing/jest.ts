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

/** `test` of Jest, with what sparring gives to a test. */
export interface JestTest<Vendors = AllVendors> {
  (...given: Parameters<DeclareTest<Vendors>>): void
  readonly only: DeclareTest<Vendors>
  readonly skip: DeclareTest<Vendors>
  readonly concurrent: DeclareTest<Vendors>
}

type Declare = (name: string, run: () => Promise<void>, timeout?: number) => void

/** What Jest puts into the globals of a test file. */
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
 * Looks at a mock. It is Jest's own `expect`, whose type knows these matchers alone.
 *
 * @example
 * expect(mock).toHaveMet('submitJob', 'PaymentRequired')
 */
export const expect: (mock: MatcherSubject) => MockMatchers & { readonly not: MockMatchers } = jest.expect

/**
 * Makes a `test` for Jest whose tests each have a session of their own: in process by `mock`, over HTTP by `server` and by a
 * vendor's name. A test in which the client has findings fails, unless the test has asked for them; one that fails says what the
 * mock has seen. The server ends with the file.
 *
 * @throws {@link InvalidArgumentError} for options that tests do not have, and values that they do not take
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
