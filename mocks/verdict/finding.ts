import type { Severity } from '../spec/conduct/conduct.ts'

/** How bad a finding is. */
export type FindingSeverity = Exclude<Severity, 'off'>

/** One thing that a client did wrong, or an answer that broke its document, as data. */
export interface Finding {
  /** Stable: `retry-after`. */
  readonly code: string
  readonly severity: FindingSeverity
  readonly source: 'request' | 'reply' | 'conduct' | 'expect'
  readonly session: string
  readonly vendor: string
  readonly operation: string | undefined
  /** The test that it belongs to; empty where tests are not told apart. */
  readonly scope: string
  /** What happened, in one sentence; safe to print. */
  readonly message: string
  /** JSON Pointer into the request, where one part of it is wrong. */
  readonly path: string | undefined
  /** Numbers of the exchanges that prove it, in the journal of the session. */
  readonly exchanges: readonly number[]
  readonly statement: StatementShown | undefined
  /** What to change in the client. */
  readonly fix: string
  /** A line of a scenario that silences it. */
  readonly silence: string
}

/** What the vendor says, on which a finding rests. */
export interface StatementShown {
  readonly says: string
  /** Why this is only assumed; undefined for what the vendor states. */
  readonly assumed: string | undefined
}

/** The worst first. */
export const FINDING_SEVERITIES: readonly FindingSeverity[] = ['error', 'warning', 'info']

const RANKS: Readonly<Record<FindingSeverity, number>> = { info: 0, warning: 1, error: 2 }

/** Whether one severity is at least as bad as another. */
export function isAtLeast(severity: FindingSeverity, least: FindingSeverity): boolean {
  return RANKS[severity] >= RANKS[least]
}

/** The less bad of two. */
export function milder(left: FindingSeverity, right: FindingSeverity): FindingSeverity {
  return RANKS[left] <= RANKS[right] ? left : right
}
