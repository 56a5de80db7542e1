import type { ShownExchange } from '../serve/exchange-line.ts'
import type { ControlClient } from './control-client.ts'

/** An exchange in the form that the control API returns. */
export interface Explained extends ShownExchange {
  readonly number: number
  readonly operation?: string
  readonly explanation: string
}

interface Page {
  readonly exchanges: readonly Explained[]
  readonly last: number
  readonly more: boolean
}

/** Filters for the journal; an undefined filter is ignored. */
export type JournalQuery = Readonly<Partial<Record<'vendor' | 'operation' | 'status' | 'after', unknown>>>

/** All matching exchanges of a session, page by page. */
export async function readJournal(control: ControlClient, query: JournalQuery): Promise<Explained[]> {
  const { after: start = 0, ...filters } = query
  const given = Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
  const exchanges: Explained[] = []
  for (let after = Number(start), more = true; more;) {
    const search = new URLSearchParams([...given, ['after', String(after)]])
    const page = await control.inSession<Page>('GET', `/journal?${search.toString()}`)
    exchanges.push(...page.exchanges)
    after = page.last
    more = page.more
  }
  return exchanges
}
