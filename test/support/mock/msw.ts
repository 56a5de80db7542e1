import type { Mock } from 'sparring'
import { type SetupServer, setupServer } from 'msw/node'
import { onTestFinished } from 'vitest'

/** Has MSW answer the requests of a test by these handlers, until the test ends; what they do not know fails. */
export function intercept(...handlers: Mock['handlers']): SetupServer {
  const server = setupServer(...handlers)
  server.listen({ onUnhandledFrame: 'error' })
  onTestFinished(() => server.close())
  return server
}
