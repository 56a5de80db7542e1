import type { Exchange } from '../../engine/session/journal/journal.ts'
import { isoText } from '../../spec/values/instants.ts'
import { printable } from '../../state/printable.ts'
import type { Print } from '../print.ts'

/** The parts of an exchange that a line shows. */
export type ShownExchange = Pick<Exchange, 'at' | 'delay' | 'method' | 'path' | 'session' | 'vendor'> & {
  readonly response?: Pick<NonNullable<Exchange['response']>, 'status'> | undefined
}

/** `10:00:00.000Z seek GET /v1/me 200`, with the explanation unless it was the normal answer. */
export function exchangeLine(exchange: ShownExchange, explanation: () => string, print: Print): string {
  const { status } = exchange.response ?? {}
  const time = isoText(exchange.at).slice(11)
  const isNormal = status !== undefined && status < 400 && exchange.delay === 0
  const style = status === undefined || status >= 500 ? 'red' : status >= 400 ? 'yellow' : 'green'
  const outcome = print.paintErr(style, isNormal ? String(status) : printable(explanation()))
  const session = exchange.session === 'default' ? '' : `${exchange.session}: `
  const request = printable(`${session}${exchange.vendor} ${exchange.method} ${exchange.path}`)
  return `${print.paintErr('dim', time)} ${request} ${outcome}`
}
