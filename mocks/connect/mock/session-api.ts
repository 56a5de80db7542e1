import type { HttpHandler } from 'msw'
import { issuedSecret } from '../../behaviour/webhooks/subscribe.ts'
import { markStarts, playSituation } from '../../engine/session/play.ts'
import { dialectRuntime } from '../../engine/exchange/dialect.ts'
import { sleep } from '../../engine/session/sleep.ts'
import { runVerb } from '../../engine/jobs/verb.ts'
import type { Courier } from '../../engine/deliveries/courier.ts'
import type { Runtime } from '../../engine/exchange/runtime.ts'
import type { Session } from '../../engine/session/session.ts'
import { findError } from '../../scenario/errors.ts'
import { asRecord } from '../../scenario/raw.ts'
import type { Situation, Then } from '../../scenario/situation.ts'
import { dialectVendor } from '../../spec/model/dialects.ts'
import { durationHint, LONGEST_MS, parseDuration } from '../../spec/values/duration.ts'
import { show } from '../../spec/problems/arguments.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import { mainScheme } from '../../spec/model/issued.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { guarded } from '../../state/guard.ts'
import { fitsDate, LAST_INSTANT } from '../../state/instant.ts'
import type { FindingSettings } from '../../verdict/settle.ts'
import type { DeliveryTarget } from '../deliver/courier.ts'
import { createMockWebhooks } from '../deliver/mock-webhooks.ts'
import { createSnapshots, type Restoring, type Snapshots } from '../snapshot/session-snapshot.ts'
import type { SessionContext } from '../context/session-context.ts'
import type { Playing } from '../world/reload.ts'
import { drive } from '../wait/drive.ts'
import { heldIn } from '../wait/held-lines.ts'
import { createMockJournal } from '../journal/mock-journal.ts'
import { settled } from '../wait/settled.ts'
import type { MockSession } from './api/mock-session.ts'
import type { Credentials, MockClock } from './api/session-parts.ts'
import { createSessionVerdict } from './session-verdict.ts'
import { issuedKeys, issuedTokens } from './issued-keys.ts'
import { UnknownNameError } from '../../load/unknown-name.ts'

/** What a session's API needs from its mock. */
export interface Host {
  readonly vendors: ReadonlyMap<string, Vendor>
  readonly runtimes: ReadonlyMap<string, Runtime>
  /** Sends deliveries without another target. */
  readonly courier: Courier
  /** To be called before a session's history is cleared. */
  readonly notifyForget: (session: Session) => void
  /** Severity of findings. */
  readonly findings: FindingSettings
  readonly createCourier: (target: DeliveryTarget | undefined, patience?: number) => Courier
  /** Version of sparring. */
  readonly version: string
  readonly situation: (
    names: readonly string[],
    changes: object | undefined,
    before: Situation | undefined,
  ) => Situation
  readonly initial: () => Situation
  readonly fetch: (sessionId: string, request: Request) => Promise<Response>
  readonly handlers: (sessionId: string) => readonly HttpHandler[]
  readonly dispose: (sessionId: string) => void
  readonly context: SessionContext
}

/** Creates the public API of a session. */
export function createSessionApi(session: Session, host: Host): MockSession {
  const clock = createMockClock(session)
  let prepared = 0
  let handlers: MockSession['handlers'] | undefined

  const forget = (): void => {
    host.notifyForget(session)
    session.outbox.halt()
    session.nexts = []
    session.overrides = []
    session.clock.reset()
    session.store.clear()
    session.journal.clear()
    session.held.clear()
    session.calls.clear()
    session.breaches.length = 0
    session.latest = 0
    session.count = 0
    session.stretch++
    markStarts(session)
  }

  const prepare: Restoring['prepare'] = ({ key, vendor, operation, error, times }, situation) => {
    const found = spoken(situation, findVendor(host, vendor))
    const then = playedError(found, findOperation(found, operation), error)
    prepared = Math.max(prepared, Number(key))
    const label = `mock.next('${found.name}', '${operation}', '${error}')`
    return { label, key, vendor: found.name, operation, error, then, times }
  }

  const snapshots = createSnapshots(session, { ...host, forget, prepare })
  const open = (): void => {
    const initial = host.initial()
    snapshots.note({ names: initial.names, changes: null }, initial, undefined)
  }
  open()

  const reset = (): void => {
    session.situation = host.initial()
    open()
    session.courier = host.courier
    forget()
  }

  const close = (): void => host.dispose(session.id)

  const api: MockSession = {
    id: session.id,
    clock,
    journal: createMockJournal(session),
    get handlers() {
      return (handlers ??= host.handlers(session.id))
    },
    play: (scenario: string | readonly string[], changes, options) => {
      const names = typeof scenario === 'string' ? [scenario] : scenario
      const { fresh = options?.fresh ?? false, ...rest } = asRecord(changes)
      const situation = host.situation(names, Object.keys(rest).length > 0 ? rest : undefined, session.situation)
      // The scenario compiled without an error: state may change from here on.
      if (fresh === true) forget()
      const before = fresh === true ? undefined : session.situation
      const changed = Object.keys(rest).length > 0 ? rest : null
      snapshots.note({ names, changes: changed }, situation, session.situation)
      playSituation(session, situation, host.vendors)
      const start = host.initial().clock
      // The mock's initial clock continues; a clock of the scenario is set.
      const isNew = situation.clock?.at !== start?.at || situation.clock?.frozen !== start?.frozen
      const { at } = situation.clock ?? {}
      if (isNew && at !== undefined) guarded('set the clock as the scenario says', () => session.clock.set(at))()
      if (isNew && situation.clock?.frozen) session.clock.freeze(situation.clock.at)
      markStarts(session, before)
    },
    next: (vendor, operation, error, options) => {
      const next = { key: String(prepared + 1), vendor, operation, error, times: options?.times ?? 1 }
      session.nexts = [...session.nexts, prepare(next, session.situation)]
    },
    on: (vendor, operation, answer) => {
      const found = spoken(session.situation, findVendor(host, vendor))
      findOperation(found, operation)
      session.overrides = [{ vendor: found.name, operation, answer }, ...session.overrides]
    },
    do: (vendor, id, verb) =>
      runVerb(host.runtimes, session, dialectRuntime(session, host.runtimes.get(findVendor(host, vendor).name)!), {
        id,
        verb,
      }),
    held: () => heldIn(session),
    settled: (wanted = {}) => settled(session, wanted.held),
    drive: (work, { within = '1d', patience } = {}) => drive(session, work, { within: toMs(within), patience }),
    credentials: (vendor) => credentials(session, spoken(session.situation, findVendor(host, vendor))),
    fetch: (input, init) => {
      try {
        return host.fetch(session.id, isAsItIs(input, init) ? input : new Request(input, init))
      } catch (error) {
        return Promise.reject(error)
      }
    },
    breaches: () => session.breaches,
    webhooks: createMockWebhooks(session, host),
    ...createSessionVerdict(session, host),
    snapshot: snapshots.snapshot,
    restore: snapshots.restore,
    run: (fn) => host.context.run(session, () => fn(api)),
    reset,
    close,
    [Symbol.dispose]: close,
  }
  const prepareAnew = (): readonly string[] => {
    const dropped: string[] = []
    session.nexts = session.nexts.flatMap((next) => {
      try {
        return [prepare(next, session.situation)]
      } catch (error) {
        if (!(error instanceof UnknownNameError)) throw error
        dropped.push(next.label)
        return []
      }
    })
    return dropped
  }
  const { replay, head } = snapshots
  insides.set(api, { session, vendors: host.vendors, replay, head, prepareAnew })
  return api
}

/** Whether a copy of the request would be the same: it has no body that the copy takes from it. */
function isAsItIs(input: string | URL | Request, init: RequestInit | undefined): input is Request {
  return init === undefined && input instanceof Request && input.body === null
}

/** The internals of a session's API. */
export interface Inside extends Playing, Pick<Snapshots, 'head'> {
  readonly vendors: ReadonlyMap<string, Vendor>
}

const insides = new WeakMap<object, Inside>()

/** The internals of a mock or session; undefined for anything else. */
export function insideOf(api: object): Inside | undefined {
  return insides.get(api)
}

/** Converts a date, a string or a number of ms to ms since 1970. */
export function toInstant(at: Date | string | number): number {
  const ms = at instanceof Date ? at.getTime() : typeof at === 'number' ? at : readInstant(at)
  if (fitsDate(ms)) return ms
  const seen = show(at)
  throw new RangeError(
    Number.isFinite(ms)
      ? `Failed to set the clock: ${seen} is beyond what a date can hold. Write ms since 1970 from ${-LAST_INSTANT} to ${LAST_INSTANT}.`
      : `Failed to set the clock: ${seen} is not an instant. Write 2026-03-16T10:00:00Z, a Date, or ms since 1970.`,
  )
}

/** `Date.parse` reads nearly any text that contains a digit as a day in 2001. */
function readInstant(text: unknown): number {
  return typeof text === 'string' && /\b\d{4,6}\b/.test(text) ? Date.parse(text) : Number.NaN
}

/** Converts a duration to ms. */
export function toMs(duration: string | number): number {
  const ms = typeof duration === 'number' ? duration : parseDuration(duration)
  if (ms !== undefined && ms >= 0 && ms <= LONGEST_MS) return ms
  throw new RangeError(
    `Failed to read the duration ${show(duration)}. Write '250ms', '10s', '5m', '1h', '30d' or a number of ms.${durationHint(duration)}`,
  )
}

function createMockClock(session: Session): MockClock {
  const { clock } = session
  return {
    now: clock.now,
    frozen: clock.frozen,
    freeze: (at) => clock.freeze(at === undefined ? undefined : toInstant(at)),
    flow: clock.flow,
    set: async (at) => clock.set(toInstant(at)),
    advance: async (by) => clock.advance(toMs(by)),
    sleep: (duration, signal) => sleep(session, toMs(duration), signal),
  }
}

function credentials(session: Session, vendor: Vendor): Credentials {
  const tokens = issuedTokens(vendor, session.tag)
  return {
    ...issuedKeys(mainScheme(vendor), session.tag),
    ...(tokens && { tokens }),
    webhookSecret: String(
      session.situation.vendors.get(vendor.name)?.accounts.get('default')?.['webhookSecret'] ??
        issuedSecret(session.tag),
    ),
  }
}

function playedError(vendor: Vendor, operation: Operation, error: string | number): Then {
  const found = findError(vendor, [operation], error)
  if ('problems' in found)
    throw new UnknownNameError(
      `Failed to prepare the next ${operation.id}: ${found.problems.join(' ')}`,
      String(error),
      vendor.errors.keys(),
    )
  return {
    error: 'error' in found ? found.error : undefined,
    status: 'status' in found ? found.status : undefined,
    answer: undefined,
    fault: undefined,
    change: undefined,
    delay: undefined,
  }
}

function findVendor(host: Host, name: string): Vendor {
  const vendor = host.vendors.get(name)
  if (vendor) return vendor
  throw new UnknownNameError(
    `"${name}" is not one of this mock's vendors.${didYouMean(name, host.vendors.keys())}`,
    name,
    host.vendors.keys(),
  )
}

/** The vendor in the dialect that is played, whose names apply. */
function spoken({ vendors }: Situation, vendor: Vendor): Vendor {
  return dialectVendor(vendor, vendors.get(vendor.name)?.dialect)
}

function findOperation(vendor: Vendor, id: string): Operation {
  const operation = vendor.operations.get(id)
  if (operation) return operation
  throw new UnknownNameError(
    `"${id}" is not an operation of ${vendor.name}.${didYouMean(id, vendor.operations.keys())}`,
    id,
    vendor.operations.keys(),
  )
}
