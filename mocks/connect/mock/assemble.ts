import type { LoadFaker } from '../../generate/generator.ts'
import type { Courier } from '../../engine/deliveries/courier.ts'
import { DEFAULT_SESSION } from '../../engine/session/session.ts'
import type { Situation } from '../../scenario/situation.ts'
import type { Raw } from '../../scenario/raw.ts'
import { withChecks, withMockChecks } from './calls.ts'
import { toCall, toPreflight, toResponse, type Interceptor } from '../fetch/fetch.ts'
import type { Inflate } from '../fetch/codings.ts'
import { bodyOf } from '../fetch/fetch-body.ts'
import { follow, type Step } from '../fetch/follow.ts'
import { capsOf } from '../fetch/caps.ts'
import type { SessionContext } from '../context/session-context.ts'
import type { DeliveryTarget } from '../deliver/courier.ts'
import { createHandlers, type Entry, type Msw } from '../msw/msw.ts'
import type { Origin } from '../fetch/origin.ts'
import { createSentTogether } from '../fetch/sent-together.ts'
import { readFindingOptions } from '../../verdict/settle.ts'
import { type Coverage, totalCoverage, type VendorCoverage } from '../../verdict/coverage/coverage.ts'
import { createMeter, type Meter } from '../../verdict/coverage/meter.ts'
import { warnOnce } from '../../load/flaw-notice.ts'
import { createRemedies } from '../../load/failures/remedies.ts'
import { readIncluded } from '../coverage/included.ts'
import type { Judged } from './session-verdict.ts'
import { findPlace } from '../fetch/well-known.ts'
import { createSessionApi, type Host, insideOf, toInstant } from './session-api.ts'
import type { ScenarioSource } from '../../load/scenario-source.ts'
import { createSituation } from '../../load/situations.ts'
import type { Mock } from './api/mock-api.ts'
import type { MockOptions, SessionOptions } from './api/mock-options.ts'
import type { MockSession } from './api/mock-session.ts'
import { isPromise } from '../../state/promise.ts'
import { type Reloaded, reloadWorld } from '../world/reload.ts'
import { createWorld, type LoadedVendor, type World } from '../world/world.ts'
import { createSessions, type Shared, whenReady, type Sessions } from './sessions.ts'

/** What differs between Node and a page. */
export interface Platform {
  /** Where scenarios are found. */
  readonly scenarioSource: ScenarioSource
  readonly vendors: readonly LoadedVendor[]
  readonly loadFaker: LoadFaker
  readonly loadMsw: () => Msw
  readonly createCourier: (target: DeliveryTarget | undefined, patience?: number) => Courier
  readonly inflate: Inflate
  readonly context: SessionContext
  /** Version of sparring. */
  readonly version: string
  /** How MSW sends answers on this platform. */
  readonly way: Interceptor
  /** Set when processes share their sessions. */
  readonly shared?: Shared | undefined
  /** Loads modules that answers may need and cannot wait for; called with the first request. */
  readonly prepare?: () => Promise<unknown>
}

/** A mock with the internals that other entry points need. */
export interface Assembled {
  readonly mock: Mock
  readonly sessions: Sessions
  readonly origins: readonly Origin[]
  /** What is needed to judge a session. */
  readonly judged: Judged
  /** What clients have met so far, in all sessions. */
  readonly meter: Meter
  /** Coverage with its totals, and with how to provoke the missing answers. */
  readonly coverageOf: (met: readonly VendorCoverage[]) => Coverage
  /** Opens a session that another process has opened, with its scenarios and its tag. */
  readonly open: (id: string, names: readonly string[], tag: string) => void
  /** The API of an open session, by its id. */
  readonly api: (sessionId: string) => MockSession | undefined
  /**
   * Answers a browser's request in a session; undefined if no vendor has the URL. Redirects between vendors are
   * followed; the browser follows all others.
   */
  readonly answerBrowser: (sessionId: string, request: Request) => Promise<Response> | undefined
  /**
   * Replaces the vendors, if given, and reloads all scenarios. Invalid ones throw, and nothing changes.
   */
  readonly renew: (vendors: readonly LoadedVendor[] | undefined) => Reloaded
}

/** Creates a mock from what a platform has loaded. */
export function assembleOn(platform: Platform, options: Omit<MockOptions, 'vendors' | 'scenarios'>): Assembled {
  const { scenarioSource, createCourier, loadMsw } = platform
  const world = createWorld(platform.vendors, platform.loadFaker)
  const { vendors, runtimes, origins } = world
  world.hidden.forEach(warnOnce)
  const names = typeof options.scenario === 'string' ? [options.scenario] : (options.scenario ?? [])
  const situation = (
    asked: readonly string[],
    changes: object | undefined,
    before: Situation | undefined,
    { of = world, defaults }: { readonly of?: World; readonly defaults?: World['defaults'] } = {},
  ): Situation =>
    withOptions(
      createSituation(scenarioSource, of.vendors, asked, {
        before,
        changes: changes as Raw | undefined,
        dialects: of.dialects,
        defaults,
      }),
      {
        ...options,
        // Changes that a test passes to play() override the options of the mock.
        ...pick(changes as Raw | undefined),
      },
    )
  const { defaults } = world
  let first = situation(names, undefined, undefined, { defaults })
  const initial = new Map<string, Situation>([[DEFAULT_SESSION, first]])
  const findings = readFindingOptions(options.findings)
  const meter = createMeter(vendors, readIncluded(options.coverage?.include ?? [], vendors))
  let remedies = createRemedies(scenarioSource, vendors)
  const courier = createCourier(options.deliver)
  const { context } = platform
  const engine = { runtimes, checkReplies: options.checkReplies ?? false, observer: meter, ...capsOf(options) }
  const { keepJobs } = options
  const created = createSessions({ engine, courier, context, keepJobs, shared: platform.shared }, first)
  const sessions = platform.prepare ? whenReady(created, platform.prepare) : created
  const entry: Entry = { sessions, origins, inflate: platform.inflate, way: platform.way }

  const sender = (sessionId: string): Parameters<typeof follow>[1] => {
    const sentAt = sentTogether()
    return (request, from) => answer(entry, sessionId, { request, from, sentAt })
  }
  const hostOf = (id: string): Host => ({
    vendors,
    runtimes,
    courier,
    findings,
    context,
    version: platform.version,
    notifyForget: sessions.notifyForget,
    createCourier,
    situation: (asked, changes, before) => situation(asked, changes, before),
    initial: () => initial.get(id) ?? first,
    fetch: (sessionId, request) => follow(request, sender(sessionId)),
    handlers: (sessionId) =>
      createHandlers(loadMsw(), { ...entry, sessions: bound(sessions, sessionId) }, () => {
        const current = sessionId === DEFAULT_SESSION ? context.current()?.id : undefined
        apis.get(current ?? sessionId)?.reset()
      }),
    dispose: (sessionId) => {
      // Closing the mock closes all its sessions.
      const ids = sessionId === DEFAULT_SESSION ? [...sessions.all.keys()] : [sessionId]
      for (const closed of ids) {
        apis.delete(closed)
        initial.delete(closed)
        sessions.closeSession(closed)
      }
    },
  })
  const apis = new Map([
    [DEFAULT_SESSION, withChecks(createSessionApi(sessions.all.get(DEFAULT_SESSION)!, hostOf(DEFAULT_SESSION)))],
  ])
  const main = apis.get(DEFAULT_SESSION)!
  const open = (id: string | undefined, scenarios: readonly string[] | undefined, tag?: string): MockSession => {
    const played = scenarios === undefined ? first : situation(scenarios, undefined, undefined, { defaults })
    const session = sessions.openSession(id, played, tag)
    initial.set(session.id, session.situation)
    const api = withChecks(createSessionApi(session, hostOf(session.id)))
    apis.set(session.id, api)
    return api
  }
  const coverageOf: Assembled['coverageOf'] = (met) => remedies(totalCoverage(met))
  // Assigned, not spread: a spread would read `handlers`, and so load MSW even for servers, which do not need it.
  const mock: Mock = Object.assign(main, {
    vendors: [...vendors.keys()],
    coverage: () => coverageOf(meter.read()),
    session: (own: SessionOptions = {}) => open(own.id, own.scenario && [own.scenario].flat()),
    run: <Result>(fn: (session: MockSession) => Result, own?: SessionOptions) => runAndClose(mock.session(own), fn),
  })
  /** The initial situations of sessions, compiled against another world. */
  const begun = (of: World): ReadonlyMap<string, Situation> => {
    const fresh = new Map<Situation, Situation>()
    return new Map(
      [...initial].map(([id, before]) => {
        let made = fresh.get(before)
        if (!made)
          fresh.set(before, (made = situation(before.names, undefined, undefined, { of, defaults: of.defaults })))
        return [id, made]
      }),
    )
  }
  const renew: Assembled['renew'] = (loaded) => {
    const next = loaded ? createWorld(loaded, platform.loadFaker) : { ...world, defaults: new Map() }
    const initials = begun(next)
    const playing = [...apis.values()].map((api) => insideOf(api)!)
    const reloaded = reloadWorld(world, next, playing, (...what) => situation(...what, { of: next }))
    for (const [id, made] of initials) initial.set(id, made)
    first = initial.get(DEFAULT_SESSION)!
    next.hidden.forEach(warnOnce)
    remedies = createRemedies(scenarioSource, vendors)
    meter.renew()
    return reloaded
  }
  return {
    mock: withMockChecks(mock),
    sessions,
    origins,
    judged: { vendors, findings },
    meter,
    coverageOf,
    open: (id, asked, tag) => void open(id, sameNames(asked, first.names) ? undefined : asked, tag),
    api: (sessionId) => apis.get(sessionId),
    answerBrowser: (sessionId, request) =>
      findPlace(origins, request)
        ? follow(request, sender(sessionId), ({ href: url }) => !findPlace(origins, { method: 'GET', url }))
        : undefined,
    renew,
  }
}

function sameNames(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name, index) => name === others[index])
}

/** Closes the session when the function, or the promise that it returns, has ended. */
function runAndClose<Result>(session: MockSession, fn: (session: MockSession) => Result): Result {
  let result: Result | undefined
  try {
    result = session.run(fn)
  } finally {
    if (!isPromise(result)) session.close()
  }
  return isPromise(result) ? (Promise.resolve(result).finally(session.close) as Result) : result
}

/** Handlers of an explicit session answer in that session, whatever credential the client sends. */
function bound(sessions: Sessions, sessionId: string): Sessions {
  if (sessionId === DEFAULT_SESSION) return sessions
  return { ...sessions, serve: (runtime, call) => sessions.serve(runtime, call, sessionId) }
}

/** An answer passes through the mock, through redirects and to the client, each of which awaits it. */
const sentTogether = createSentTogether(2)

/** One request of a client. */
interface Asked {
  readonly request: Request
  /** The request that was redirected to this one. */
  readonly from: Request | undefined
  /** Real time in ms at which the first request of the redirects was sent. */
  readonly sentAt: number
}

async function answer(
  { sessions, origins, inflate }: Entry,
  sessionId: string,
  { request, from, sentAt }: Asked,
): Promise<Step> {
  const place = findPlace(origins, request)
  if (!place) throw new TypeError(nobodyThere(request, from, origins))
  const body = bodyOf(request, inflate)
  const preflight = toPreflight(request)
  if (preflight) return { response: preflight, body }
  const reply = await sessions.serve(
    place.origin.runtime,
    toCall(request, place, body, { sentAt: from ? undefined : sentAt, isOfMock: true }),
    sessionId === DEFAULT_SESSION ? undefined : sessionId,
  )
  if (request.signal.aborted) {
    reply.done()
    throw request.signal.reason
  }
  return { response: toResponse(reply, request), body }
}

function nobodyThere(request: Request, from: Request | undefined, origins: readonly Origin[]): string {
  const there = `no vendor of this mock is at that URL. It has: ${origins.map(({ base }) => base).join(', ')}.`
  if (!from) return `Failed to answer ${request.method} ${plain(request.url)}: ${there}`
  return `Failed to follow the redirect of ${from.method} ${plain(from.url)} to ${plain(request.url)}: ${there} To look at the redirect itself, ask with redirect: 'manual'.`
}

/** A URL without its query, which may contain secrets. */
function plain(address: string): string {
  const { origin, protocol, host, pathname } = new URL(address)
  return `${origin === 'null' ? `${protocol}//${host}` : origin}${pathname}`
}

function pick(changes: Raw | undefined): Pick<MockOptions, 'seed' | 'pace'> {
  const { seed, pace } = changes ?? {}
  return { ...(typeof seed === 'number' && { seed }), ...(typeof pace === 'number' && { pace }) }
}

function withOptions(situation: Situation, options: Pick<MockOptions, 'clock' | 'seed' | 'pace'>): Situation {
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
