import { isoText, nearestInstant } from '../spec/instants.ts'
import type { JobCredits, Refusal, Vendor } from '../spec/vendor.ts'
import { asFinite, asText } from '../spec/scalar.ts'
import type { Scope } from '../spec/value.ts'
import type { Transaction } from '../state/store.ts'
import type { Account, Refused, Turn } from './turn.ts'
import { refuse, table } from './turn.ts'

/**
 * The account's credits. A job that starts sets its price aside (a hold); when it ends, the hold becomes a debit or is
 * given back. `balance` is what was bought less what was debited; `available` is the balance less the holds.
 */
export interface Credits {
  /** null is without end. */
  readonly amount: number | null
  readonly balance: number | null
  readonly held: number
  readonly available: number | null
  /** ms since 1970 of the next monthly refill. */
  readonly resetsAt: number | null
}

/** Reads an account's credits at this instant; settlements due by then have been applied before. */
export function readCredits(turn: Pick<Turn, 'vendor' | 'situation' | 'tx' | 'now'>, account: Account): Credits {
  const row = readRow(turn, account)
  const { amount, monthly } = allowance(turn, account)
  return {
    amount,
    balance: row.balance,
    held: row.held,
    available: row.balance === null ? null : row.balance - row.held,
    resetsAt: monthly ? nextMonth(turn.now) : null,
  }
}

/** The *charge* stage: can the caller pay for the job that this operation starts? Equality passes. */
export function charge(turn: Turn, priced = (bySpec: () => number): number => bySpec()): Refused | undefined {
  const step = turn.operation?.job
  const credits = step?.kind === 'start' ? step.job.credits : undefined
  if (!credits || !turn.account) return undefined
  return holdCredits(
    turn,
    priced(() => priceOf(credits, turn.scope)),
    credits.refuse,
  )
}

/** Sets credits aside for the job that this exchange starts. */
export function holdCredits(turn: Turn, price: number, refusal: Refusal): Refused | undefined {
  if (!turn.account) return undefined
  const row = readRow(turn, turn.account)
  const available = row.balance === null ? null : row.balance - row.held
  if (available !== null && available < price) {
    const many = turn.starts && turn.starts.length > 1 ? turn.starts.length : undefined
    const cost = many ? `the ${many} jobs cost` : 'the job costs'
    const held = `${row.held} of ${row.balance} are held by jobs that have not ended`
    const because = `${cost} ${price} credits and ${available} are available (${held})${many ? '; none of them is started' : ''}`
    turn.shortfall = { price, available, missing: price - available }
    return refuse('charge', refusal, 402, because)
  }
  turn.hold = price
  turn.tx.put(table(turn, 'credits'), turn.account.id, { ...row, held: row.held + price } satisfies Row)
  return undefined
}

/** Lets a scenario that is played now set the balances it names, also where an earlier one has. */
export function forgetGrants(vendor: Vendor, tx: Transaction): void {
  const rows = table({ vendor }, 'credits')
  for (const [account, row] of tx.rows<Row>(rows)) if (row.granted) tx.put(rows, account, { ...row, granted: false })
}

/**
 * Settles the hold of a job that has ended: it becomes a debit, or is given back.
 *
 * @returns credits that were taken
 */
export function settle(
  turn: Pick<Turn, 'vendor' | 'tx'>,
  ended: { readonly account: string; readonly state: string; readonly at: number },
  credits: JobCredits,
  held: number,
  scope: Scope,
): number {
  const rule = credits.settle.get(ended.state) ?? credits.otherwise
  const charged = rule === 'hold' ? held : asFinite(rule(scope), 0)
  const before = turn.tx.get<Row>(table(turn, 'credits'), ended.account)
  if (before) {
    const row = inMonth(before, ended.at)
    const balance = row.balance === null ? null : row.balance - charged
    turn.tx.put(table(turn, 'credits'), ended.account, { ...row, balance, held: row.held - held } satisfies Row)
  }
  return charged
}

interface Row {
  readonly balance: number | null
  readonly held: number
  /** `2026-11`: the month this balance belongs to; empty for credits that do not come back. */
  readonly period: string
  /** What comes back with the next month. */
  readonly amount: number | null
  /** The scenario has set the balance. */
  readonly granted: boolean
}

function readRow(turn: Pick<Turn, 'vendor' | 'situation' | 'tx' | 'now'>, account: Account): Row {
  const key = table(turn, 'credits')
  const row = turn.tx.get<Row>(key, account.id)
  const { amount, monthly } = allowance(turn, account)
  const period = monthly ? monthOf(turn.now) : ''
  const granted = turn.situation.grants.has(account.name)
  // A plan without end has no balance, and one that ends has to begin somewhere.
  const isSet = row !== undefined && (row.granted || !granted) && (row.balance === null) === (amount === null)
  const now: Row = isSet
    ? inMonth(row.amount === amount ? row : { ...row, amount }, turn.now)
    : { balance: amount, held: row?.held ?? 0, period, amount, granted }
  if (now !== row) turn.tx.put(key, account.id, now)
  return now
}

/** A balance as it is in the month of an instant. */
function inMonth(row: Row, at: number): Row {
  if (row.period === '') return row
  const period = monthOf(at)
  return row.period < period ? { ...row, balance: row.amount, period } : row
}

function monthOf(at: number): string {
  return isoText(at).slice(0, 7)
}

/** The account's own figure, or its plan's; monthly ones come back on the first of a month, UTC. */
function allowance(turn: Pick<Turn, 'vendor'>, account: Account): { amount: number | null; monthly: boolean } {
  const plan = turn.vendor.plans.get(asText(account.settings['plan']))?.['credits'] as
    { readonly amount?: number | null; readonly every?: string } | undefined
  const own = account.settings['credits']
  const amount = typeof own === 'number' || own === null ? own : (plan?.amount ?? null)
  return { amount, monthly: plan?.every === 'month' && amount !== null }
}

function nextMonth(now: number): number {
  const date = new Date(nearestInstant(now))
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
}

function priceOf(credits: JobCredits, scope: Scope): number {
  const price = asFinite(credits.hold(scope), 0)
  return Number.isFinite(price) ? price : 0
}
