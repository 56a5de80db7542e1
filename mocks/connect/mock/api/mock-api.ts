import type { Coverage } from '../../../verdict/coverage/coverage.ts'
import type { SessionOptions } from './mock-options.ts'
import type { MockSession } from './mock-session.ts'

/** A mock of one or more vendors; it is also the session `default`. */
export interface Mock extends MockSession {
  /** Names of the vendors. */
  readonly vendors: readonly string[]
  /**
   * Which of the vendors' answers the client has met so far, in all sessions; a reset does not clear it. Counts the
   * operations that were called, and says of each missing answer how to provoke it.
   *
   * @example
   * expect(mock.coverage().percent).toBeGreaterThan(80)
   */
  readonly coverage: () => Coverage
  /**
   * Opens an isolated session with its own clock, state and credentials.
   *
   * @throws Error if a session of that name is already open
   * @example
   * const poor = mock.session({ scenario: 'seek/out-of-credits' })
   * const client = new Client({ fetch: poor.fetch, key: poor.credentials('seek').active })
   */
  readonly session: (options?: SessionOptions) => MockSession
  /**
   * Opens a session, runs a function in it like {@link MockSession.run}, and closes the session when the function, or
   * the promise that it returns, has ended. Concurrent tests do not affect each other.
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
