import type { VendorContext } from '../../behaviour/context.ts'
import type { MatchedExchange } from '../../behaviour/exchange.ts'
import { guard } from '../../behaviour/guard.ts'
import { getJob, type JobRow } from '../../behaviour/jobs/jobs.ts'
import { putEndedJob } from '../../behaviour/jobs/ended-job.ts'
import { priceOf } from '../../behaviour/ledger.ts'
import { validate } from '../../behaviour/validate.ts'
import type { SchemaObject } from '../../spec/schema/schema-object.ts'
import type { Collection } from '../../spec/model/collection.ts'
import type { Job } from '../../spec/model/job.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import { isJson } from '../../spec/media/media-type.ts'
import type { Transaction } from '../../state/store.ts'
import type { Exchange } from '../exchange/exchange.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { runCost, runStep } from '../exchange/vendor-code.ts'
import type { Engine } from '../exchange/work.ts'
import type { Session } from '../session/session.ts'
import { openExchange } from './due-step.ts'
import { resolve } from './items.ts'
import { followEvents } from './job-events.ts'
import { type StartStep, startFieldsOf } from './start-job.ts'

/** Most combinations of items tried for the path of the operation that starts a job. */
const MOST_TRIED = 50

/** Where and when to make a job. */
interface Place {
  readonly tx: Transaction
  /** ms since 1970. */
  readonly at: number
}

/**
 * Makes a job that enters one of the states at this instant, as its start operation would: for existing items, with an
 * input that fits the schema. No request is counted, judged or journaled.
 *
 * @returns undefined where no operation starts jobs of this kind
 */
export function startSample(
  runtimes: Engine['runtimes'],
  session: Session,
  runtime: Runtime,
  { job, states, tx, at }: Place & { readonly job: Job; readonly states: ReadonlySet<string> },
): JobRow | undefined {
  const { vendor } = runtime
  const operation = [...vendor.operations.values()].find(
    (entry) => entry.job?.kind === 'start' && entry.job.job.name === job.name,
  )
  if (!operation) return undefined
  const account = ['default', 'default'] as const
  const exchange = openExchange(runtimes, session, runtime, { tx, at, operation: operation.id, account })
  if (!exchange) return undefined
  findItems(exchange)
  giveInput(exchange)
  const step = operation.job as StartStep
  const input = step.each ? step.each(exchange.scope)[0] : exchange.input?.value
  if (step.each) exchange.currentEntry = input
  const { credits } = job
  const price = credits && runCost(exchange, () => priceOf(credits, exchange.scope))
  const row = putEndedJob(exchange, job, { states, input, started: startFieldsOf(exchange), price })
  followEvents(exchange)
  // Reads the row again, since its cost has been added.
  return getJob(exchange, job, row.id)
}

/** Chooses items for the path: the first that exist and may be used. */
function findItems(exchange: Exchange & MatchedExchange): void {
  for (const params of paramsOf(exchange, exchange.operation)) {
    exchange.params = params
    exchange.items = new Map()
    if (!runStep(exchange, 'resolve', resolve) && !runStep(exchange, 'guard', guard)) return
  }
}

function paramsOf(context: VendorContext, operation: Operation): Array<Record<string, string>> {
  let all: Array<Record<string, string>> = [{}]
  for (const { name } of operation.parameters.filter((parameter) => parameter.in === 'path')) {
    const collection = operation.items.get(name)
    const keys = collection ? keysOf(context, collection) : ['sample']
    all = all.flatMap((params) => keys.map((key) => ({ ...params, [name]: key }))).slice(0, MOST_TRIED)
  }
  return all
}

/** Keys of the seed items. */
function keysOf({ vendor, situation }: VendorContext, collection: Collection): string[] {
  const { items } = vendor.jobs.get(collection.job ?? '') ?? collection
  return [...items.keys(), ...(situation.data.get(collection.name)?.keys() ?? [])]
}

/** Generates a body that the operation accepts, and takes its control fields out. */
function giveInput(exchange: Exchange & MatchedExchange): void {
  const schema = inputSchema(exchange)
  if (!schema) return
  const body = exchange.make(schema, exchange.operation.id, 'sample')
  exchange.input = { bytes: undefined, body, value: body }
  runStep(exchange, 'validate', validate)
}

function inputSchema({ operation, scope }: MatchedExchange): SchemaObject | undefined {
  const own = operation.validate.body?.(scope)
  if (own !== null && typeof own === 'object') return own as SchemaObject
  const content = [...(operation.body?.content ?? [])]
  return (content.find(([type]) => isJson(type)) ?? content[0])?.[1]
}
