import { explain } from '../../../engine/answer/explain.ts'
import { readCount, objectFields } from '../read.ts'
import { chosenSession, NOTHING, ok, type Route } from '../route.ts'

/** Default number of exchanges in one answer. */
const PAGE = 1000

/** The journal, in order. */
export const journalRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/journal',
    query: ['vendor', 'operation', 'status', 'after', 'limit'],
    run: (host, call) => {
      const { api } = chosenSession(host, call)
      const { query } = call
      const after = readCount(query.get('after'), 'after', 0) ?? 0
      const limit = readCount(query.get('limit'), 'limit', 1) ?? PAGE
      const found = api.journal
        .exchanges({
          vendor: query.get('vendor') ?? undefined,
          operation: query.get('operation') ?? undefined,
          status: readCount(query.get('status'), 'status', 100),
        })
        .filter((exchange) => exchange.number > after)
      const exchanges = found.slice(0, limit)
      return ok({
        exchanges: exchanges.map((exchange) => ({ ...exchange, explanation: explain(exchange) })),
        // The value for `after` of the next call.
        last: exchanges.at(-1)?.number ?? after,
        more: found.length > exchanges.length,
        dropped: api.journal.dropped(),
      })
    },
  },
  {
    method: 'DELETE',
    path: '/journal',
    run: (host, call) => {
      objectFields(call.body, [])
      chosenSession(host, call).api.journal.clear()
      return NOTHING
    },
  },
]
