import { formatInstant, nearestInstant } from '../spec/values/instants.ts'
import { asFinite, asText } from '../spec/values/scalar.ts'
import type { Scope } from '../spec/values/value.ts'
import type { JobCredits } from '../spec/model/job.ts'
import type { Refusal } from '../spec/model/response.ts'
import type { Vendor } from '../spec/model/vendor.ts'
import type { Transaction } from '../state/store.ts'
import type { Account, VendorContext } from './context.ts'
import type { ExchangeState, Start } from './exchange.ts'
import { refuse, type Refused } from './outcome.ts'

/**
 * The account's credits. A call answered at once is charged its price. A job's price is held at its start; at its end
 * the hold becomes a debit or is released. `balance` is purchases minus debits; `available` is the balance minus holds.
 */
export interface Credits {
  /** null if unlimited. */
  readonly amount: number | null
  readonly balance: number | null
  readonly held: number
  readonly available: number | null
  /** ms since 1970 of the next monthly refill. */
  readonly resetsAt: number | null
}

/** Reads an account's credits at this instant; settlements due by then have already been applied. */
export function readCredits(context: VendorContext, account: Account): Credits {
  const row = readRow(context, account)
  const { amount, monthly } = allowance(context, account)
  return {
    amount,
    balance: row.balance,
    held: row.held,
    available: row.balance === null ? null : row.balance - row.held,
    resetsAt: monthly ? nextMonth(context.now) : null,
  }
}

/** The cost of a request. */
export interface Bill {
  readonly price: number
  /** The jobs it starts, where it may start several or repeat an earlier one. */
  readonly starts?: readonly Start[] | undefined
}

/** Holds credits for the job that this exchange starts; refuses if there are too few. */
export function holdCredits(exchange: ExchangeState, { price, starts }: Bill, refusal: Refusal): Refused | undefined {
  const { account } = exchange
  if (!account) return undefined
  const row = readRow(exchange, account)
  const available = availableOf(row)
  if (available < price) {
    const many = starts && starts.length > 1 ? starts.length : undefined
    const cost = many ? `the ${many} jobs cost` : 'the job costs'
    const because = `${cost} ${price} credits and ${available} are available${heldOf(row)}`
    return short(refusal, { price, available }, because + (many ? '; none of them is started' : ''))
  }
  exchange.charge = { hold: price, starts: starts ?? exchange.charge?.starts }
  exchange.tx.put(exchange.vendor.tables.credits, account.id, { ...row, held: row.held + price } satisfies Row)
  return undefined
}

/** Refuses if the account cannot pay for an answer; {@link chargePrice} charges the price when the work is done. */
export function checkPrice(exchange: ExchangeState, price: number, refusal: Refusal | undefined): Refused | undefined {
  const { account } = exchange
  if (!account) return undefined
  const row = readRow(exchange, account)
  const available = availableOf(row)
  if (available < price) {
    const because = `the call costs ${price} credits and ${available} are available`
    return short(refusal, { price, available }, because + (row.held === 0 ? '' : heldOf(row)))
  }
  exchange.price = price
  return undefined
}

/** Charges the price of an answer, once. */
export function chargePrice(exchange: ExchangeState): void {
  const { account, price } = exchange
  if (!account || price === undefined || exchange.charged !== undefined) return
  const row = readRow(exchange, account)
  const balance = row.balance === null ? null : row.balance - price
  exchange.tx.put(exchange.vendor.tables.credits, account.id, { ...row, balance } satisfies Row)
  exchange.charged = price
}

/** The price of one job according to the spec. */
export function priceOf(credits: JobCredits, scope: Scope): number {
  const price = asFinite(credits.hold(scope), 0)
  return Number.isFinite(price) ? price : 0
}

/** Forgets set balances, so that a newly played scenario sets the balances it names again. */
export function forgetGrants(vendor: Vendor, tx: Transaction): void {
  const rows = vendor.tables.credits
  for (const [account, row] of tx.rows<Row>(rows)) if (row.granted) tx.put(rows, account, { ...row, granted: false })
}

/**
 * Settles the hold of a job that has ended: it becomes a debit or is released.
 *
 * @returns credits charged
 */
export function settle(
  context: Pick<VendorContext, 'vendor' | 'tx' | 'scope'>,
  ended: { readonly account: string; readonly state: string; readonly at: number },
  credits: JobCredits,
  held: number,
): number {
  const rule = credits.settle.get(ended.state) ?? credits.fallback
  const charged = rule === 'hold' ? held : asFinite(rule(context.scope), 0)
  const before = context.tx.get<Row>(context.vendor.tables.credits, ended.account)
  if (before) {
    const row = inMonth(before, monthOf(ended.at))
    const balance = row.balance === null ? null : row.balance - charged
    context.tx.put(context.vendor.tables.credits, ended.account, {
      ...row,
      balance,
      held: row.held - held,
    } satisfies Row)
  }
  return charged
}

/** Infinite where the account has unlimited credits. */
function availableOf({ balance, held }: Row): number {
  return balance === null ? Number.POSITIVE_INFINITY : balance - held
}

function heldOf({ balance, held }: Row): string {
  return ` (${held} of ${balance} are held by jobs that have not ended)`
}

function short(
  refusal: Refusal | undefined,
  { price, available }: { readonly price: number; readonly available: number },
  because: string,
): Refused {
  return { ...refuse('charge', refusal, 402, because), shortfall: { price, available, missing: price - available } }
}

interface Row {
  readonly balance: number | null
  readonly held: number
  /** `2026-11`: the month of this balance; empty for credits that are not refilled. */
  readonly period: string
  /** The amount of the monthly refill. */
  readonly amount: number | null
  /** Whether the scenario has set the balance. */
  readonly granted: boolean
}

function readRow(context: VendorContext, account: Account): Row {
  const key = context.vendor.tables.credits
  const row = context.tx.get<Row>(key, account.id)
  const { amount, monthly } = allowance(context, account)
  const month = monthly || row?.period ? monthOf(context.now) : ''
  const granted = context.situation.grants.has(account.name)
  // An unlimited plan has no balance, so a row from before a change to or from such a plan does not apply.
  const isSet = row !== undefined && (row.granted || !granted) && (row.balance === null) === (amount === null)
  const now: Row = isSet
    ? inMonth(row.amount === amount ? row : { ...row, amount }, month)
    : { balance: amount, held: row?.held ?? 0, period: monthly ? month : '', amount, granted }
  if (now !== row) context.tx.put(key, account.id, now)
  return now
}

/** The balance in a month; one that is not refilled has no month. */
function inMonth(row: Row, period: string): Row {
  return row.period !== '' && row.period < period ? { ...row, balance: row.amount, period } : row
}

function monthOf(at: number): string {
  return String(formatInstant(at, 'iso-seconds')).slice(0, 7)
}

interface Allowance {
  readonly amount: number | null
  readonly monthly: boolean
}

const allowances = new WeakMap<Vendor['plans'], WeakMap<object, Allowance>>()

/** The amount of the account or its plan; monthly ones are refilled on the first, UTC. Computed once per account. */
function allowance({ vendor }: VendorContext, { settings }: Account): Allowance {
  let own = allowances.get(vendor.plans)
  if (!own) allowances.set(vendor.plans, (own = new WeakMap()))
  let found = own.get(settings)
  if (!found) own.set(settings, (found = readAllowance(vendor.plans, settings)))
  return found
}

function readAllowance(plans: Vendor['plans'], settings: Account['settings']): Allowance {
  const plan = plans.get(asText(settings['plan']))?.['credits'] as
    { readonly amount?: number | null; readonly every?: string } | undefined
  const own = settings['credits']
  const amount = typeof own === 'number' || own === null ? own : (plan?.amount ?? null)
  return { amount, monthly: plan?.every === 'month' && amount !== null }
}

function nextMonth(now: number): number {
  const date = new Date(nearestInstant(now))
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
}
