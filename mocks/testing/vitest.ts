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

/** Vitest's `test`, with sparring's fixtures. */
export type MockTest<Vendors = AllVendors> = TestAPI<MockFixtures & VendorFixtures<Vendors>>

// Includes mocks of this worker in the coverage that `sparring/vitest/coverage` prints.
const folder = inject(COVERAGE_FOLDER) as string | undefined
if (folder !== undefined) process.env['SPARRING_COVERAGE_DIR'] ||= folder

baseExpect.extend(matchers)

/** sparring's matchers for a mock, and vitest's for everything else. */
export type MockExpect = ((actual: MatcherSubject, message?: string) => MockMatchers & { readonly not: MockMatchers }) &
  ExpectStatic

/**
 * Vitest's `expect`, typed for the matchers for a mock.
 *
 * @example
 * expect(mock).toHaveMet('submitJob', 'PaymentRequired')
 */
export const expect: MockExpect = baseExpect as unknown as MockExpect

/**
 * Creates a `test` whose tests each have their own session: in process as `mock`, over HTTP as `server` and by a
 * vendor's name. A test fails if the client has findings, unless the test has asked for them; a failed test reports
 * what the mock has received.
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
): MockTest<Vendors> {
  const setting = createSetting(options)
  const { worker, failOn } = setting
  const fixtures = {
    ...sessionFixtures(setting),
    // Runs even if a test uses no fixture: its client may not use the URL of the mock.
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
  // The types of `extend` differ between vitest's versions.
  return (base as unknown as { extend: (fixtures: object) => MockTest<Vendors> }).extend(fixtures)
}

/**
 * `test` with the vendors of `SPARRING_VENDORS`, else with all vendors of the package: `({ seek, mock }) => …`.
 *
 * @example
 * import { expect, test } from 'sparring/vitest'
 */
export const test: MockTest = createTest()

/** The members of vitest's task that are read, in all versions. */
interface Task {
  readonly result?: {
    readonly state: string
    readonly errors?: Array<{ message: string }> | undefined
  }
}
