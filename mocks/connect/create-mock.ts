import { silenceNotices } from '../engine/notice.ts'
import { createRuntime, type Runtime } from '../engine/runtime.ts'
import { closeSession, DEFAULT_SESSION } from '../engine/session.ts'
import type { Situation } from '../scenario/situation.ts'
import type { Raw } from '../scenario/raw.ts'
import type { Vendor } from '../spec/vendor.ts'
import { BODY_LIMIT, toCall, toResponse } from './fetch.ts'
import { createCourier } from './deliver/courier.ts'
import { createLibrary, type Library } from './library.ts'
import { loadFaker } from './load-faker.ts'
import { createHandlers, type Msw, type Origin } from './msw.ts'
import { lazyRequire } from './node-tools.ts'
import { createSessionApi, type Host, toInstant } from './session-api.ts'
import { createSituation } from './situations.ts'
import type { Mock, MockOptions, MockSession, VendorOptions } from './types.ts'
import { createWorld, type World } from './world.ts'

/** A mock with what other entry points build on. */
export interface Assembled {
  readonly mock: Mock
  readonly world: World
  readonly library: Library
  readonly origins: readonly Origin[]
  /** The API of an open session, by its id. */
  readonly api: (sessionId: string) => MockSession | undefined
}

/**
 * Stands in for vendors' APIs: gives handlers for MSW, a `fetch`, a clock, and a situation to play.
 *
 * @throws {@link UnknownNameError} for a vendor or scenario that does not exist
 * @throws {@link InvalidFileError} for a spec or scenario with mistakes in it, all of them at once
 * @example
 * const mock = createMock({ vendors: ['seek'], scenario: 'seek/out-of-credits' })
 * const server = setupServer(...mock.handlers)
 */
export function createMock(options: MockOptions): Mock {
  return assemble(options).mock
}

export function assemble(options: MockOptions): Assembled {
  const library = createLibrary({ scenarios: options.scenarios })
  const wanted = namesOf(options)
  const runtimes = new Map<string, Runtime>()
  const vendors = new Map<string, Vendor>()
  const origins: Origin[] = []
  for (const [name, settings] of wanted) {
    const vendor = library.vendor(name, settings.overlay)
    const runtime = createRuntime(vendor, loadFaker, library.operations(vendor))
    runtimes.set(vendor.name, runtime)
    vendors.set(vendor.name, vendor)
    origins.push(...originsOf(runtime, settings))
  }
  const names = scenarioNames(options)
  const situation = (asked: readonly string[], changes: object | undefined, before: Situation | undefined): Situation =>
    withOptions(createSituation(library, vendors, asked, { before, changes: changes as Raw | undefined }), {
      ...options,
      // What a test writes into play() is nearer than what it gave the mock at first.
      ...pick(changes as Raw | undefined),
    })
  const first = situation(names, undefined, undefined)
  const initial = new Map<string, Situation>([[DEFAULT_SESSION, first]])
  const courier = createCourier(options.deliver ?? (process.env['SPARRING_DELIVER'] || undefined))
  const world = createWorld(
    { runtimes, checkReplies: options.checkReplies ?? process.env['SPARRING_CHECK_REPLIES'] === '1' },
    first,
    courier,
  )
  const requireMsw = lazyRequire<Msw>('msw')
  const loadMsw = (): Msw => {
    try {
      return requireMsw()
    } catch (cause) {
      throw new Error(
        'Failed to make handlers: MSW is not there. Install it (npm i -D msw@3); mock.fetch and the server work without it.',
        { cause },
      )
    }
  }
  if (process.env['SPARRING_ASSUMPTIONS'] === 'silent') silenceNotices()

  const hostOf = (id: string): Host => ({
    vendors,
    runtimes,
    courier,
    situation: (asked, changes, before) => situation(asked, changes, before),
    initial: () => initial.get(id) ?? first,
    fetch: (sessionId, request) => answer(world, origins, sessionId, request),
    handlers: (sessionId) =>
      createHandlers(loadMsw(), bound(world, sessionId), origins, () => apis.get(sessionId)?.reset()),
    dispose: (sessionId) => {
      apis.delete(sessionId)
      if (sessionId === DEFAULT_SESSION) for (const session of world.sessions.values()) closeSession(session)
      else world.closeSession(sessionId)
    },
  })
  const apis = new Map([
    [DEFAULT_SESSION, createSessionApi(world.sessions.get(DEFAULT_SESSION)!, hostOf(DEFAULT_SESSION))],
  ])
  const main = apis.get(DEFAULT_SESSION)!
  // Assigned, not spread: spreading would read `handlers`, and so load MSW for servers too, which do without.
  const mock: Mock = Object.assign(main, {
    vendors: [...vendors.keys()],
    session: (own: Parameters<Mock['session']>[0] = {}) => {
      const asked =
        own.scenario === undefined ? names : typeof own.scenario === 'string' ? [own.scenario] : own.scenario
      const session = world.openSession(own.id, situation(asked, undefined, undefined))
      initial.set(session.id, session.situation)
      const api = createSessionApi(session, hostOf(session.id))
      apis.set(session.id, api)
      return api
    },
  })
  return { mock, world, library, origins, api: (sessionId) => apis.get(sessionId) }
}

/** Handlers of an explicit session answer in it, whatever credential the client sends. */
function bound(world: World, sessionId: string): World {
  if (sessionId === DEFAULT_SESSION) return world
  return { ...world, serve: (runtime, call) => world.serve(runtime, call, sessionId) }
}

async function answer(
  world: World,
  origins: readonly Origin[],
  sessionId: string,
  request: Request,
): Promise<Response> {
  const url = new URL(request.url)
  const origin = origins.find(
    ({ base }) => request.url === base || request.url.startsWith(`${base.replace(/\/$/, '')}/`),
  )
  if (!origin) {
    throw new TypeError(
      `Failed to answer ${request.method} ${url.origin}${url.pathname}: no vendor of this mock is at that URL. It has: ${origins.map(({ base }) => base).join(', ')}.`,
    )
  }
  const prefix = new URL(origin.base).pathname.replace(/\/$/, '')
  const call = toCall(request, url, {
    base: origin.base,
    path: (origin.path ?? '') + url.pathname.slice(prefix.length),
    limit: BODY_LIMIT,
  })
  const reply = await world.serve(origin.runtime, call, sessionId === DEFAULT_SESSION ? undefined : sessionId)
  if (request.signal.aborted) {
    reply.done()
    throw request.signal.reason
  }
  return toResponse(reply, request)
}

function namesOf(options: MockOptions): Array<[string, VendorOptions]> {
  const { vendors } = options
  const wanted: Array<[string, VendorOptions]> = Array.isArray(vendors)
    ? vendors.map((name: string) => [name, {}])
    : Object.entries(vendors as Readonly<Record<string, VendorOptions>>)
  if (wanted.length === 0)
    throw new TypeError("Failed to create a mock: no vendors. Name at least one: createMock({ vendors: ['seek'] }).")
  return wanted
}

function scenarioNames(options: MockOptions): readonly string[] {
  if (options.scenario !== undefined)
    return typeof options.scenario === 'string' ? [options.scenario] : options.scenario
  const given = process.env['SPARRING_SCENARIO']
  return given === undefined || given === '' ? [] : given.split(',').map((name) => name.trim())
}

function pick(changes: Raw | undefined): Pick<MockOptions, 'seed' | 'pace'> {
  const { seed, pace } = changes ?? {}
  return { ...(typeof seed === 'number' && { seed }), ...(typeof pace === 'number' && { pace }) }
}

function withOptions(situation: Situation, options: MockOptions): Situation {
  const clock = options.clock && {
    at: options.clock.at === undefined ? situation.clock?.at : toInstant(options.clock.at),
    frozen: options.clock.frozen ?? situation.clock?.frozen,
  }
  return {
    ...situation,
    seed: options.seed ?? situation.seed,
    pace: options.pace ?? situation.pace,
    clock: clock ?? situation.clock,
  }
}

/** Where a vendor is met: at its bases, and at the hosts that single operations have of their own. */
function originsOf(runtime: Runtime, settings: VendorOptions): Origin[] {
  return [
    ...basesOf(runtime, settings),
    ...runtime.vendor.secondOrigins.map(({ origin }) => ({ runtime, base: origin })),
  ]
}

/** What the user says, else every absolute entry of `servers`. */
function basesOf(runtime: Runtime, settings: VendorOptions): Origin[] {
  const { baseUrl } = settings
  const { vendor } = runtime
  if (baseUrl !== undefined) {
    // Given bases replace a server's whole URL, so the server's own path must not be asked for again.
    const path = vendor.servers[0]?.path ?? ''
    return [baseUrl].flat().map((base) => ({ runtime, base: base.replace(/\/$/, ''), path }))
  }
  const origins = [...new Set(vendor.servers.map((server) => server.origin).filter((origin) => origin !== ''))]
  if (origins.length > 0) return origins.map((base) => ({ runtime, base }))
  // A document without servers is met at a name that can exist nowhere (RFC 2606).
  return [{ runtime, base: `https://${vendor.name}.example` }]
}
