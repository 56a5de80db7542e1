import { AsyncLocalStorage } from 'node:async_hooks'
import type { Session } from '../../engine/session/session.ts'
import type { SessionContext } from './session-context.ts'

/** Node's async context, created when code first runs in a session, so that other users pay nothing for it. */
export function nodeContext(): SessionContext {
  let storage: AsyncLocalStorage<Session> | undefined
  return {
    run: (session, fn) => (storage ??= new AsyncLocalStorage<Session>()).run(session, fn),
    current: () => storage?.getStore(),
  }
}
