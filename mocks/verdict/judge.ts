import type { Delivery } from '../engine/deliveries/delivery.ts'
import type { Facts } from '../engine/session/journal/facts.ts'
import type { Vendor } from '../spec/model/vendor.ts'
import { expectationBreaches } from './expect/expectations.ts'
import { printable } from '../state/printable.ts'
import type { Finding, StatementShown } from './finding.ts'
import { requestBreaches } from './request/request-contract.ts'
import { RULES } from './rules.ts'
import { applySetting, type FindingSettings, silenceOf, severityOf } from './settle.ts'
import { asRead } from './refusals.ts'
import { createView, groups, type View } from './view.ts'

/** The record of a session that is judged. */
export interface Evidence {
  readonly session: string
  /** In order of arrival. */
  readonly exchanges: readonly Facts[]
  readonly deliveries: readonly Delivery[]
  /** Answers that broke their document while replies were checked. */
  readonly breaches: readonly string[]
  /** Whether the session has ended. */
  readonly isOver: boolean
  /** Severities set by a test; they override a scenario's. */
  readonly settings: FindingSettings
  /** ms since 1970 on the session's clock; default: the end of the session's last exchange. */
  readonly now?: number | undefined
  /** When a job ended or will end, as in {@link View}. */
  readonly jobEnd?: ((vendor: Vendor, id: string) => number | undefined) | undefined
}

/**
 * Judges the client of one session: each request against the vendor's document, the conduct across all requests, and
 * the expectations of the scenario.
 *
 * @returns findings in the order of the first exchange that proves them
 */
export function judge(evidence: Evidence): readonly Finding[] {
  const { session, settings } = evidence
  const found: Finding[] = evidence.breaches.map((message) => ofReply(session, message))
  const deliveries = byStretch(evidence)
  for (const [stretch, exchanges] of groups(asRead(evidence.exchanges), stretchOf)) {
    const { vendor, scope, situation } = exchanges[0]!
    const own = exchanges.filter(({ isOfTest }) => !isOfTest)
    const view = createView({
      vendor,
      exchanges: own,
      deliveries: deliveries.get(stretch) ?? NO_DELIVERIES,
      isOver: evidence.isOver,
      now: evidence.now ?? (exchanges.at(-1)!.end ?? exchanges.at(-1)!.start).clock,
      jobEnd: (id) => evidence.jobEnd?.(vendor, id),
    })
    const finder = { session, scope, vendor: vendor.name }
    for (const breach of [...ofRequests(view), ...ofConduct(view), ...ofScenario(view, situation.expect)]) {
      const settled = applySetting(findingOf(finder, breach), settings, situation.findings)
      if (settled) found.push(settled)
    }
  }
  return found.sort((left, right) => (left.exchanges[0] ?? 0) - (right.exchanges[0] ?? 0))
}

/** The key of exchanges that are judged together: one vendor in one test, between two changes of scenarios. */
function stretchOf({ vendor, stretch, scope }: Facts): string {
  return `${vendor.name} ${stretch} ${scope}`
}

const NO_DELIVERIES: readonly Delivery[] = []

/**
 * Assigns deliveries to the stretch in which the client started their jobs. Deliveries of jobs that the test has
 * started, or whose start is no longer in the journal, are left out.
 */
function byStretch({ deliveries, exchanges }: Evidence): ReadonlyMap<string, readonly Delivery[]> {
  if (deliveries.length === 0) return new Map()
  const starts = new Map<string, Facts>()
  for (const exchange of exchanges) {
    for (const job of exchange.jobs) {
      const key = `${exchange.vendor.name} ${job}`
      if (!starts.has(key)) starts.set(key, exchange)
    }
  }
  return groups(deliveries, ({ vendor, job }) => {
    const start = starts.get(`${vendor} ${job}`)
    return start && start.method !== 'GET' && !start.isOfTest ? stretchOf(start) : undefined
  })
}

/** The context of a finding. */
interface Finder {
  readonly session: string
  readonly scope: string
  readonly vendor: string
}

/** The parts of a finding that differ. */
type Found = Omit<Finding, keyof Finder | 'silence'>

function findingOf({ session, scope, vendor }: Finder, found: Found): Finding {
  const { code, severity, source, operation, message, path, exchanges, statement, fix } = found
  return {
    code,
    severity,
    source,
    session,
    vendor,
    operation,
    scope,
    message: printable(message),
    path,
    exchanges,
    statement,
    fix,
    silence: silenceOf(code),
  }
}

function* ofConduct(view: View): Iterable<Found> {
  for (const rule of RULES) {
    for (const breach of rule.judge(view)) {
      const weight = severityOf(rule, breach, view.vendor)
      if (!weight) continue
      yield { ...breach, ...weight, code: rule.code, source: 'conduct', path: undefined, fix: rule.fix }
    }
  }
}

function* ofRequests(view: View): Iterable<Found> {
  for (const breach of requestBreaches(view)) yield { ...breach, source: 'request', statement: DOCUMENTED }
}

const DOCUMENTED: StatementShown = { says: "The vendor's document describes the request.", assumed: undefined }

function* ofScenario(view: View, expect: Facts['situation']['expect']): Iterable<Found> {
  for (const breach of expectationBreaches(view, expect))
    yield { ...breach, severity: 'error', source: 'expect', path: undefined, statement: undefined }
}

function ofReply(session: string, message: string): Finding {
  const vendor = message.split(' ')[0] ?? ''
  return findingOf(
    { session, scope: '', vendor },
    {
      code: 'off-contract',
      severity: 'error',
      source: 'reply',
      operation: undefined,
      message,
      path: undefined,
      exchanges: [],
      statement: undefined,
      fix: "Correct the vendor's spec, data or code: the mock answered what its document does not allow.",
    },
  )
}
