import { setMaxListeners } from 'node:events'
import type { Arguments } from '../arguments.ts'
import { json, type Print } from '../print.ts'
import { exchangeLine } from '../serve/exchange-line.ts'
import { connectControl, type ControlClient } from './control-client.ts'
import { type Explained, readJournal } from './read-journal.ts'
import { stopSignal } from './stop-signal.ts'

const FILTERS = ['vendor', 'operation', 'status'] as const

/** `sparring journal` */
export async function run(args: Arguments, print: Print): Promise<number> {
  const control = connectControl(args, 'journal')
  const limit = args.number('limit', { min: 1, whole: true })
  const query = Object.fromEntries(FILTERS.map((name) => [name, args.text(name)]))
  const found = await readJournal(control, query)
  const exchanges = limit === undefined ? found : found.slice(-limit)
  if (args.on('json') && !args.on('follow')) {
    print.out(json({ exchanges }))
    return 0
  }
  const show = (exchange: Explained): void =>
    print.out(args.on('json') ? JSON.stringify(exchange) : lineOf(exchange, print))
  exchanges.forEach(show)
  if (args.on('follow')) await follow(control, args, show)
  return 0
}

async function follow(control: ControlClient, args: Arguments, show: (exchange: Explained) => void): Promise<void> {
  const signal = stopSignal()
  setMaxListeners(0, signal)
  try {
    for await (const { name, data } of control.events(signal)) {
      const exchange = data as Explained
      if (name === 'exchange' && FILTERS.every((filter) => isWanted(filter, exchange, args.text(filter))))
        show(exchange)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

function isWanted(filter: (typeof FILTERS)[number], exchange: Explained, wanted: string | undefined): boolean {
  if (wanted === undefined) return true
  return String(filter === 'status' ? exchange.response?.status : exchange[filter]) === wanted
}

/** The line of a refusal contains its explanation; normal answers get it added. */
function lineOf(exchange: Explained, print: Print): string {
  return exchangeLine(exchange, () => exchange.explanation, { ...print, paintErr: print.paint })
}
