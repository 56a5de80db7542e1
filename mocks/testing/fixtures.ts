import type { MockSession } from '../connect/mock/api/mock-session.ts'
import type { FailOn } from '../report/report.ts'
import { explainError, judgeTest } from './aftermath.ts'
import {
  checkTestOptions,
  defaultVendors,
  fixtureNames,
  type TestOptions,
  type TestVendors,
  type VendorFixture,
} from './test-options.ts'
import { createTestWorker, type TestServer, type TestVendor, type TestWorker } from './test-worker.ts'

/** The arguments of a test. */
export interface MockFixtures extends Pick<MockSession, 'play' | 'next' | 'clock' | 'journal' | 'webhooks'> {
  /** The isolated session of the test, which ends with it. In process: `mock.fetch`, `mock.handlers`. */
  readonly mock: MockSession
  /** The worker's server, with the addresses of the test's session. */
  readonly server: TestServer
}

/** Vendors by name, with the addresses of the test's session on the server. */
export type VendorFixtures<Vendors> = { readonly [Name in VendorFixture<Vendors>]: TestVendor }

/** The setting shared by all tests of one `createTest` call. */
export interface TestSetting {
  readonly worker: TestWorker
  /** Names of the vendors that a test receives by name. */
  readonly names: readonly string[]
  readonly failOn: FailOn
}

/** @throws {@link InvalidArgumentError} for unknown options and invalid values */
export function createSetting(options: TestOptions): TestSetting {
  checkTestOptions(options)
  const { failOn = 'warning', ...given } = options
  const vendors: TestVendors = given.vendors ?? defaultVendors()
  return { worker: createTestWorker({ ...given, vendors }), names: fixtureNames(vendors), failOn }
}

type Given = Pick<MockFixtures, 'mock' | 'server'>
type Use<Value> = (value: Value) => Promise<void>

/**
 * The fixtures of a test's session, for runners with fixtures. Runners read each fixture's dependencies from its
 * parameter pattern.
 */
export function sessionFixtures({ worker, names }: TestSetting): Record<string, unknown> {
  const part = <Name extends keyof MockSession>(name: Name) => {
    return async ({ mock }: Given, use: Use<MockSession[Name]>) => use(mock[name])
  }
  const vendorOf = (name: string) => {
    return async ({ server }: Given, use: Use<TestVendor>) => use(server.vendors[name]!)
  }
  return {
    ...Object.fromEntries(names.map((name) => [name, vendorOf(name)])),
    server: async ({ mock }: Given, use: Use<TestServer>) => use(await worker.serve(mock)),
    play: part('play'),
    next: part('next'),
    clock: part('clock'),
    journal: part('journal'),
    webhooks: part('webhooks'),
  }
}

/**
 * Runs a test in a new session, for runners without fixtures: all arguments are created before the test.
 *
 * @throws the test's error, with what the mock has received in its message
 * @throws {@link FindingsError} if the client has findings that the test has not asked for
 */
export async function runInSession<Vendors>(
  { worker, names, failOn }: TestSetting,
  run: (given: MockFixtures & VendorFixtures<Vendors>) => unknown,
): Promise<void> {
  const { mock, close } = worker.open()
  try {
    const server = await worker.serve(mock)
    const { play, next, clock, journal, webhooks } = mock
    const vendors = Object.fromEntries(names.map((name) => [name, server.vendors[name]])) as VendorFixtures<Vendors>
    try {
      await run({ ...vendors, mock, server, play, next, clock, journal, webhooks })
    } catch (error) {
      if (error instanceof Error || isErrorOfAnotherRealm(error)) explainError(mock, error)
      throw error
    }
    judgeTest(mock, failOn)
  } finally {
    close()
  }
}

function isErrorOfAnotherRealm(error: unknown): error is Error {
  return Object.prototype.toString.call(error) === '[object Error]'
}
