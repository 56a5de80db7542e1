import type { Session } from '../../engine/session/session.ts'

/** Remembers which session a piece of code runs in, over everything that it awaits. */
export interface SessionContext {
  readonly run: <Result>(session: Session, fn: () => Result) => Result
  /** The session of the code that runs now; undefined outside of all. */
  readonly current: () => Session | undefined
}

/** For platforms that have no async context: web pages. */
export function noContext(): SessionContext {
  return {
    run: () => {
      throw new Error(
        'Failed to run code in a session: this platform has no AsyncLocalStorage. Use the fetch or the handlers of the session: mock.session().fetch.',
      )
    },
    current: () => undefined,
  }
}
