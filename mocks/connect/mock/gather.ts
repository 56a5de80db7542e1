import type { Session } from '../../engine/session/session.ts'
import type { Run } from '../../report/formats.ts'
import type { Archived } from '../../report/har.ts'
import type { AnswerCount, FailOn, ReportedFinding } from '../../report/report.ts'
import { isoText } from '../../spec/values/instants.ts'
import { reportSession, type SessionReport, sumAnswers } from './session-report.ts'
import type { Judged } from './session-verdict.ts'
import type { Sessions } from './sessions.ts'

/** Limit for findings, and for exchanges in an archive. */
const MOST = 10_000

/** Facts of a report that do not come from the sessions. */
export interface ReportWords {
  /** The version of sparring. */
  readonly version: string
  readonly failOn: FailOn
}

/** The verdict on all sessions of a mock, including ended and reset ones. */
export interface Gathered {
  /** The report so far; open sessions are judged as if they ended now. */
  readonly run: () => Run
  readonly stop: () => void
}

/**
 * Judges each session before it forgets what has happened in it.
 *
 * @param options.archive - whether to keep exchanges of such sessions for an archive
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
 * The report of one session.
 *
 * @param isOver - whether omissions count too
 */
export function runOf(session: Session, judged: Judged, isOver: boolean, words: ReportWords): Run {
  const report = reportSession(session, judged, isOver)
  return toRun(add(NOTHING, report), report.archive, judged, words)
}

/** The verdict on sessions so far. */
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

/** @param archive - renders the exchanges, which is slow and needed by few formats */
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
