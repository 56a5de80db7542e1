import { checkArguments, kind, required } from '../../spec/problems/arguments.ts'
import { formatDuration } from '../../spec/values/duration.ts'
import { isRecord } from '../../spec/values/is-record.ts'
import { printable } from '../../state/printable.ts'
import type { Exchange } from '../session/journal/journal.ts'

const AN_EXCHANGE = required(
  kind('one of mock.journal.exchanges()', (value) => isRecord(value) && Array.isArray(value['sent'])),
)

/**
 * Says in one line, which is safe to print, who answered an exchange and why. The journal and the
 * `x-sparring-explanation` header have the same text.
 *
 * @throws {@link InvalidArgumentError} for a value that is not an exchange
 * @example
 * explain(exchange)
 * //=> '429 by limit (TooManyRequests#rate): limit request-rate: 3 of 3 used; the next passes in 60000 ms'
 */
export function explain(exchange: Exchange): string {
  checkArguments('call explain()', [exchange], [['exchange', AN_EXCHANGE]])
  return printable(sentence(exchange))
}

function sentence(exchange: Exchange): string {
  const { answeredBy, response } = exchange
  const waited = exchange.queued
    ? `; queued for ${formatDuration(exchange.queued.for)} by limit ${exchange.queued.limit}`
    : ''
  if (exchange.aborted && !exchange.fault && !response) return `no answer: the client went away${waited}`
  if (!answeredBy) return exchange.queued ? `no answer yet: queued by limit ${exchange.queued.limit}` : 'no answer yet'
  const status = response === undefined ? undefined : String(response.status)
  const what = [status, exchange.fault].filter(Boolean).join(' with ') || 'no answer'
  const name = answeredBy.refusal ? ` (${answeredBy.refusal})` : ''
  const rule = answeredBy.rule ? `, ${answeredBy.rule}` : ''
  // Where a rule gave the answer, its name is the whole reason.
  const because = answeredBy.because === answeredBy.rule ? '' : `: ${answeredBy.because}`
  const delay = exchange.delay > 0 ? `; held for ${formatDuration(exchange.delay)}` : ''
  const events = exchange.sent.length > 0 ? `; ${exchange.sent.length} events sent` : ''
  const gone = exchange.aborted ? '; the client went away' : ''
  return `${what} by ${answeredBy.stage}${name}${rule}${because}${waited}${delay}${events}${gone}`
}
