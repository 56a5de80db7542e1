import type { ExchangeState, MatchedExchange } from '../../behaviour/exchange.ts'
import type { OperationResult, OperationSteps, Started } from '../../behaviour/operations.ts'
import type { Item, Refused } from '../../behaviour/outcome.ts'
import type { Stage } from '../../spec/model/rules/stage.ts'
import { show } from '../../spec/problems/arguments.ts'
import { isRecord } from '../../spec/values/is-record.ts'
import { refusePromise } from '../../state/promise.ts'
import type { Handled } from '../streams/pending.ts'
import { createContext } from './operation-context.ts'

type Judging = 'resolve' | 'validate' | 'guard'

/** Runs a stage: by the vendor's code for this operation if there is some, else by the spec. */
export function runStep(
  exchange: ExchangeState,
  stage: Judging & Stage,
  bySpec: (exchange: ExchangeState) => Refused | undefined,
): Refused | undefined {
  const step = exchange.code?.[stage]
  if (!step || !exchange.isMatched()) return bySpec(exchange)
  const refused = returned(
    exchange,
    stage,
    step(createContext(exchange), () => bySpec(exchange)),
  )
  // The code does not know its stage; the journal needs it.
  return refused && (refused.stage === 'handle' ? { ...refused, stage } : refused)
}

export function runHandle(
  exchange: MatchedExchange,
  bySpec: () => OperationResult | Refused,
): OperationResult | Refused {
  const step = exchange.code?.handle
  return step ? returned(exchange, 'handle', step(createContext(exchange), bySpec)) : bySpec()
}

/** The fields that a job starts with. */
export function runStart(exchange: MatchedExchange): Started {
  const step = exchange.code?.start
  return step ? returned(exchange, 'start', step(createContext(exchange))) : {}
}

/** The items of a list, before it is paginated. */
export function runList(exchange: MatchedExchange, bySpec: () => readonly Item[]): readonly Item[] {
  const step = exchange.code?.list
  return step ? returned(exchange, 'list', step(createContext(exchange), bySpec)) : bySpec()
}

/** The price of one job. */
export function runCost(exchange: MatchedExchange, bySpec: () => number): number {
  const step = exchange.code?.cost
  return step ? returned(exchange, 'cost', step(createContext(exchange), bySpec)) : bySpec()
}

export function runBody(exchange: MatchedExchange, body: unknown): unknown {
  const step = exchange.code?.body
  return step ? returned(exchange, 'body', step(createContext(exchange), body)) : body
}

/** Checks the value that code has returned; it must not be a promise. */
function returned<Value>(exchange: MatchedExchange, step: Checked, value: Value): Value {
  if (value instanceof Promise) {
    refusePromise(
      value,
      `Failed to answer ${exchange.operation.id}: its code for "${step}" is async. It runs inside a transaction: return the result itself.`,
    )
  }
  const { fits, write } = RESULTS[step]
  if (fits(value)) return value
  throw new TypeError(
    `Failed to answer ${exchange.operation.id}: its code for "${step}" has returned ${show(value)}; return ${write}.`,
  )
}

type Checked = Exclude<keyof OperationSteps, 'begin' | 'due'>

const JUDGED = {
  fits: (value: unknown) => !value || (isRecord(value) && 'because' in value),
  write: 'context.refuse(…), or nothing',
}
/** What a result may have; the type makes the list complete. */
const HANDLED: Readonly<Record<keyof Handled, true>> = {
  item: true,
  list: true,
  bytes: true,
  headers: true,
  envelope: true,
  status: true,
  pending: true,
  stream: true,
  overlay: true,
}

/** What each step returns. */
const RESULTS: Readonly<Record<Checked, { fits: (value: unknown) => boolean; write: string }>> = {
  resolve: JUDGED,
  validate: JUDGED,
  guard: JUDGED,
  cost: {
    fits: (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
    write: 'a number of credits from 0',
  },
  start: { fits: isRecord, write: '{ fields, outcome }' },
  list: { fits: Array.isArray, write: 'a list of items' },
  handle: {
    fits: (value) =>
      isRecord(value) && ('because' in value || Object.keys(value).every((name) => Object.hasOwn(HANDLED, name))),
    write: '{ item }, { list } or { bytes }, with status and headers if needed, or context.refuse(…)',
  },
  body: { fits: () => true, write: 'the body' },
}
