import type { Call } from '../../behaviour/call.ts'
import type { Account } from '../../behaviour/context.ts'
import type { MatchedExchange } from '../../behaviour/exchange.ts'
import { refusePromise } from '../../state/promise.ts'
import type { DueRow } from '../../state/due-heap.ts'
import type { Transaction } from '../../state/store.ts'
import { followEvents } from './job-events.ts'
import { createJournal, type Journal } from '../session/journal/journal.ts'
import type { Session } from '../session/session.ts'
import { dialectRuntime } from '../exchange/dialect.ts'
import { Exchange } from '../exchange/exchange.ts'
import { createContext, type Planned } from '../exchange/operation-context.ts'
import type { Runtime } from '../exchange/runtime.ts'
import type { Engine } from '../exchange/work.ts'

/** Runs vendor code that no request has caused. */

type Runtimes = Engine['runtimes']

/** Schedules the code's own steps when a session is first used. */
export function beginVendor(
  runtimes: Runtimes,
  session: Session,
  base: Runtime,
  { tx, operation }: { readonly tx: Transaction; readonly operation: string },
): void {
  const { name, tables } = base.vendor
  const at = session.starts.get(name)
  if (at === undefined || tx.get(tables.begun, name) !== undefined) return
  tx.put(tables.begun, name, true)
  const runtime = dialectRuntime(session, base)
  const exchange = openExchange(runtimes, session, runtime, { tx, at, operation, account: ['default', 'default'] })
  const begin = exchange?.code?.begin
  if (begin) done(operation, begin(createContext(exchange)))
}

/** Calls the step `due` of an operation, at the instant and for the account that it was scheduled for. */
export function runDue(
  runtimes: Runtimes,
  session: Session,
  runtime: Runtime,
  { tx, row, until }: { readonly tx: Transaction; readonly row: DueRow; readonly until: number },
): void {
  const { operation, account, key } = JSON.parse(row.key) as Planned
  const exchange = openExchange(runtimes, session, runtime, { tx, at: row.at, operation, account })
  const due = exchange?.code?.due
  if (!due) return
  done(operation, due(createContext(exchange), { key, until }))
  followEvents(exchange)
}

/** Checks that code did not return a promise: it runs inside a transaction. */
function done(operation: string, returned: unknown): void {
  if (!(returned instanceof Promise)) return
  refusePromise(returned, `Failed to do what is due of ${operation}: its code is async. It runs inside a transaction.`)
}

/** An exchange for code that runs without a request: it has an account and no content. */
export function openExchange(
  runtimes: Runtimes,
  session: Session,
  runtime: Runtime,
  parts: {
    readonly tx: Transaction
    readonly at: number
    readonly operation: string
    readonly account: Planned['account']
  },
): (Exchange & MatchedExchange) | undefined {
  const { tx, at, operation } = parts
  const { name } = runtime.vendor
  const played = session.situation.vendors.get(name)
  if (!played) return undefined
  const [id, accountName] = parts.account
  const account: Account = { id, name: accountName, settings: played.accounts.get(accountName) ?? {} }
  const engine: Engine = { runtimes, checkReplies: false, maxBody: NO_BODY, maxJson: NO_BODY }
  // No client sent it, so the journal neither keeps nor counts it.
  const own: Session = { ...session, journal: NO_JOURNAL }
  const exchange = new Exchange(engine, own, runtime, { ...NO_CALL, base: runtime.vendor.servers[0]?.origin ?? '' })
  exchange.operation = runtime.vendor.operations.get(operation)
  exchange.code = runtime.code?.[operation]
  exchange.account = account
  exchange.input = { bytes: undefined, body: {}, value: {} }
  exchange.tx = tx
  exchange.now = at
  return exchange.isMatched() ? exchange : undefined
}

const NO_JOURNAL: Journal = { ...createJournal(), add: () => {} }
const NO_BODY = { bytes: 0, option: 'maxBody' } as const
const NO_CALL: Call = {
  method: 'POST',
  path: '',
  query: '',
  headers: {},
  base: '',
  ip: '127.0.0.1',
  body: () => undefined,
}
