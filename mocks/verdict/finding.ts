import type { Severity } from '../spec/conduct/conduct.ts'

/** How severe a finding is. */
export type FindingSeverity = Exclude<Severity, 'off'>

/** A mistake of a client, or an answer that broke its document, as data. */
export interface Finding {
  /** Stable: `retry-after`. */
  readonly code: string
  readonly severity: FindingSeverity
  readonly source: 'request' | 'reply' | 'conduct' | 'expect'
  readonly session: string
  readonly vendor: string
  readonly operation: string | undefined
  /** The test that it belongs to; empty if tests are not distinguished. */
  readonly scope: string
  /** What happened, in one sentence; safe to print. */
  readonly message: string
  /** JSON Pointer into the request, if one part of it is wrong. */
  readonly path: string | undefined
  /** Numbers of the exchanges that prove it, in the session's journal. */
  readonly exchanges: readonly number[]
  readonly statement: StatementShown | undefined
  /** What to change in the client. */
  readonly fix: string
  /** A line for a scenario that silences it. */
  readonly silence: string
}

/** The vendor's statement that a finding is based on. */
export interface StatementShown {
  readonly says: string
  /** Why this is only assumed; undefined if the vendor states it. */
  readonly assumed: string | undefined
}

/** The most severe first. */
export const FINDING_SEVERITIES: readonly FindingSeverity[] = ['error', 'warning', 'info']

const RANKS: Readonly<Record<FindingSeverity, number>> = { info: 0, warning: 1, error: 2 }

/** Whether one severity is at least as high as another. */
export function isAtLeast(severity: FindingSeverity, least: FindingSeverity): boolean {
  return RANKS[severity] >= RANKS[least]
}

/** The lower of two severities. */
export function milder(left: FindingSeverity, right: FindingSeverity): FindingSeverity {
  return RANKS[left] <= RANKS[right] ? left : right
}
