import { expect as baseExpect, type ExpectStatic, inject, test as base, type TestAPI } from 'vitest'
import type { MockSession } from '../connect/mock/api/mock-session.ts'
import { explainFailure, judgeTest } from './aftermath.ts'
import { type MatcherSubject } from './matchers/subject.ts'
import { matchers, type MockMatchers } from './matchers/matchers.ts'
import { createSetting, type MockFixtures, type VendorFixtures } from './fixtures.ts'
import type { AllVendors, TestOptions, TestVendors, VendorFixture } from './test-options.ts'
import type { TestServer, TestVendor } from './test-worker.ts'
import { COVERAGE_FOLDER } from './vitest-coverage.ts'

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

/** `test` of vitest, with what sparring gives to a test. */
export type MockTest<Vendors = AllVendors> = TestAPI<MockFixtures & VendorFixtures<Vendors>>

// Mocks of the same worker count in the coverage that `sparring/vitest/coverage` prints.
const folder = inject(COVERAGE_FOLDER) as string | undefined
if (folder !== undefined) process.env['SPARRING_COVERAGE_DIR'] ||= folder

baseExpect.extend(matchers)

/** Looks at a mock by the matchers of sparring, and at everything else as vitest does. */
export type MockExpect = ((actual: MatcherSubject, message?: string) => MockMatchers & { readonly not: MockMatchers }) &
  ExpectStatic

/**
 * `expect` of vitest, whose type knows the matchers for a mock.
 *
 * @example
 * expect(mock).toHaveMet('submitJob', 'PaymentRequired')
 */
export const expect: MockExpect = baseExpect as unknown as MockExpect

/**
 * Makes a `test` whose tests each have a session of their own: in process by `mock`, over HTTP by `server` and by a vendor's name.
 * A test in which the client has findings fails, unless the test has asked for them; one that fails says what the mock has seen.
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
): MockTest<Vendors> {
  const { worker, names, failOn } = createSetting(options)

  const part = <Name extends keyof MockSession>(name: Name) => {
    return async ({ mock }: Given, use: Use<MockSession[Name]>) => use(mock[name])
  }
  const fixtures: Record<string, unknown> = {}
  for (const name of names)
    fixtures[name] = async ({ server }: Given, use: Use<TestVendor>) => use(server.vendors[name]!)
  Object.assign(fixtures, {
    mock: async ({ task }: { readonly task: Task }, use: Use<MockSession>) => {
      const mock = worker.open()
      try {
        await use(mock)
        const { state, errors } = task.result ?? {}
        const error = errors?.at(-1)
        if (state === 'fail' && error) error.message = explainFailure(mock, error.message)
        else if (state !== 'fail' && state !== 'skip') judgeTest(mock, failOn)
      } finally {
        mock.close()
      }
    },
    server: async ({ mock }: Given, use: Use<TestServer>) => use(await worker.serve(mock)),
    play: part('play'),
    next: part('next'),
    clock: part('clock'),
    journal: part('journal'),
    webhooks: part('webhooks'),
  })
  // The types of `extend` are others in each version of vitest.
  return (base as unknown as { extend: (fixtures: object) => MockTest<Vendors> }).extend(fixtures)
}

/**
 * `test` with the vendors of `SPARRING_VENDORS`, else with all of the package: `({ seek, mock }) => …`.
 *
 * @example
 * import { expect, test } from 'sparring/vitest'
 */
export const test: MockTest = createTest()

type Given = Pick<MockFixtures, 'mock' | 'server'>
type Use<Value> = (value: Value) => Promise<void>

/** What is read of vitest's task, in all versions of it. */
interface Task {
  readonly result?: {
    readonly state: string
    readonly errors?: Array<{ message: string }> | undefined
  }
}
