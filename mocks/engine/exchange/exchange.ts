import type { Call } from '../../behaviour/call.ts'
import type { Account } from '../../behaviour/context.ts'
import type { Credential, ExchangeState, Input, MatchedExchange, Quota, Slot } from '../../behaviour/exchange.ts'
import type { OperationSteps } from '../../behaviour/operations.ts'
import { parameterIssues } from '../../behaviour/validate.ts'
import type { Completion } from '../../generate/generator.ts'
import type { VendorSituation } from '../../scenario/situation.ts'
import type { Reason } from '../../spec/model/reason.ts'
import { compiledOperation } from '../../spec/compile/operation/late-operation.ts'
import { chooseVariant, renamed, type RequestHead } from '../../spec/http/variants.ts'
import type { SchemaObject } from '../../spec/schema/schema-object.ts'
import { plainParams } from '../../spec/codec/plain-params.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import type { Transaction } from '../../state/store.ts'
import { ExchangeRecord } from '../session/journal/record.ts'
import type { Session } from '../session/session.ts'
import { askedDialect } from './dialect.ts'
import type { Runtime } from './runtime.ts'
import { ExchangeScope } from './scope.ts'
import type { Engine, Intervention } from './work.ts'

/**
 * One request until its answer is sent. It owns its session, its journal record, the open transaction and its instant;
 * the results of the stages are in the parts that {@link ExchangeState} names. It is a class because there is one per
 * request.
 */
export class Exchange implements ExchangeState {
  readonly engine: Engine
  readonly session: Session
  readonly id: string
  vendor!: Vendor
  project!: Runtime['project']
  situation!: VendorSituation
  operation: Operation | undefined
  code: OperationSteps | undefined
  params!: Readonly<Record<string, string>>
  allowed!: readonly string[]
  unknownDialect: ExchangeState['unknownDialect']
  readonly call: Call
  readonly query: URLSearchParams
  readonly seed: number
  readonly pace: number
  readonly tag: string
  readonly scope = new ExchangeScope(this)
  readonly record: ExchangeRecord
  now: number
  tx: Transaction = CLOSED
  /** Index of the current stage within the current half. */
  stage = 0
  /** Whether the first half is done. */
  isAdmitted = false
  /** The combined interventions of rules so far. */
  intervention: Intervention | undefined = undefined
  reached = 0
  account: Account | undefined = undefined
  credential: Credential | undefined = undefined
  quota: Quota | undefined = undefined
  slots: readonly Slot[] = NO_SLOTS
  queued: ExchangeState['queued'] = undefined
  items: ExchangeState['items'] = NO_ITEMS
  input: Input | undefined = undefined
  charge: ExchangeState['charge'] = undefined
  price: number | undefined = undefined
  charged: number | undefined = undefined
  idempotencyKey: ExchangeState['idempotencyKey'] = undefined
  isAgain = false
  outcome: string | undefined = undefined
  refused: ExchangeState['refused'] = undefined
  page: ExchangeState['page'] = undefined
  event: ExchangeState['event'] = undefined
  token: ExchangeState['token'] = undefined
  job: string | undefined = undefined
  isJobOver = false
  ends: ExchangeState['ends'] = NO_ENDS
  jobs: readonly string[] | undefined = undefined
  polled: ExchangeState['polled'] = undefined
  currentEntry: unknown = undefined
  ruled: ExchangeState['ruled'] = undefined
  readonly events: ExchangeState['events'] = []
  readonly #played: VendorSituation
  #target!: Target

  constructor(engine: Engine, session: Session, runtime: Runtime, call: Call) {
    const { seed, pace, vendors } = session.situation
    this.engine = engine
    this.session = session
    this.call = call
    this.query = call.query === '' ? (noQuery ??= new URLSearchParams()) : new URLSearchParams(call.query)
    this.seed = seed
    this.pace = pace
    this.tag = session.tag
    this.#played = vendors.get(runtime.vendor.name)!
    this.#turnTo(matched(runtime, this.#played, call, undefined))
    if (runtime.dialect) this.#turnTo(this.#spoken(runtime.dialect, false))
    // The transaction ensures that no exchange acts before `session.latest`.
    this.now = session.clock.now()
    this.id = String(++session.count)
    this.record = new ExchangeRecord(this)
  }

  isMatched(): this is this & MatchedExchange {
    return this.operation !== undefined
  }

  /** Switches to the caller's dialect, now that the caller is known; returns whether it changed. */
  switchDialect(): boolean {
    const { runtime } = this.#target
    if (!runtime.dialect) return false
    const target = this.#spoken(runtime.dialect, true)
    if (target.runtime === runtime) return false
    this.#turnTo(target)
    return true
  }

  /** Saves the results so far; {@link rewind} discards later ones. */
  mark() {
    return {
      target: this.#target,
      stage: this.stage,
      isAdmitted: this.isAdmitted,
      intervention: this.intervention,
      reached: this.reached,
      account: this.account,
      credential: this.credential,
      quota: this.quota,
      slots: this.slots,
      queued: this.queued,
      items: this.items,
      input: this.input,
      charge: this.charge,
      price: this.price,
      charged: this.charged,
      idempotencyKey: this.idempotencyKey,
      isAgain: this.isAgain,
      outcome: this.outcome,
      refused: this.refused,
      page: this.page,
      event: this.event,
      token: this.token,
      job: this.job,
      isJobOver: this.isJobOver,
      ends: this.ends,
      jobs: this.jobs,
      polled: this.polled,
      ruled: this.ruled,
    }
  }

  /** Restores a mark, for a transaction that runs again. */
  rewind({ target, ...found }: Mark): void {
    this.#turnTo(target)
    this.events.length = 0
    Object.assign(this, found)
  }

  get keepJobs(): number {
    return this.session.keepJobs
  }

  make(schema: SchemaObject, ...identity: ReadonlyArray<string | number>): unknown {
    return this.#target.runtime.make(this.seed, schema, identity)
  }

  makeError(schema: SchemaObject, identity: string, reason: Reason): unknown {
    return this.#target.runtime.makeError(this.seed, schema, [identity], reason)
  }

  complete(schema: SchemaObject, value: unknown, as: Completion): unknown {
    return this.#target.runtime.complete(this.seed, schema, value, as)
  }

  #turnTo(target: Target): void {
    this.#target = target
    this.vendor = target.runtime.vendor
    this.project = target.runtime.project
    this.situation = target.situation
    this.operation = target.operation
    this.code = target.code
    this.params = target.params
    this.allowed = target.allowed
    this.unknownDialect = target.unknownDialect
  }

  /** The target in the requested dialect, else in the session's dialect. */
  #spoken(dialect: (name: string) => Runtime, isCallerKnown: boolean): Target {
    const dialects = this.vendor.dialects!
    const asked = dialects.select.length === 0 ? undefined : askedDialect(dialects, this.scope, isCallerKnown)
    if (asked === undefined && this.#played.dialect === this.vendor.dialect) return this.#target
    const unknownDialect = asked?.name === undefined ? asked : undefined
    const runtime = dialect(asked?.name ?? this.#played.dialect!)
    const situation = this.#played.in(runtime.vendor)
    return runtime === this.#target.runtime
      ? { ...this.#target, situation, unknownDialect }
      : matched(runtime, situation, this.call, unknownDialect)
  }
}

/** The results of an exchange at some moment. */
type Mark = ReturnType<Exchange['mark']>

/** The operation that the request matches in one dialect of its vendor. */
interface Target {
  readonly runtime: Runtime
  readonly situation: VendorSituation
  readonly operation: Operation | undefined
  readonly code: OperationSteps | undefined
  readonly params: Readonly<Record<string, string>>
  readonly allowed: readonly string[]
  readonly unknownDialect: ExchangeState['unknownDialect']
}

function matched(
  runtime: Runtime,
  situation: VendorSituation,
  call: Call,
  unknownDialect: Target['unknownDialect'],
): Target {
  const match = runtime.vendor.router.match(call.method, call.path)
  const { found } = match
  if (!found) {
    const { allowed } = match
    return { runtime, situation, operation: undefined, code: undefined, params: NO_PARAMS, allowed, unknownDialect }
  }
  const variants = runtime.vendor.variants?.get(found)
  const chosen = variants ? bestVariant(runtime.vendor, variants, match.params, call) : found
  const operation = compiledOperation(chosen)
  const named = chosen === found ? match.params : renamed(match.params, found, operation)
  const params = operation.marked.length === 0 ? named : plainParams(operation.marked, named)
  const code = runtime.code?.[operation.id]
  return { runtime, situation, operation, code, params, allowed: NO_METHODS, unknownDialect }
}

function bestVariant(
  vendor: Vendor,
  variants: readonly Operation[],
  params: Target['params'],
  { query, headers }: Call,
): Operation {
  const fits: RequestHead['fits'] = (operation, parameter, text) =>
    parameterIssues(vendor, operation, parameter, text).length === 0
  return chooseVariant(variants, { params, query, headers, fits })
}

/** Shared by exchanges that have none, since they are never written to. */
let noQuery: URLSearchParams | undefined
const NO_METHODS: readonly string[] = []
const NO_PARAMS: Readonly<Record<string, string>> = {}
const NO_SLOTS: readonly Slot[] = []
const NO_ITEMS: ExchangeState['items'] = new Map()
const NO_ENDS: ExchangeState['ends'] = []

const outside = (): never => {
  throw new Error('Failed to read state: no transaction is open.')
}
/** Stands in while no transaction is open: every access throws. */
const CLOSED: Transaction = {
  get: outside,
  put: outside,
  remove: outside,
  removeAll: outside,
  count: outside,
  rows: outside,
  schedule: outside,
  part: outside,
  reads: outside,
  takeDue: outside,
}
