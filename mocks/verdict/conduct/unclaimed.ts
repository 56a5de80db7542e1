import type { Facts } from '../../engine/session/journal/facts.ts'
import { requestName } from '../refusals.ts'
import type { Breach, Rule } from '../rule.ts'

/** A test that has opened sessions, but whose client reaches none of them. */
export const unclaimed: Rule = {
  code: 'unclaimed',
  severity: 'warning',
  unstated: 'warning',
  fix: 'Give the client a credential that the session has issued, the URL of the session (`/s/<id>/<vendor>`), or the header `x-sparring-session`.',
  *judge({ exchanges }) {
    const byEntry = exchanges.filter((exchange) => exchange.unclaimed === 'entry')
    const byFetch = exchanges.filter((exchange) => exchange.unclaimed === 'fetch')
    if (byEntry.length > 0) yield breachOf(byEntry)
    // A test that calls `mock.fetch` most likely means the default session.
    if (byFetch.length > 0) yield { ...breachOf(byFetch), atMost: 'info' }
  },
}

function breachOf(found: readonly Facts[]): Breach {
  const first = found[0]!
  return {
    message: `${found.length === 1 ? `${requestName(first)} was` : `${found.length} requests, from ${requestName(first)} on, were`} answered in the default session while others were open, since nothing chose one.`,
    operation: first.operation?.id,
    exchanges: found.map(({ number }) => number),
  }
}
