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
  let past = NOTHING
  let kept: readonly Archived[] = []
  const stop = sessions.onForget((session) => {
    const report = reportSession(session, judged, true)
    past = add(past, report)
    if (options.archive && kept.length < MOST) kept = [...kept, ...report.archive()].slice(0, MOST)
  })
  return {
    run: () => {
      const open = [...sessions.all.values()].map((session) => reportSession(session, judged, true))
      const archive = (): Archived[] => [...kept, ...open.flatMap((report) => report.archive())].slice(0, MOST)
      return toRun(open.reduce(add, past), archive, judged, options)
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
  const report = reportSession(session, judged, isOver)
  return toRun(add(NOTHING, report), report.archive, judged, words)
}

/** What sessions have come to so far. */
interface Total {
  readonly findings: readonly ReportedFinding[]
  readonly answers: readonly AnswerCount[]
  readonly judged: number
  readonly notJudged: number
}

const NOTHING: Total = { findings: [], answers: [], judged: 0, notJudged: 0 }

function add(total: Total, report: SessionReport): Total {
  return {
    findings: [...total.findings, ...report.findings].slice(0, MOST),
    answers: sumAnswers([...total.answers, ...report.answers]),
    judged: total.judged + report.judged,
    notJudged: total.notJudged + report.notJudged,
  }
}

/** @param archive - renders the exchanges, which takes long and is asked for by few formats */
function toRun(
  { findings, answers, judged, notJudged }: Total,
  archive: () => readonly Archived[],
  { vendors }: Judged,
  { version, failOn }: ReportWords,
): Run {
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
    archive: () => {
      const exchanges = archive()
      return { exchanges, left: judged + notJudged - exchanges.length }
    },
  }
}
