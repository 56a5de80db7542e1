import { getJob } from '../../behaviour/jobs/jobs.ts'
import type { Facts } from '../../engine/session/journal/facts.ts'
import { instantOf, type Session } from '../../engine/session/session.ts'
import { createMasking, type Masking } from '../../report/masking.ts'
import { printable } from '../../state/printable.ts'
import type { Finding } from '../../verdict/finding.ts'
import { FindingsError } from '../../verdict/findings-error.ts'
import { isAtLeast } from '../../verdict/finding.ts'
import { judge } from '../../verdict/judge.ts'
import type { FindingSettings } from '../../verdict/settle.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { deliveriesOf } from '../deliver/mock-webhooks.ts'
import type { FindingFilter, MockSession } from './api/mock-session.ts'

/** What is needed to judge a session, besides the session. */
export interface Judged {
  readonly vendors: ReadonlyMap<string, Vendor>
  /** Severity of findings. */
  readonly findings: FindingSettings
}

/** Exchanges to judge, and the masking that makes texts about them safe to show. */
export interface JudgedExchanges {
  readonly exchanges: readonly Facts[]
  readonly masking: Masking
}

/** Everything that the journal of a session still contains. */
export function seenIn(session: Session, exchanges: readonly Facts[] = session.journal.facts()): JudgedExchanges {
  return { exchanges, masking: createMasking(exchanges, session.tag) }
}

/**
 * Judges everything that the journal of a session still contains. Secrets in findings are masked.
 *
 * @param seen - what the journal contains, if a caller has read it already
 */
export function judgeSession(
  session: Session,
  { vendors, findings }: Judged,
  isOver: boolean,
  { exchanges, masking }: JudgedExchanges = seenIn(session),
): readonly Finding[] {
  const found = judge({
    session: session.id,
    exchanges,
    deliveries: deliveriesOf(session, vendors.values()),
    breaches: session.breaches,
    isOver,
    settings: findings,
    now: instantOf(session),
    jobEnd: (vendor, id) => jobEnd(session, vendor, id),
  })
  return found.map((finding) => ({
    ...finding,
    scope: printable(masking(finding.scope)),
    message: masking(finding.message),
    path: finding.path && masking(finding.path),
  }))
}

/** When a job ended, or will end by itself; `Infinity` if it waits for a verb, undefined for an unknown job. */
function jobEnd(session: Session, vendor: Vendor, id: string): number | undefined {
  return session.store.transact((tx) => {
    for (const job of vendor.jobs.values()) {
      const last = getJob({ vendor, tx }, job, id)?.timeline.at(-1)
      if (last) return job.states.get(last.state)?.final ? last.at : Number.POSITIVE_INFINITY
    }
    return undefined
  }) as number | undefined
}

/** Creates the part of a session's API that judges the client. */
export function createSessionVerdict(
  session: Session,
  { vendors, findings: settings }: Judged,
): Pick<MockSession, 'findings' | 'expectNoFindings' | 'scope'> {
  /** Codes of findings that a test has asked for, and so expects. */
  const expected = new Set<string>()

  const all = (isOver: boolean, seen = seenIn(session)): readonly Finding[] =>
    judgeSession(session, { vendors, findings: settings }, isOver, seen)

  const findings: MockSession['findings'] = (filter = {}) => {
    const seen = seenIn(session)
    // A test's name may contain a secret.
    const scope = filter.scope === undefined ? undefined : printable(seen.masking(filter.scope))
    const found = all(filter.final ?? false, seen).filter((finding) => fits(finding, { ...filter, scope }))
    if (filter.code !== undefined) for (const finding of found) expected.add(keyOf(finding))
    return found
  }

  return {
    findings,
    expectNoFindings: ({ severity = 'warning', final = true } = {}) => {
      const left = all(final).filter(
        (finding) => isAtLeast(finding.severity, severity) && !expected.has(keyOf(finding)),
      )
      if (left.length > 0) throw new FindingsError(left)
    },
    scope: (name) => {
      session.scope = name
    },
  }
}

function fits(
  finding: Finding,
  { code, vendor, operation, severity, scope }: Omit<FindingFilter, 'scope'> & { readonly scope: string | undefined },
): boolean {
  return (
    (code === undefined || finding.code === code) &&
    (vendor === undefined || finding.vendor === vendor) &&
    (operation === undefined || finding.operation === operation) &&
    (severity === undefined || isAtLeast(finding.severity, severity)) &&
    (scope === undefined || finding.scope === scope)
  )
}

function keyOf({ code, exchanges, message }: Finding): string {
  return [code, exchanges[0] ?? message].join(' ')
}
