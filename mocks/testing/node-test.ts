import { after, test as base, type TestContext, type TestOptions as NodeOptions } from 'node:test'
import { createSetting, type MockFixtures, runInSession, type VendorFixtures } from './fixtures.ts'
import type { AllVendors, TestOptions, TestVendors } from './test-options.ts'

export { expect } from './expect.ts'
export type { MatcherSubject } from './matchers/subject.ts'
export type { MockMatchers } from './matchers/matchers.ts'
export type { TestOptions, VendorFixture } from './test-options.ts'
export type { TestServer, TestVendor } from './test-worker.ts'
export type { MockFixtures, VendorFixtures }

/** What the function of a test is given: the session, vendors by their names, and `t` of `node:test`. */
export type NodeTestGiven<Vendors> = MockFixtures & VendorFixtures<Vendors> & { readonly t: TestContext }

type Run<Vendors> = (given: NodeTestGiven<Vendors>) => unknown

/** Declares a test, with the options of `node:test` before its function or without. */
export type DeclareTest<Vendors> = (
  ...given: [name: string, run: Run<Vendors>] | [name: string, options: NodeOptions, run: Run<Vendors>]
) => Promise<void>

/** `test` of `node:test`, with what sparring gives to a test. */
export interface NodeTest<Vendors = AllVendors> {
  (...given: Parameters<DeclareTest<Vendors>>): Promise<void>
  readonly only: DeclareTest<Vendors>
  readonly skip: DeclareTest<Vendors>
  readonly todo: DeclareTest<Vendors>
}

/**
 * Makes a `test` for `node:test` whose tests each have a session of their own: in process by `mock`, over HTTP by `server` and by
 * a vendor's name. A test in which the client has findings fails, unless the test has asked for them; one that fails says what
 * the mock has seen. The server ends with the file.
 *
 * @throws {@link InvalidArgumentError} for options that tests do not have, and values that they do not take
 * @example
 * const test = createTest({ vendors: ['seek'] })
 *
 * test('the client stops when its credits are gone', async ({ seek, play }) => {
 *   play('seek/out-of-credits')
 *   const client = new SeekClient({ baseUrl: seek.url, key: seek.key })
 *   await assert.rejects(client.submit(), /credits/)
 * })
 */
export function createTest<const Vendors extends TestVendors = AllVendors>(
  options: TestOptions<Vendors> = {},
): NodeTest<Vendors> {
  const setting = createSetting(options)
  after(() => setting.worker.close())

  const declare =
    (more: NodeOptions): DeclareTest<Vendors> =>
    (...given) => {
      const [name, own, run] = given.length === 2 ? [given[0], {}, given[1]] : given
      return base(name, { ...own, ...more }, (t) =>
        runInSession<Vendors>(setting, (fixtures) => run({ ...fixtures, t })),
      )
    }
  return Object.assign(declare({}), {
    only: declare({ only: true }),
    skip: declare({ skip: true }),
    todo: declare({ todo: true }),
  })
}

/**
 * `test` with the vendors of `SPARRING_VENDORS`, else with all of the package.
 *
 * @example
 * import { test } from 'sparring/node-test'
 */
export const test: NodeTest = createTest()
