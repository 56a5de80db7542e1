import { after, test as base, type TestContext, type TestOptions as NodeOptions } from 'node:test'
import { createSetting, type MockFixtures, runInSession, type VendorFixtures } from './fixtures.ts'
import type { AllVendors, TestOptions, TestVendors } from './test-options.ts'

export { expect } from './expect.ts'
export type { MatcherSubject } from './matchers/subject.ts'
export type { MockMatchers } from './matchers/matchers.ts'
export type { TestOptions, VendorFixture } from './test-options.ts'
export type { TestServer, TestVendor } from './test-worker.ts'
export type { MockFixtures, VendorFixtures }

/** The arguments of a test function: the session, vendors by name, and `t` of `node:test`. */
export type NodeTestGiven<Vendors> = MockFixtures & VendorFixtures<Vendors> & { readonly t: TestContext }

type Run<Vendors> = (given: NodeTestGiven<Vendors>) => unknown

/** Declares a test, with or without the options of `node:test` before its function. */
export type DeclareTest<Vendors> = (
  ...given: [name: string, run: Run<Vendors>] | [name: string, options: NodeOptions, run: Run<Vendors>]
) => Promise<void>

/** `test` of `node:test`, with sparring's arguments. */
export interface NodeTest<Vendors = AllVendors> {
  (...given: Parameters<DeclareTest<Vendors>>): Promise<void>
  readonly only: DeclareTest<Vendors>
  readonly skip: DeclareTest<Vendors>
  readonly todo: DeclareTest<Vendors>
}

/**
 * Creates a `test` for `node:test` whose tests each have their own session: in process as `mock`, over HTTP as `server`
 * and by a vendor's name. A test fails if the client has findings, unless the test has asked for them; a failed test
 * reports what the mock has received. The server ends with the file.
 *
 * @throws {@link InvalidArgumentError} for unknown options and invalid values
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
 * `test` with the vendors of `SPARRING_VENDORS`, else with all vendors of the package.
 *
 * @example
 * import { test } from 'sparring/node-test'
 */
export const test: NodeTest = createTest()
