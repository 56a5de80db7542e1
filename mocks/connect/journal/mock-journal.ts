import type { Session } from '../../engine/session/session.ts'
import type { MockJournal } from '../mock/api/session-parts.ts'
import { journalLine } from './journal-line.ts'

/** The journal of a session as tests read it. */
export function createMockJournal({ journal }: Session): MockJournal {
  return {
    exchanges: journal.exchanges,
    explain: (filter) => {
      const from = journal.entries()[0]?.render().at ?? 0
      return journal
        .exchanges(filter)
        .map((exchange) => journalLine(exchange, from))
        .join('\n')
    },
    dropped: journal.dropped,
    clear: journal.clear,
  }
}
