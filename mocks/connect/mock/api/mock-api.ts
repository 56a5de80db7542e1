import type { Coverage } from '../../../verdict/coverage/coverage.ts'
import type { SessionOptions } from './mock-options.ts'
import type { MockSession } from './mock-session.ts'

/** Vendors that are stood in for; it is itself the session `default`. */
export interface Mock extends MockSession {
  /** Names of the vendors served. */
  readonly vendors: readonly string[]
  /**
   * Which of the vendors' answers the client has met so far, in all sessions; a reset takes nothing away. Counts the
   * operations that were called. Of each answer that is missing it says what would meet it.
   *
   * @example
   * expect(mock.coverage().percent).toBeGreaterThan(80)
   */
  readonly coverage: () => Coverage
  /**
   * Opens a world of its own, with a clock, a state and credentials of its own.
   *
   * @throws Error for a name that is open already
   * @example
   * const poor = mock.session({ scenario: 'seek/out-of-credits' })
   * const client = new Client({ fetch: poor.fetch, key: poor.credentials('seek').active })
   */
  readonly session: (options?: SessionOptions) => MockSession
  /**
   * Opens a session, runs a function in it as {@link MockSession.run} does, and closes the session when the function, or
   * the promise that it returns, has ended. Tests that run at the same time do not disturb each other.
   *
   * @throws Error in a web page, which has no async context
   * @example
   * test.concurrent('stops at the 402', () =>
   *   mock.run(async (session) => {
   *     await client.submitAll(jobs)
   *     session.expectNoFindings()
   *   }, { scenario: 'seek/out-of-credits' }),
   * )
   */
  readonly run: <Result>(fn: (session: MockSession) => Result, options?: SessionOptions) => Result
}
