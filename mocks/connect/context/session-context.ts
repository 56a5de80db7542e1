import type { Session } from '../../engine/session/session.ts'

/** Remembers which session a piece of code runs in, across everything that it awaits. */
export interface SessionContext {
  readonly run: <Result>(session: Session, fn: () => Result) => Result
  /** The session of the code that runs now; undefined outside of any session. */
  readonly current: () => Session | undefined
}

/** For web pages, which have no async context. */
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
