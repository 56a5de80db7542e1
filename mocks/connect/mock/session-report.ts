import type { Entry } from '../../engine/session/journal/journal.ts'
import type { Facts } from '../../engine/session/journal/facts.ts'
import type { Session } from '../../engine/session/session.ts'
import { explain } from '../../engine/answer/explain.ts'
import type { Archived } from '../../report/har.ts'
import type { Masking } from '../../report/masking.ts'
import type { AnswerCount, Evidence, ReportedFinding } from '../../report/report.ts'
import { isoText } from '../../spec/values/instants.ts'
import { printable } from '../../state/printable.ts'
import type { Finding } from '../../verdict/finding.ts'
import { type Judged, judgeSession, seenIn } from './session-verdict.ts'

/** The verdict on a session for a report: secrets are masked, and the session is not kept in memory. */
export interface SessionReport {
  readonly findings: readonly ReportedFinding[]
  readonly answers: readonly AnswerCount[]
  readonly judged: number
  readonly notJudged: number
  /** The session's masked exchanges; rendered when called. */
  readonly archive: () => readonly Archived[]
}

/** Exchanges that are shown for each finding. */
const EVIDENCE_SHOWN = 8

/**
 * Judges a session for a report.
 *
 * @param isOver - whether omissions count too
 */
export function reportSession(session: Session, judged: Judged, isOver: boolean): SessionReport {
  const entries = session.journal.entries()
  const facts = entries.map((entry) => entry.facts())
  const seen = seenIn(session, facts)
  const { masking } = seen
  const findings = judgeSession(session, judged, isOver, seen)
  const notJudged = session.journal.dropped()
  return {
    findings: findings.length === 0 ? [] : withEvidence(findings, entries, masking),
    answers: sumAnswers(facts.map(answerOf)),
    judged: entries.length,
    notJudged,
    archive: () => archiveOf(entries, facts, findings, masking),
  }
}

function withEvidence(
  findings: readonly Finding[],
  entries: readonly Entry[],
  masking: Masking,
): readonly ReportedFinding[] {
  const byNumber = new Map(entries.map((entry) => [entry.number, entry]))
  const shown = new Map<number, Evidence>()
  const evidenceOf = (number: number): Evidence[] => {
    const known = shown.get(number)
    if (known) return [known]
    const entry = byNumber.get(number)
    if (!entry) return []
    const evidence = toEvidence(entry, masking)
    shown.set(number, evidence)
    return [evidence]
  }
  return findings.map((finding) => ({
    ...finding,
    known: false,
    evidence: finding.exchanges.slice(0, EVIDENCE_SHOWN).flatMap(evidenceOf),
  }))
}

function toEvidence(entry: Entry, masking: Masking): Evidence {
  const exchange = entry.render()
  const { number, at, method, path, query } = exchange
  return {
    number,
    at: isoText(at),
    request: printable(masking(`${method} ${path}${query === '' ? '' : `?${query}`}`)),
    answer: masking(explain(exchange)),
  }
}

function answerOf({ vendor, operation, status, fault, stage, refusal }: Facts): AnswerCount {
  return { vendor: vendor.name, operation: operation?.id, status, fault, stage, refusal, times: 1 }
}

/** Sums up counts of answers, the most frequent first. */
export function sumAnswers(answers: readonly AnswerCount[]): readonly AnswerCount[] {
  const sums = new Map<string, AnswerCount>()
  for (const answer of answers) {
    const { times, ...kind } = answer
    const key = JSON.stringify(Object.values(kind))
    sums.set(key, { ...kind, times: times + (sums.get(key)?.times ?? 0) })
  }
  return [...sums.values()].sort((left, right) => right.times - left.times)
}

function archiveOf(
  entries: readonly Entry[],
  facts: readonly Facts[],
  findings: readonly Finding[],
  masking: Masking,
): readonly Archived[] {
  const codes = new Map<number, Set<string>>()
  for (const { code, exchanges } of findings) {
    for (const number of exchanges) codes.set(number, (codes.get(number) ?? new Set()).add(code))
  }
  return entries.map((entry, index) => {
    const exchange = entry.render()
    const { start, end, vendor, operation } = facts[index]!
    const server = operation?.servers[0] ?? vendor.servers[0]
    return {
      exchange,
      explanation: explain(exchange),
      base: `${server?.origin || `https://${vendor.name}.example`}${server?.path ?? ''}`,
      took: end ? Math.max(0, end.clock - start.clock) : 0,
      findings: [...(codes.get(entry.number) ?? [])],
      masking,
    }
  })
}
