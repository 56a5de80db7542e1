import type { Finding } from '../../verdict/finding.ts'
import type { Session } from '../../engine/session/session.ts'
import { type Judged, judgeSession } from './session-verdict.ts'
import type { Sessions } from './sessions.ts'

/** The verdict on all sessions of a mock, also on those that have ended or were reset. */
export interface Gathered {
  /** All findings: of sessions that are open, as if they ended now. */
  readonly findings: () => readonly Finding[]
  /** Exchanges that were judged, and those that the journal had dropped by then. */
  readonly counts: () => { readonly judged: number; readonly notJudged: number }
  readonly stop: () => void
}

/** Judges each session before it forgets what has happened in it. */
export function gatherFindings(sessions: Sessions, judged: Judged): Gathered {
  let past: Finding[] = []
  let [seen, dropped] = [0, 0]
  const stop = sessions.onForget((session) => {
    past = [...past, ...judgeSession(session, judged, true)].slice(0, MOST)
    seen += session.count - session.journal.dropped()
    dropped += session.journal.dropped()
  })
  const open = (): Session[] => [...sessions.all.values()]
  return {
    findings: () => [...past, ...open().flatMap((session) => judgeSession(session, judged, true))].slice(0, MOST),
    counts: () => {
      const notJudged = open().reduce((sum, { journal }) => sum + journal.dropped(), dropped)
      return { judged: open().reduce((sum, session) => sum + session.count, seen + dropped) - notJudged, notJudged }
    },
    stop,
  }
}

/** Findings that are kept: a client that makes more has other worries. */
const MOST = 10_000
