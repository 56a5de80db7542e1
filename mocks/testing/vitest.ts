import { expect as baseExpect, type ExpectStatic, inject, test as base, type TestAPI } from 'vitest'
import type { MockSession } from '../connect/mock/api/mock-session.ts'
import { explainFailure, judgeTest } from './aftermath.ts'
import { type MatcherSubject } from './matchers/subject.ts'
import { matchers, type MockMatchers } from './matchers/matchers.ts'
import { createSetting, type MockFixtures, sessionFixtures, type VendorFixtures } from './fixtures.ts'
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
  const setting = createSetting(options)
  const { worker, failOn } = setting
  const fixtures = {
    ...sessionFixtures(setting),
    // Also where a test asks for nothing: its client may have forgotten the URL of the mock.
    mock: [
      async ({ task }: { readonly task: Task }, use: (mock: MockSession) => Promise<void>) => {
        const { mock, close } = worker.open()
        try {
          await use(mock)
          const { state, errors } = task.result ?? {}
          const error = errors?.at(-1)
          if (state === 'fail' && error) error.message = explainFailure(mock, error.message)
          else if (state !== 'fail' && state !== 'skip') judgeTest(mock, failOn)
        } finally {
          close()
        }
      },
      { auto: true },
    ],
  }
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

/** What is read of vitest's task, in all versions of it. */
interface Task {
  readonly result?: {
    readonly state: string
    readonly errors?: Array<{ message: string }> | undefined
  }
}
