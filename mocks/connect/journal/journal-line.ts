import { explain } from '../../engine/answer/explain.ts'
import type { Exchange } from '../../engine/session/journal/journal.ts'
import { formatDuration } from '../../spec/values/duration.ts'
import { printable } from '../../state/printable.ts'

/**
 * Formats an exchange in one line: number, time, request, status and the stage that answered.
 *
 * @param from - ms since 1970 on the session's clock; the line shows the time since then
 * @example
 * journalLine(exchange, first.at)
 * //=> '3 +2s seek GET /v1/me -> 200 by handle: getMe'
 */
export function journalLine(exchange: Exchange, from: number): string {
  const { number, at, vendor, method, path } = exchange
  const request = printable(`${vendor} ${method} ${path}`)
  return `${number} +${formatDuration(Math.max(0, at - from))} ${request} -> ${explain(exchange)}`
}
