import type { Turn, TurnSession } from '../behaviour/turn.ts'
import type { Call } from '../behaviour/call.ts'
import type { Situation } from '../scenario/situation.ts'
import type { Transaction } from '../state/store.ts'
import type { Runtime } from './runtime.ts'
import { createScope } from './scope.ts'
import type { Session } from './session.ts'

/** Opens an exchange: finds its operation and reads the clock, once. */
export function createTurn(session: Session, runtime: Runtime, call: Call): Turn {
  const { vendor } = runtime
  const { situation } = session
  const match = vendor.router.match(call.method, call.path)
  const number = ++session.count
  const turn: Turn = {
    vendor,
    situation: situation.vendors.get(vendor.name)!,
    session: traitsOf(session),
    call,
    operation: match.found,
    allowed: match.found ? [] : match.allowed,
    params: match.found ? match.params : {},
    query: call.query === '' ? NO_QUERY : new URLSearchParams(call.query),
    now: Math.max(session.clock.now(), session.latest),
    tx: NO_STEP,
    id: String(number),
    scope: createScope(() => turn),
    make: (schema, ...identity) => runtime.make(situation.seed, schema, identity),
    project: runtime.project,
    reached: new Set(),
    credential: undefined,
    account: undefined,
    limits: new Map(),
    refusedBy: undefined,
    slots: [],
    items: new Map(),
    body: undefined,
    input: undefined,
    issues: [],
    page: undefined,
    hold: undefined,
    job: undefined,
    events: [],
  }
  return turn
}

/** Nobody writes to a request's query, so those without one share it. */
const NO_QUERY = new URLSearchParams()

const traits = new WeakMap<Situation, TurnSession>()

/** What behaviours may know of the session; the same for every exchange of one situation. */
function traitsOf(session: Session): TurnSession {
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
