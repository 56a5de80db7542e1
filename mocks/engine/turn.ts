import type { Call } from '../behaviour/call.ts'
import type { Account, Credential, LimitReading, Turn, TurnSession } from '../behaviour/turn.ts'
import type { Situation, VendorSituation } from '../scenario/situation.ts'
import type { SchemaObject } from '../spec/schema/schema-object.ts'
import type { Operation, Vendor } from '../spec/vendor.ts'
import type { Transaction } from '../state/store.ts'
import { askedDialect } from './dialect.ts'
import type { Runtime } from './runtime.ts'
import { TurnScope } from './scope.ts'
import { instantOf } from './instant.ts'
import type { Session } from './session.ts'

/**
 * Opens an exchange: finds its operation and reads the clock, once. A class, since there is one for every request; what
 * many exchanges never touch is made when it is first touched.
 */
export class SessionTurn implements Turn {
  vendor!: Vendor
  situation: VendorSituation
  readonly session: TurnSession
  readonly call: Call
  operation: Operation | undefined
  steps: Turn['steps']
  allowed!: readonly string[]
  params!: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly id: string
  readonly scope = new TurnScope(this)
  #runtime!: Runtime
  readonly #played: VendorSituation
  strange: Turn['strange'] = undefined
  now: number
  reached = 0
  limits: readonly LimitReading[] = NO_LIMITS
  tx: Transaction = NO_STEP
  credential: Credential | undefined = undefined
  account: Account | undefined = undefined
  servers: Turn['servers'] = undefined
  queued: Turn['queued'] = undefined
  refusedBy: LimitReading | undefined = undefined
  sent: Uint8Array | undefined = undefined
  body: unknown = undefined
  input: unknown = undefined
  issues: Turn['issues'] = NO_ISSUES
  page: Turn['page'] = undefined
  event: Turn['event'] = undefined
  token: Turn['token'] = undefined
  hold: number | undefined = undefined
  job: string | undefined = undefined
  starts: Turn['starts'] = undefined
  jobs: Turn['jobs'] = undefined
  each: unknown = undefined
  shortfall: Turn['shortfall'] = undefined
  ruled: Turn['ruled'] = undefined
  #slots: Turn['slots'] | undefined = undefined
  #items: Turn['items'] | undefined = undefined
  #events: Turn['events'] | undefined = undefined

  constructor(session: Session, runtime: Runtime, call: Call) {
    this.session = traitsOf(session)
    this.call = call
    this.query = call.query === '' ? (noQuery ??= new URLSearchParams()) : new URLSearchParams(call.query)
    this.#played = session.situation.vendors.get(runtime.vendor.name)!
    this.situation = this.#played
    this.#match(runtime.dialect === undefined ? runtime : this.#choose(runtime, false))
    this.now = instantOf(session)
    this.id = String(++session.count)
  }

  adopt(): boolean {
    const runtime = this.#runtime
    if (runtime.dialect === undefined || !this.vendor.dialects!.byCaller) return false
    const spoken = this.#choose(runtime, true)
    if (spoken === runtime) return false
    this.#match(spoken)
    return true
  }

  /** Finds the operation in what is spoken. */
  #match(runtime: Runtime): void {
    const { vendor } = runtime
    const match = vendor.router.match(this.call.method, this.call.path)
    this.#runtime = runtime
    this.vendor = vendor
    this.operation = match.found
    this.steps = match.found && runtime.steps?.[match.found.id]
    this.allowed = match.found ? NONE : match.allowed
    this.params = match.found ? match.params : NO_PARAMS
  }

  /** The dialect that the request means, else the one that is played. */
  #choose(runtime: Runtime, isCallerKnown: boolean): Runtime {
    const { dialects } = runtime.vendor
    const asked = askedDialect(dialects!, this.scope, isCallerKnown)
    this.strange = asked?.name === undefined ? asked : undefined
    const spoken = runtime.dialect!(asked?.name ?? this.#played.dialect!)
    this.situation = this.#played.in(spoken.vendor)
    return spoken
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
let noQuery: URLSearchParams | undefined
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
    known = { id: session.id, seed: situation.seed, pace: situation.pace, tag: session.tag }
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
  part: outside,
  takeDue: outside,
}
