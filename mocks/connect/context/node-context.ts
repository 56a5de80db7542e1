import { AsyncLocalStorage } from 'node:async_hooks'
import type { Session } from '../../engine/session/session.ts'
import type { SessionContext } from './session-context.ts'

/** The async context of Node, made when code first runs in a session: nobody else pays for it. */
export function nodeContext(): SessionContext {
  let storage: AsyncLocalStorage<Session> | undefined
  return {
    run: (session, fn) => (storage ??= new AsyncLocalStorage<Session>()).run(session, fn),
    current: () => storage?.getStore(),
  }
}
