import type { Session } from '../../engine/session/session.ts'
import type { Run } from '../../report/formats.ts'
import type { Archived } from '../../report/har.ts'
import type { AnswerCount, FailOn, ReportedFinding } from '../../report/report.ts'
import { isoText } from '../../spec/values/instants.ts'
import { reportSession, type SessionReport, sumAnswers } from './session-report.ts'
import type { Judged } from './session-verdict.ts'
import type { Sessions } from './sessions.ts'

/** Findings, and exchanges for an archive, that are kept: a client that makes more has other worries. */
const MOST = 10_000

/** What a report says besides what the sessions do. */
export interface ReportWords {
  /** The version of sparring. */
  readonly version: string
  readonly failOn: FailOn
}

/** The verdict on all sessions of a mock, also on those that have ended or were reset. */
export interface Gathered {
  /** What it has come to: sessions that are open are judged as if they ended now. */
  readonly run: () => Run
  readonly stop: () => void
}

/**
 * Judges each session before it forgets what has happened in it.
 *
 * @param options.archive - whether exchanges of such sessions are kept, for an archive
 */
export function gatherReports(
  sessions: Sessions,
  judged: Judged,
  options: ReportWords & { readonly archive: boolean },
): Gathered {
  let past = nothing()
  const stop = sessions.onForget((session) => {
    past = add(past, reportSession(session, judged, true), options.archive)
  })
  return {
    run: () => {
      const total = [...sessions.all.values()].reduce(
        (sum, session) => add(sum, reportSession(session, judged, true), options.archive),
        past,
      )
      return toRun(total, judged, options)
    },
    stop,
  }
}

/**
 * What one session has come to.
 *
 * @param isOver - whether what was not done counts too
 */
export function runOf(session: Session, judged: Judged, isOver: boolean, words: ReportWords): Run {
  return toRun(add(nothing(), reportSession(session, judged, isOver), true), judged, words)
}

/** What sessions have come to so far. */
interface Total {
  readonly findings: readonly ReportedFinding[]
  readonly answers: readonly AnswerCount[]
  readonly judged: number
  readonly notJudged: number
  readonly archive: readonly Archived[]
}

function nothing(): Total {
  return { findings: [], answers: [], judged: 0, notJudged: 0, archive: [] }
}

function add(total: Total, report: SessionReport, withArchive: boolean): Total {
  return {
    findings: [...total.findings, ...report.findings].slice(0, MOST),
    answers: sumAnswers([...total.answers, ...report.answers]),
    judged: total.judged + report.judged,
    notJudged: total.notJudged + report.notJudged,
    archive: withArchive ? [...total.archive, ...report.archive().slice(0, MOST - total.archive.length)] : [],
  }
}

function toRun(total: Total, { vendors }: Judged, { version, failOn }: ReportWords): Run {
  const { findings, answers, judged, notJudged, archive } = total
  return {
    report: {
      version: 1,
      sparring: version,
      at: isoText(performance.timeOrigin + performance.now()),
      vendors: [...vendors.keys()],
      exchanges: { judged, notJudged },
      failOn,
      answers,
      findings,
    },
    archive: () => ({ exchanges: archive, left: judged + notJudged - archive.length }),
  }
}
