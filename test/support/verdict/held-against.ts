import type { Finding, Mock } from 'sparring'

/** What a verdict holds against a client: errors, and expectations that it has not met. */
export function heldAgainst(mock: Mock): readonly Finding[] {
  return mock.findings({ final: true }).filter(({ severity, source }) => severity === 'error' || source === 'expect')
}

/** Codes of expectations that a client has not met. */
export function unmet(mock: Mock): readonly string[] {
  return mock.findings({ final: true }).flatMap(({ source, code }) => (source === 'expect' ? [code] : []))
}
