import type { RequestListener, Server } from 'node:http'
import { networkInterfaces } from 'node:os'
import type { Runtime } from '../../engine/exchange/runtime.ts'
import { DEFAULT_SESSION, instantOf } from '../../engine/session/session.ts'
import {
  anything,
  callback,
  checkOptions,
  listOf,
  mapOf,
  secret,
  type ShapeOf,
  text,
  wholeNumber,
} from '../../spec/problems/arguments.ts'
import { reportFault } from '../../state/guard.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import { createControl } from '../control/create-control.ts'
import { assemble, type Assembled } from '../mock/create-mock.ts'
import { mockOptions } from '../mock/options.ts'
import type { Mock } from '../mock/api/mock-api.ts'
import type { MockOptions } from '../mock/api/mock-options.ts'
import type { Reloaded } from '../world/reload.ts'
import { UnknownNameError } from '../../load/unknown-name.ts'
import { createAddressing, type Scheme } from './address.ts'
import { drain } from './answer/drain.ts'
import { WaitingList } from './answer/waiting.ts'
import { environmentOf, factsOf, type VendorFacts } from './environment.ts'
import { vendorHosts } from './hosts.ts'
import { type Connections, createHttpServer, refuseTunnels } from './http-server.ts'
import { createIdleSessions, SESSION_TTL, toTtl } from './idle-sessions.ts'
import { watchLag } from './lag.ts'
import { authority, listen, ListenError } from './listen.ts'
import { createListener, type Site } from './listener.ts'
import { isLoopback } from './loopback.ts'
import type { Placing } from './sharing/placing.ts'
import { createSpread, type SessionsBy } from './sharing/spread.ts'
import { createUrls, type Urls } from './urls.ts'
import { httpHandlersOf } from './own/own-handlers.ts'
import { type OwnAnswer, type OwnHandlers, withHandlers } from './own/with-handlers.ts'

/** Options of `startServer` besides those of a mock. */
export interface ServerOptions {
  /**
   * The port of all vendors; 0 chooses a free one.
   *
   * @default 4010
   * @example
   * await startServer({ vendors: ['seek'], port: 0 })
   */
  readonly port?: number
  /**
   * The address to listen on. If other machines can reach it, a token is required.
   *
   * @default '127.0.0.1'
   * @example
   * await startServer({ vendors: ['seek'], host: '0.0.0.0', token: 'a secret' })
   */
  readonly host?: string
  /**
   * Ports that serve a single vendor at the root, by vendor.
   *
   * @example
   * await startServer({ vendors: ['seek', 'seal'], ports: { seek: 4011 } })
   */
  readonly ports?: Readonly<Record<string, number>>
  /**
   * Token that the control API requires (`authorization: Bearer <token>`) if other machines can reach the server.
   *
   * @default `SPARRING_TOKEN`
   * @example
   * await startServer({ vendors: ['seek'], host: '0.0.0.0', token: 'a secret' })
   */
  readonly token?: string
  /**
   * How long a session that was opened over HTTP may be idle before it is closed: a duration, real ms, or `never`.
   *
   * @default '1h'
   * @throws RangeError for any other value
   * @example
   * await startServer({ vendors: ['seek'], sessionTtl: '10m' })
   */
  readonly sessionTtl?: string | number
  /**
   * Gives each client its own session without any action of the client. The session is opened by the first request and
   * closed when idle. Clients are distinguished by their `key`, or by a header (`header:NAME`). A session that the
   * request names takes precedence.
   *
   * @throws {@link InvalidArgumentError} for any other value
   * @example
   * await startServer({ vendors: ['seek'], sessionsBy: 'key' })
   */
  readonly sessionsBy?: SessionsBy
  /**
   * A project's own handlers, made with `http` of MSW 2 or 3: they answer the requests that they match, before the
   * vendors. A path without a host is a path of this server; a path with a host matches that `Host` header, or
   * `/<host>/<path>`. Handlers of GraphQL and WebSockets are ignored.
   *
   * @throws TypeError for anything that is not a handler
   * @example
   * await startServer({ vendors: ['seek'], handlers: [http.get('/flags', () => HttpResponse.json([]))] })
   */
  readonly handlers?: readonly unknown[]
  /**
   * Called for each request that one of `handlers` has answered.
   *
   * @example
   * await startServer({ vendors: ['seek'], handlers, onOwnAnswer: ({ method, url }) => console.log(method, url) })
   */
  readonly onOwnAnswer?: (answer: OwnAnswer) => void
}

const portNumber = wholeNumber(0, 65_535)
const serverOptions: ShapeOf<ServerOptions> = {
  port: portNumber,
  host: text,
  ports: mapOf(portNumber, 'an object, as { seek: 4011 }'),
  token: secret,
  // Validated where it is read, with a more specific message.
  sessionTtl: anything,
  sessionsBy: text,
  handlers: listOf(anything, 'a list of handlers of MSW'),
  onOwnAnswer: callback('a function that takes the answer'),
}

/** A mock served on a port. */
export interface MockServer extends AsyncDisposable {
  /** The mock that is served: tests use it to play scenarios, move the clock and read the journal. */
  readonly mock: Mock
  /** `http://127.0.0.1:4010`. */
  readonly url: string
  /** Alternatives to each vendor's own base URL, by vendor; all reach the same vendor. */
  readonly urls: Readonly<Record<string, readonly string[]>>
  /**
   * What a client of each vendor needs: `url`, `key`, `webhookSecret`.
   *
   * @example
   * new SeekClient({ baseUrl: server.vendors['seek'].url, key: server.vendors['seek'].key })
   */
  readonly vendors: Readonly<Record<string, VendorFacts>>
  /**
   * The same as environment variables, as `sparring exec` sets them: `SPARRING_SEEK_URL`, `SPARRING_SEEK_KEY`.
   *
   * @example
   * Object.assign(process.env, server.env)
   */
  readonly env: Readonly<Record<string, string>>
  /** The port of all vendors, which the system chooses for 0. */
  readonly port: number
  /** The address it listens at; `127.0.0.1` by default. */
  readonly host: string
  /**
   * Stops accepting connections, lets requests in work finish, closes the connections and the mock.
   *
   * @example
   * afterAll(() => server.close())
   */
  readonly close: () => Promise<void>
  /** Resolves when the server has stopped: by {@link MockServer.close}, or by `POST /__sparring/shutdown`. */
  readonly closed: Promise<void>
}

/**
 * Serves vendors over HTTP: each below `/<vendor>`, by its own host name, at its own port if it has one, and at the
 * root if it is the only vendor. The control API is below `/__sparring/`.
 *
 * @throws {@link InvalidArgumentError} for unknown options and invalid values
 * @throws {@link ListenError} when a port cannot be opened
 * @throws {@link UnknownNameError} for an unknown vendor or scenario
 * @throws {@link InvalidFileError} for an invalid spec or scenario
 * @example
 * const server = await startServer({ vendors: ['seek'], port: 0 })
 * const client = new SeekClient({ baseUrl: server.url })
 * // …
 * await server.close()
 */
export async function startServer(options: MockOptions & ServerOptions): Promise<MockServer> {
  checkServerOptions(options)
  return serveMock(assemble(options), options)
}

/** @throws {@link InvalidArgumentError} for unknown options and invalid values */
export function checkServerOptions(options: MockOptions & ServerOptions): void {
  checkOptions('start a server', options, { ...mockOptions, ...serverOptions })
}

/** A server with the internals that other entry points need. */
export interface ServedMock extends MockServer {
  /** Base URLs of a session, by vendor. */
  readonly urlsOf: Urls
  readonly front: Front
  /**
   * Reloads files, like {@link Assembled.reload}.
   *
   * @param change.handlers - the project's own handlers, if they were reloaded
   * @throws TypeError for anything that is not a handler
   */
  readonly reload: (change: Change) => Reloaded
}

/** What a proxy in front of the server needs, for clients that call the vendors' own hosts. */
export interface Front {
  /** The hosts of all vendors, with non-default ports. */
  readonly hosts: readonly string[]
  /** Whether a host, with or without a port, belongs to a vendor. */
  readonly isVendor: (host: string) => boolean
  /** Answers for the vendors. URLs in the answers begin with that scheme. */
  readonly listener: (scheme: Scheme) => RequestListener
  /** Creates a server that does not listen. Its connections close with the mock. */
  readonly createServer: (listener: RequestListener) => Server
}

/** What to reload. */
export interface Change {
  readonly what: 'scenarios' | 'all'
  /** Exports of vendor code, by its path. */
  readonly code?: ReadonlyMap<string, unknown>
  readonly handlers?: readonly unknown[]
}

/** How servers share sessions. */
export interface Sharing {
  readonly placing: Placing
  /** The address for other servers; default: its own URL, with an address of this machine if it listens on all. */
  readonly address?: string | undefined
}

/**
 * Serves an existing mock.
 *
 * @param sharing - set when it shares its sessions with other servers; the mock was created for that
 */
export async function serveMock(assembled: Assembled, options: ServerOptions, sharing?: Sharing): Promise<ServedMock> {
  const { port = 4010, host = '127.0.0.1', ports = {} } = options
  const token = options.token ?? process.env['SPARRING_TOKEN']
  const open = !isLoopback(host)
  if (open && !token) throw new ListenError('token-required', noToken(host, port))
  const { mock, sessions, origins } = assembled
  const { runtimes } = sessions.engine
  const placing = sharing?.placing
  const idle = createIdleSessions(toTtl(options.sessionTtl ?? SESSION_TTL), sessions.all, (id) =>
    // A session that is executed on another server is closed there.
    placing && !placing.isOurs(id) ? undefined : assembled.api(id)?.[Symbol.dispose](),
  )
  if (options.sessionsBy !== undefined)
    sessions.spreadBy(
      createSpread(options.sessionsBy, (id) => {
        const open = sessions.all.get(id)
        if (open) return open
        mock.session({ id })
        const opened = sessions.all.get(id)!
        idle.watch(opened)
        return opened
      }),
    )
  const bound = Object.entries(ports).map(([name, own]) => ({ runtime: findRuntime(runtimes, name), name, port: own }))

  const own = ownHandlersOf(assembled, options)
  const servers: Server[] = []
  const control = createControl(assembled, {
    token: open ? token : undefined,
    urls: (session) => urls(session),
    idle,
    placing,
    // A caller that awaits `closed` gets the error.
    shutdown: () => void close().catch(() => {}),
  })
  const lag = watchLag()
  const site: Site = {
    sessions,
    lag,
    find: createAddressing(runtimes, origins),
    waiting: new WaitingList(),
    control: placing ? placing.control(control.listener) : control.listener,
    placing,
  }
  const connections: Connections = { open: new Set(), waiting: site.waiting }
  const listenerOf = (at: Site, runtime?: Runtime): RequestListener => {
    const vendors = createListener(at, runtime?.vendor.name)
    return own ? withHandlers(own, vendors) : vendors
  }
  const openPort = async (number: number, runtime?: Runtime): Promise<number> => {
    const server = createHttpServer(listenerOf(site, runtime), connections)
    refuseTunnels(server, connections)
    const opened = await listen(server, host, number, runtime?.vendor.name)
    // A connection could not be accepted, since too many are open; the others continue.
    server.on('error', (error) => reportFault('take a connection', error))
    servers.push(server)
    return opened
  }

  let closing: Promise<void> | undefined
  const closed = Promise.withResolvers<void>()
  const end = async (): Promise<void> => {
    idle.stop()
    lag.stop()
    control.end()
    await drain({
      servers,
      connections: connections.open,
      waiting: site.waiting,
      calls: [control.calls, placing?.passing ?? NONE],
    })
    await placing?.close()
    mock.close()
  }
  const close = (): Promise<void> => {
    if (!closing) {
      closing = end()
      closing.then(closed.resolve, () => closed.resolve())
    }
    return closing
  }
  let main: number
  const numbers = new Map<string, number>()
  try {
    main = await openPort(port)
    for (const entry of bound) numbers.set(entry.name, await openPort(entry.port, entry.runtime))
  } catch (error) {
    await close()
    throw error
  }
  await placing?.begin({
    assembled,
    idle,
    waiting: site.waiting,
    address: sharing?.address ?? `http://${authority(ownAddress(host), main)}`,
  })
  const urls = createUrls(runtimes, reachable(host), main, numbers)
  const url = `http://${authority(reachable(host), main)}`
  const vendors = factsOf(mock.vendors, mock, urls())
  const all = [...runtimes.values()].map(({ vendor }) => vendor)
  return {
    mock,
    url,
    urls: urls(),
    urlsOf: urls,
    front: {
      ...vendorHosts(origins),
      listener: (scheme) => listenerOf({ ...site, find: createAddressing(runtimes, origins, scheme) }),
      createServer: (listener) => createHttpServer(listener, connections),
    },
    vendors,
    env: environmentOf(url, all, vendors),
    port: main,
    host,
    close,
    closed: closed.promise,
    reload: ({ what, code, handlers }) => {
      const next = handlers && httpHandlersOf(handlers)
      const reloaded = assembled.reload(what, code)
      site.find = createAddressing(runtimes, origins)
      if (own && next) own.handlers = next
      return reloaded
    },
    [Symbol.asyncDispose]: close,
  }
}

const NONE: ReadonlySet<never> = new Set()

/** @throws TypeError for anything that is not a handler */
function ownHandlersOf({ sessions }: Assembled, { handlers, onOwnAnswer }: ServerOptions): OwnHandlers | undefined {
  if (handlers === undefined) return undefined
  const home = sessions.all.get(DEFAULT_SESSION)!
  return {
    handlers: httpHandlersOf(handlers),
    cap: sessions.engine.maxBody,
    onAnswer: onOwnAnswer ?? (() => {}),
    now: () => instantOf(home),
  }
}

/** A client cannot call the wildcard address. */
function reachable(host: string): string {
  return host === '0.0.0.0' || host === '::' || host === '' ? '127.0.0.1' : host
}

/** An address at which other machines can reach the server. */
function ownAddress(host: string): string {
  if (host === reachable(host)) return host
  const found = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return found.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? reachable(host)
}

function noToken(host: string, port: number): string {
  return `Failed to listen on ${authority(host, port)}: other machines can reach that address, and the control API has no token. Set SPARRING_TOKEN, or listen on 127.0.0.1.`
}

function findRuntime(runtimes: ReadonlyMap<string, Runtime>, name: string): Runtime {
  const runtime = runtimes.get(name)
  if (runtime) return runtime
  throw new UnknownNameError(
    `Failed to open a port for "${name}": it is not one of the vendors served.${didYouMean(name, runtimes.keys())}`,
    name,
    runtimes.keys(),
  )
}
