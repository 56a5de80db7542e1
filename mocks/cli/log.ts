import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Mock } from '../connect/types.ts'
import { explain } from '../engine/explain.ts'
import type { Exchange } from '../engine/journal.ts'
import type { Print } from './print.ts'

/** Real ms between looks while there is something to look for. */
const LOOK_AFTER_MS = 50
/** Looking takes a tenth of the time at most, however long the journal is. */
const REST_PER_LOOK = 10
/** Node's own channel, told of every request. */
const ARRIVAL = 'http.server.request.start'

export interface Log {
  /** Prints what there is now. */
  readonly look: () => void
  /** Looks for the last time. */
  readonly stop: () => void
}

/**
 * Prints a line an exchange, when it has ended, and each breach of a spec; looks into the journal after requests have
 * come, so that answering them never waits for a terminal.
 */
export function followExchanges(
  mock: Mock,
  print: Print,
  wanted: { readonly exchanges: boolean; readonly breaches: boolean },
): Log {
  if (!wanted.exchanges && !wanted.breaches) return { look: () => {}, stop: () => {} }
  let last = 0
  let open = new Set<number>()
  let breaches = 0
  let timer: NodeJS.Timeout | undefined
  let rest = LOOK_AFTER_MS

  const look = (): void => {
    clearTimeout(timer)
    timer = undefined
    const start = performance.now()
    if (wanted.exchanges) printNew(mock.journal.exchanges())
    if (wanted.breaches)
      for (const breach of mock.breaches().slice(breaches))
        print.err(`${print.paintErr('red', 'off contract:')} ${breach}`)
    breaches = mock.breaches().length
    rest = Math.max(LOOK_AFTER_MS, (performance.now() - start) * REST_PER_LOOK)
    if (open.size > 0) wait()
  }
  const printNew = (exchanges: readonly Exchange[]): void => {
    // A reset begins to count anew.
    if ((exchanges.at(-1)?.number ?? 0) < last) {
      last = 0
      open = new Set()
    }
    const oldest = exchanges[0]?.number ?? 0
    for (const number of open) if (number < oldest) open.delete(number)
    const before = last
    for (const exchange of exchanges) {
      if (exchange.number <= before && !open.has(exchange.number)) continue
      last = Math.max(last, exchange.number)
      if (exchange.answeredBy || exchange.aborted) {
        open.delete(exchange.number)
        print.err(lineOf(exchange, print))
      } else open.add(exchange.number)
    }
  }
  const wait = (): void => {
    timer ??= setTimeout(look, rest).unref()
  }
  subscribe(ARRIVAL, wait)
  const stop = (): void => {
    unsubscribe(ARRIVAL, wait)
    look()
    clearTimeout(timer)
  }
  return { look, stop }
}

/** `10:00:00.000Z seek GET /v1/me 200`, with the explanation where it was not the normal answer. */
function lineOf(exchange: Exchange, print: Print): string {
  const { status } = exchange.response ?? {}
  const time = new Date(exchange.at).toISOString().slice(11)
  const isNormal = status !== undefined && status < 400 && exchange.delay === 0
  const style = status === undefined || status >= 500 ? 'red' : status >= 400 ? 'yellow' : 'green'
  const outcome = print.paintErr(style, isNormal ? String(status) : explain(exchange))
  return `${print.paintErr('dim', time)} ${exchange.vendor} ${exchange.method} ${exchange.path} ${outcome}`
}
