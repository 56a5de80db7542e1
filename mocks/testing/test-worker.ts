import { assemble, type Assembled } from '../connect/mock/create-mock.ts'
import type { MockOptions } from '../connect/mock/api/mock-options.ts'
import type { MockSession } from '../connect/mock/api/mock-session.ts'
import type { Credentials } from '../connect/mock/api/session-parts.ts'
import { environmentOf, factsOf, type VendorFacts } from '../connect/server/environment.ts'
import { type ServedMock, serveMock } from '../connect/server/start-server.ts'
import { guardRealHosts, realHosts } from './real-hosts.ts'

/** What a client of one vendor needs in a test. */
export type TestVendor = VendorFacts & {
  /** Keys of every kind that the test's session issues: `credentials.revoked`. */
  readonly credentials: Credentials
}

/** The worker's server, with the addresses of one test's session. */
export interface TestServer {
  /** The server's own URL: `http://127.0.0.1:49152`. Its control API is below `/__sparring`. */
  readonly url: string
  /** What a client of each vendor needs, by the vendor's name. */
  readonly vendors: Readonly<Record<string, TestVendor>>
  /**
   * The same as environment variables, for a client in a separate process: `SPARRING_SEEK_URL`, `SPARRING_SEEK_KEY`.
   *
   * @example
   * spawn('python', ['client.py'], { env: { ...process.env, ...server.env } })
   */
  readonly env: Readonly<Record<string, string>>
}

/** The mock that all tests of a process share; each test has its own session. */
export interface TestWorker {
  /** Returns the mock; the first call loads the vendors. */
  readonly load: () => Assembled
  /** Opens the session of a test, and blocks the vendors' real hosts until the session is closed. */
  readonly open: () => { readonly mock: MockSession; readonly close: () => void }
  /** Returns the server; the first call starts it. */
  readonly served: () => Promise<ServedMock>
  /** The addresses of a session over HTTP. */
  readonly serve: (session: MockSession) => Promise<TestServer>
  /** Closes the mock and its server; the next session opens new ones. */
  readonly close: () => Promise<void>
}

/** Creates a worker. Vendors are loaded when the first test needs them. */
export function createTestWorker(options: MockOptions): TestWorker {
  let assembled: Assembled | undefined
  let server: Promise<ServedMock> | undefined
  let hosts: ReadonlyMap<string, string> | undefined
  const load = (): Assembled => (assembled ??= assemble(options))
  const served = (): Promise<ServedMock> => (server ??= serveMock(load(), { port: 0 }))
  return {
    load,
    open: () => {
      const { mock, origins } = load()
      const session = mock.session()
      const unguard = guardRealHosts(session, (hosts ??= realHosts(origins)))
      return {
        mock: session,
        close: () => {
          unguard()
          session.close()
        },
      }
    },
    served,
    serve: async (session) => {
      const { mock, sessions } = load()
      const { url, urlsOf } = await served()
      const facts = factsOf(mock.vendors, session, urlsOf(session.id))
      const vendors = [...sessions.engine.runtimes.values()].map(({ vendor }) => vendor)
      return {
        url,
        vendors: Object.fromEntries(
          Object.entries(facts).map(([name, own]) => [name, { ...own, credentials: session.credentials(name) }]),
        ),
        env: environmentOf(url, vendors, facts),
      }
    },
    close: async () => {
      const [mock, running] = [assembled?.mock, await server]
      assembled = server = hosts = undefined
      if (running) await running.close()
      else mock?.close()
    },
  }
}
