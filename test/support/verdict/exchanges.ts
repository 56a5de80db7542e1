import type { Facts } from '../../../mocks/engine/session/journal/facts.ts'
import type { Delivery } from '../../../mocks/engine/deliveries/delivery.ts'
import type { LimitReading } from '../../../mocks/behaviour/outcome.ts'
import type { Vendor } from '../../../mocks/spec/model/vendor.ts'
import type { Breach, Rule } from '../../../mocks/verdict/rule.ts'
import { createView, type View } from '../../../mocks/verdict/view.ts'
import { createLibrary } from '../../../mocks/load/library.ts'

/** What a test says of one exchange; times are in ms, by both clocks unless they are told apart. */
export interface Told extends Partial<Omit<Facts, 'operation' | 'start' | 'vendor'>> {
  readonly operation?: string
  /** When it was sent. */
  readonly at: number
  /** How long its answer took. */
  readonly took?: number
  /** Real time at which it was sent, where the session's clock says something else. */
  readonly host?: number
}

const START = Date.UTC(2026, 2, 16, 10)

/**
 * The exchanges of a client with one vendor, as a rule of conduct sees them.
 *
 * @param told - in order; each has the identity of its operation, path and query unless it says otherwise
 */
export function exchangesOf(vendor: Vendor, told: readonly Told[]): readonly Facts[] {
  return told.map((one, index) => {
    const { operation: id, at, took = 1, host = at, ...rest } = one
    const operation = id === undefined ? undefined : vendor.operations.get(id)
    if (id !== undefined && !operation) throw new Error(`"${id}" is not an operation of ${vendor.name}.`)
    const method = operation?.method ?? 'GET'
    const path = rest.path ?? operation?.path ?? '/nowhere'
    return {
      number: index + 1,
      vendor,
      // No rule of conduct reads what was played.
      situation: undefined as never,
      pace: 1,
      operation,
      method,
      path,
      query: '',
      base: 'https://api.example',
      params: {},
      headers: {},
      body: undefined,
      isBodyKnown: false,
      identity: `${method} ${path} ${rest.query ?? ''}`,
      credential: 'key',
      account: 'default',
      stretch: 0,
      scope: '',
      isOfTest: false,
      unclaimed: undefined,
      connection: undefined,
      start: { clock: START + at, host },
      late: 0,
      end: { clock: START + at + took, host: host + took },
      delivered: host + took,
      isFrozen: false,
      status: 200,
      answerHeaders: [],
      fault: undefined,
      aborted: false,
      stage: 'handle',
      refusal: undefined,
      rule: undefined,
      isChanged: false,
      limits: [],
      refused: undefined,
      jobs: [],
      hold: undefined,
      charged: undefined,
      isJobOver: false,
      overJobs: [],
      queued: false,
      token: undefined,
      page: undefined,
      sent: undefined,
      ...rest,
    }
  })
}

const library = createLibrary()

/** What there is beside exchanges. */
interface Around {
  readonly isOver?: boolean
  readonly deliveries?: readonly Delivery[]
  /** When jobs end, by id: in ms, as `at` of an exchange. */
  readonly ends?: Readonly<Record<string, number>>
  /** In ms, as `at` of an exchange; default: long after all of them. */
  readonly now?: number
}

/** What a rule sees of a client of a vendor of the package. */
export function viewOf(
  vendor: string | Vendor,
  told: readonly Told[],
  { isOver = false, deliveries = [], ends = {}, now = 86_400_000 }: Around = {},
): View {
  const found = typeof vendor === 'string' ? library.vendor(vendor) : vendor
  const exchanges = exchangesOf(found, told)
  const jobEnd = (id: string): number | undefined => (ends[id] === undefined ? undefined : START + ends[id])
  return createView({ vendor: found, exchanges, deliveries, isOver, now: START + now, jobEnd })
}

/** What a rule says of a client of a vendor of the package. */
export function breachesOf(
  rule: Rule,
  vendor: string | Vendor,
  told: readonly Told[],
  around?: Around,
): readonly Breach[] {
  return [...rule.judge(viewOf(vendor, told, around))]
}

/** A vendor of the package that says something else of conduct. */
export function withConduct(vendor: string, conduct: Partial<Vendor['conduct']>): Vendor {
  const found = library.vendor(vendor)
  return { ...found, conduct: { retry: new Map(), statements: new Map(), ...conduct } }
}

/** The reading of a limit that refused. */
export function limitReading(more: Partial<LimitReading> = {}): LimitReading {
  return {
    name: 'requests',
    limit: 1,
    used: 1,
    remaining: 0,
    next: undefined,
    reset: undefined,
    retryAfter: 1,
    window: undefined,
    instance: undefined,
    ...more,
  }
}

/** An instant of the clock, `at` ms after the first exchange. */
export function instant(at: number): number {
  return START + at
}
