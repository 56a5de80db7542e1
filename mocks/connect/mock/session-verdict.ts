import type { Session } from '../../engine/session/session.ts'
import type { Finding } from '../../verdict/finding.ts'
import { FindingsError } from '../../verdict/findings-error.ts'
import { isAtLeast } from '../../verdict/finding.ts'
import { judge } from '../../verdict/judge.ts'
import type { FindingSettings } from '../../verdict/settle.ts'
import type { FindingFilter, MockSession, MockWebhooks } from './types.ts'

/** Gives a session the part of its API that judges the client. */
export function createSessionVerdict(
  session: Session,
  webhooks: MockWebhooks,
  settings: FindingSettings,
): Pick<MockSession, 'findings' | 'expectNoFindings' | 'scope'> {
  /** Findings that a test has asked for by their code: it expects them. */
  const expected = new Set<string>()

  const all = (isOver: boolean): readonly Finding[] =>
    judge({
      session: session.id,
      exchanges: session.journal.facts(),
      deliveries: webhooks.deliveries(),
      breaches: session.breaches,
      isOver,
      settings,
    })

  const findings: MockSession['findings'] = (filter = {}) => {
    const found = all(filter.final ?? false).filter((finding) => fits(finding, filter))
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

function fits(finding: Finding, { code, vendor, operation, severity, scope }: FindingFilter): boolean {
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
