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

/** The server of a worker, as the session of one test is met there. */
export interface TestServer {
  /** The server itself: `http://127.0.0.1:49152`. Its control API is below `/__sparring`. */
  readonly url: string
  /** What a client of each vendor needs, by the vendor's name. */
  readonly vendors: Readonly<Record<string, TestVendor>>
  /**
   * The same as variables of the environment, for a client in a process of its own: `SPARRING_SEEK_URL`, `SPARRING_SEEK_KEY`.
   *
   * @example
   * spawn('python', ['client.py'], { env: { ...process.env, ...server.env } })
   */
  readonly env: Readonly<Record<string, string>>
}

/** The mock that all tests of one process share; each test has a session of its own in it. */
export interface TestWorker {
  /** The mock itself; vendors are loaded when it is first asked for. */
  readonly load: () => Assembled
  /** Opens the session of a test, whose client is kept from the vendors' real hosts until the session is closed. */
  readonly open: () => { readonly mock: MockSession; readonly close: () => void }
  /** The server, which starts when it is first asked for. */
  readonly served: () => Promise<ServedMock>
  /** Where a session is met over HTTP. */
  readonly serve: (session: MockSession) => Promise<TestServer>
  /** Ends the mock and its server; the next session opens another one. */
  readonly close: () => Promise<void>
}

/** Makes a worker. Vendors are loaded when the first test needs them. */
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
