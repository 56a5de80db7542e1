import { setMaxListeners } from 'node:events'
import type { Arguments } from '../arguments.ts'
import { json, type Print } from '../print.ts'
import { exchangeLine, type ShownExchange } from '../serve/exchange-line.ts'
import { connectControl, type ControlClient } from './control-client.ts'
import { stopSignal } from './stop-signal.ts'

interface Explained extends ShownExchange {
  readonly number: number
  readonly operation?: string
  readonly explanation: string
}

interface Page {
  readonly exchanges: readonly Explained[]
  readonly last: number
  readonly more: boolean
}

const FILTERS = ['vendor', 'operation', 'status'] as const

/** `sparring journal` */
export async function run(args: Arguments, print: Print): Promise<number> {
  const control = connectControl(args, 'journal')
  const limit = args.number('limit', { min: 1, whole: true })
  const found = await readAll(control, args)
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

async function readAll(control: ControlClient, args: Arguments): Promise<Explained[]> {
  const filters = FILTERS.flatMap((name) => {
    const value = args.text(name)
    return value === undefined ? [] : [[name, value]]
  })
  const exchanges: Explained[] = []
  for (let after = 0, more = true; more;) {
    const query = new URLSearchParams([...filters, ['after', String(after)]])
    const page = await control.inSession<Page>('GET', `/journal?${query.toString()}`)
    exchanges.push(...page.exchanges)
    after = page.last
    more = page.more
  }
  return exchanges
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

/** A refusal has its explanation in the line; to the normal answers it is added. */
function lineOf(exchange: Explained, print: Print): string {
  return exchangeLine(exchange, () => exchange.explanation, { ...print, paintErr: print.paint })
}
