import type { Call } from '../behaviour/call.ts'
import type { Account, Credential, LimitReading, Turn, TurnSession } from '../behaviour/turn.ts'
import type { Situation, VendorSituation } from '../scenario/situation.ts'
import type { SchemaObject } from '../spec/schema/schema-object.ts'
import type { Operation, Vendor } from '../spec/vendor.ts'
import type { Transaction } from '../state/store.ts'
import type { Runtime } from './runtime.ts'
import { TurnScope } from './scope.ts'
import type { Session } from './session.ts'

/**
 * Opens an exchange: finds its operation and reads the clock, once. A class, since there is one for every request; what
 * many exchanges never touch is made when it is first touched.
 */
export class SessionTurn implements Turn {
  readonly vendor: Vendor
  readonly situation: VendorSituation
  readonly session: TurnSession
  readonly call: Call
  readonly operation: Operation | undefined
  readonly steps: Turn['steps']
  readonly allowed: readonly string[]
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly id: string
  readonly scope = new TurnScope(this)
  readonly #runtime: Runtime
  now: number
  reached = 0
  limits: readonly LimitReading[] = NO_LIMITS
  tx: Transaction = NO_STEP
  credential: Credential | undefined = undefined
  account: Account | undefined = undefined
  servers: Turn['servers'] = undefined
  queued: Turn['queued'] = undefined
  refusedBy: LimitReading | undefined = undefined
  body: unknown = undefined
  input: unknown = undefined
  issues: Turn['issues'] = NO_ISSUES
  page: Turn['page'] = undefined
  token: Turn['token'] = undefined
  hold: number | undefined = undefined
  job: string | undefined = undefined
  starts: Turn['starts'] = undefined
  jobs: Turn['jobs'] = undefined
  each: unknown = undefined
  shortfall: Turn['shortfall'] = undefined
  #slots: Turn['slots'] | undefined = undefined
  #items: Turn['items'] | undefined = undefined
  #events: Turn['events'] | undefined = undefined

  constructor(session: Session, runtime: Runtime, call: Call) {
    const { vendor } = runtime
    const match = vendor.router.match(call.method, call.path)
    this.#runtime = runtime
    this.vendor = vendor
    this.situation = session.situation.vendors.get(vendor.name)!
    this.session = traitsOf(session)
    this.call = call
    this.operation = match.found
    this.steps = match.found && runtime.steps?.[match.found.id]
    this.allowed = match.found ? NONE : match.allowed
    this.params = match.found ? match.params : NO_PARAMS
    this.query = call.query === '' ? NO_QUERY : new URLSearchParams(call.query)
    this.now = Math.max(session.clock.now(), session.latest)
    this.id = String(++session.count)
  }

  get slots(): Turn['slots'] {
    return (this.#slots ??= [])
  }

  get items(): Turn['items'] {
    return (this.#items ??= new Map())
  }

  get events(): Turn['events'] {
    return (this.#events ??= [])
  }

  make(schema: SchemaObject, ...identity: ReadonlyArray<string | number>): unknown {
    return this.#runtime.make(this.session.seed, schema, identity)
  }

  project(schema: SchemaObject, value: unknown): unknown {
    return this.#runtime.project(schema, value)
  }
}

/** Nobody writes to these, so exchanges that have none share them. */
const NO_QUERY = new URLSearchParams()
const NONE: readonly string[] = []
const NO_PARAMS: Readonly<Record<string, string>> = {}
const NO_LIMITS: readonly LimitReading[] = []
const NO_ISSUES: Turn['issues'] = []

const traits = new WeakMap<Situation, TurnSession>()

/** What behaviours may know of the session; the same for every exchange of one situation. */
export function traitsOf(session: Session): TurnSession {
  const { situation } = session
  let known = traits.get(situation)
  if (!known || known.id !== session.id) {
    known = { id: session.id, seed: situation.seed, pace: situation.pace, tag: session.tag, strict: session.strict }
    traits.set(situation, known)
  }
  return known
}

const outside = (): never => {
  throw new Error('Failed to read state: no transaction is open.')
}
const NO_STEP: Transaction = {
  get: outside,
  put: outside,
  remove: outside,
  removeAll: outside,
  count: outside,
  rows: outside,
  schedule: outside,
  takeDue: outside,
}
