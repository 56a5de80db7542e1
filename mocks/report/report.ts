import type { FaultName } from '../scenario/fault.ts'
import { count } from '../spec/problems/count.ts'
import type { Coverage } from '../verdict/coverage/coverage.ts'
import { type Finding, FINDING_SEVERITIES, type FindingSeverity, isAtLeast } from '../verdict/finding.ts'

/** The result of a run as data, the input of every format. All texts in it are masked. */
export interface Report {
  /** Version of this format; increased when a field changes its meaning or is removed. */
  readonly version: 1
  /** The version of sparring. */
  readonly sparring: string
  /** When the report was made: real time, as ISO 8601 in UTC. */
  readonly at: string
  readonly vendors: readonly string[]
  readonly exchanges: {
    readonly judged: number
    /** Dropped from the journal before they were judged. */
    readonly notJudged: number
  }
  /** The lowest severity that fails the run. */
  readonly failOn: FailOn
  /** Counts of answers, the most frequent first. */
  readonly answers: readonly AnswerCount[]
  readonly findings: readonly ReportedFinding[]
  /** Set if findings were compared with a baseline. */
  readonly baseline?: BaselineCount | undefined
  /** Which of the vendors' answers the client has met, if requested. */
  readonly coverage?: ReportedCoverage | undefined
}

/** A coverage, and whether it is high enough. */
export interface ReportedCoverage extends Coverage {
  /** Why it fails the run; undefined if it does not. */
  readonly problem?: string | undefined
}

export type FailOn = FindingSeverity | 'never'

/** Answers of one kind. */
export interface AnswerCount {
  readonly vendor: string
  /** Undefined if no operation was found. */
  readonly operation: string | undefined
  readonly status: number | undefined
  readonly fault: FaultName | undefined
  readonly stage: string
  readonly refusal: string | undefined
  readonly times: number
}

/** A finding with what proves it. */
export interface ReportedFinding extends Finding {
  /** Whether the finding is in the baseline, so that it does not fail the run. */
  readonly known: boolean
  /** The first exchanges that prove it. */
  readonly evidence: readonly Evidence[]
}

/** Summary of an exchange that proves a finding. */
export interface Evidence {
  readonly number: number
  /** The instant on the session's clock, as ISO 8601 in UTC. */
  readonly at: string
  /** `POST /v1/workers/linkedin-profile/jobs` */
  readonly request: string
  /** Which stage answered, and why. */
  readonly answer: string
}

export interface BaselineCount {
  /** Findings of the run that are in the baseline. */
  readonly known: number
  /** Entries of the baseline that did not occur again. */
  readonly gone: number
}

/** Findings with one cause: the same code for the same operation of a vendor. */
export interface Cause {
  readonly code: string
  readonly severity: FindingSeverity
  readonly vendor: string
  readonly operation: string | undefined
  readonly known: boolean
  readonly findings: readonly ReportedFinding[]
}

/** Groups findings by cause: new before known, the most severe first, then the most frequent. */
export function causesOf(findings: readonly ReportedFinding[]): readonly Cause[] {
  const groups = Map.groupBy(findings, ({ code, severity, vendor, operation, known }) =>
    [known, severity, code, vendor, operation ?? ''].join(' '),
  )
  return [...groups.values()]
    .map((same) => {
      const { code, severity, vendor, operation, known } = same[0]!
      return { code, severity, vendor, operation, known, findings: same }
    })
    .sort(
      (left, right) =>
        Number(left.known) - Number(right.known) ||
        FINDING_SEVERITIES.indexOf(left.severity) - FINDING_SEVERITIES.indexOf(right.severity) ||
        right.findings.length - left.findings.length,
    )
}

/** Whether the report judges a client's requests; false for a report on coverage alone. */
export function isJudged({ exchanges, findings, coverage }: Report): boolean {
  return coverage === undefined || findings.length > 0 || exchanges.judged + exchanges.notJudged > 0
}

/** Whether a finding fails the run. */
export function isFatal({ severity, known }: Pick<Cause, 'severity' | 'known'>, failOn: FailOn): boolean {
  return !known && failOn !== 'never' && isAtLeast(severity, failOn)
}

/** Counts of findings by severity, as `2 errors, 1 warning`; undefined if there are none. */
export function formatCounts(findings: ReadonlyArray<Pick<Finding, 'severity'>>): string | undefined {
  const counts = FINDING_SEVERITIES.flatMap((severity) => {
    const { length } = findings.filter((finding) => finding.severity === severity)
    if (length === 0) return []
    return severity === 'info' ? `${length} for information` : count(length, severity)
  })
  return counts.length === 0 ? undefined : counts.join(', ')
}

/** A sentence on exchanges that were not judged; undefined if all were. */
export function notJudgedLine({ exchanges: { judged, notJudged } }: Report): string | undefined {
  if (notJudged === 0) return undefined
  return `${notJudged} of ${judged + notJudged} exchanges were not judged: the journal had dropped the oldest by then.`
}

/** `seek submitJob`, or the vendor alone without an operation. */
export function causeSubject({ vendor, operation }: Pick<Cause, 'vendor' | 'operation'>): string {
  return operation === undefined ? vendor : `${vendor} ${operation}`
}

/** The distinct tests of findings, without unnamed ones. */
export function scopesOf(findings: readonly ReportedFinding[]): readonly string[] {
  return [...new Set(findings.map(({ scope }) => scope))].filter((scope) => scope !== '')
}
