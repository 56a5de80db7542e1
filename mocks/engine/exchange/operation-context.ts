import { changeAccount, readAccount } from '../../behaviour/accounts.ts'
import { createItem, deleteItem, findItem, putItem } from '../../behaviour/collections.ts'
import type { MatchedExchange } from '../../behaviour/exchange.ts'
import { getJob, type JobRow, moveJob, readJob, startJob } from '../../behaviour/jobs/jobs.ts'
import { holdCredits, readCredits } from '../../behaviour/ledger.ts'
import type { ItemVerbs, JobVerbs, JobView, LedgerVerbs, OperationContext } from '../../behaviour/operations.ts'
import { type Item, refuse, type Refused } from '../../behaviour/outcome.ts'
import { knownFields } from '../../behaviour/validate.ts'
import { responseFor } from '../../spec/compile/operation/responses.ts'
import { partsOf } from '../../spec/http/multipart.ts'
import { isMultipart } from '../../spec/media/media-type.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import type { Collection } from '../../spec/model/collection.ts'
import type { Job } from '../../spec/model/job.ts'
import { random } from '../../state/hash.ts'
import { isDeleted, jobItem, ownJob, setItem } from '../jobs/items.ts'
import { itemsOf, jobRows } from '../jobs/list-items.ts'

/** Topic of the due rows that a vendor's code has planned. */
export const PLAN_TOPIC = 'plan'

/** The decoded key of such a row. */
export interface Planned {
  readonly operation: string
  readonly account: readonly [id: string, name: string]
  readonly key: string
}

/** The context that an operation's code gets: the exchange, and behaviours as methods. The store is not accessible. */
export function createContext(exchange: MatchedExchange): OperationContext {
  return {
    operation: exchange.operation.id,
    dialect: exchange.vendor.dialect,
    params: exchange.params,
    query: exchange.query,
    headers: exchange.call.headers,
    body: knownFields(exchange.input?.body, exchange.operation),
    get parts() {
      const bytes = exchange.input?.bytes
      const type = exchange.call.headers['content-type']
      return bytes && isMultipart(type) ? partsOf(bytes, type) : undefined
    },
    now: exchange.now,
    base: exchange.call.base,
    account: exchange.account,
    each: exchange.currentEntry,
    item: (name) => exchange.items.get(name)?.read(),
    resolve: (name, key, read) => {
      const collection = [...exchange.vendor.collections.values()].find((entry) => entry.item === name)
      setItem(exchange, name, { collection: collection?.name ?? '', key, read })
      if (collection?.job !== undefined) exchange.job = key
    },
    get items() {
      return itemVerbs(exchange)
    },
    get jobs() {
      return jobVerbs(exchange)
    },
    get ledger() {
      return ledgerVerbs(exchange)
    },
    changeAccount: (fields) => {
      if (exchange.account) changeAccount(exchange, exchange.account, fields)
    },
    readAccount: (field) => exchange.account && readAccount(exchange, exchange.account, field),
    make: (schema, ...identity) => exchange.make(typeof schema === 'string' ? { $ref: schema } : schema, ...identity),
    hex: (length) => {
      const nth = exchange.tx.count(exchange.vendor.tables.ordinal, 'hex')
      return random(exchange.seed, exchange.vendor.name, 'hex', nth).hex(length)
    },
    tag: exchange.tag,
    issue: (scheme, text) => {
      const { format } = named(exchange, 'a security scheme', exchange.vendor.schemes, scheme)
      const free = exchange.tag + text
      exchange.tx.put(exchange.vendor.tables.issued, `${scheme} ${free}`, true)
      return format?.write(free) ?? free
    },
    plan: (operation, key, at) => {
      const { id, name } = exchange.account ?? { id: 'default', name: 'default' }
      const planned: Planned = { operation, account: [id, name], key }
      exchange.tx.schedule({ at, topic: exchange.vendor.tables[PLAN_TOPIC], key: JSON.stringify(planned) })
    },
    refuse: (error, because, params) => refuseBy(exchange, error, because, params),
  }
}

function refuseBy(exchange: MatchedExchange, error: string, because: string, params: Item = {}): Refused {
  const found = named(exchange, 'an error', exchange.vendor.errors, error)
  if (!responseFor(exchange.operation.responses, found.response.status)) {
    throw new TypeError(
      `Failed to answer ${exchange.operation.id}: it documents no ${found.response.status}, so its code cannot refuse with "${error}". Add it to the responses of the operation.`,
    )
  }
  const issues = [{ keyword: 'operation', path: '', params, message: because }]
  return { ...refuse('handle', found, found.response.status, because), issues }
}

function itemVerbs(exchange: MatchedExchange): ItemVerbs {
  const kept = (name: string): Collection => {
    const collection = named(exchange, 'a collection', exchange.vendor.collections, name)
    if (collection.job === undefined) return collection
    throw new TypeError(
      `Failed to answer ${exchange.operation.id}: the collection "${name}" holds jobs; use context.jobs for "${collection.job}".`,
    )
  }
  return {
    get: (collection, key) => findItem(exchange, kept(collection), key),
    list: (collection) => itemsOf(exchange, kept(collection)),
    put: (collection, key, item) => putItem(exchange, kept(collection), key, item),
    create: (collection, fields) => createItem(exchange, kept(collection), fields),
    remove: (collection, key) => deleteItem(exchange, kept(collection), key),
  }
}

function jobVerbs(exchange: MatchedExchange): JobVerbs {
  const kind = (name: string): Job => named(exchange, 'a job', exchange.vendor.jobs, name)
  return {
    start: (name, fields, { input, outcome } = {}) => {
      const before = exchange.input
      if (input) exchange.input = { bytes: undefined, body: input, value: input }
      const row = startJob(exchange, kind(name), { fields, outcome })
      exchange.input = before
      return movedView(exchange, kind(name), row)
    },
    move: (name, id, verb, error) => {
      const row = getJob(exchange, kind(name), id)
      if (!row) {
        throw new TypeError(`Failed to answer ${exchange.operation.id}: there is no ${name} "${id}" to ${verb}.`)
      }
      const moved = moveJob(exchange, kind(name), row, verb)
      if (typeof moved === 'string') return refuseBy(exchange, error, moved)
      exchange.job = id
      return movedView(exchange, kind(name), moved)
    },
    get: (name, id) => {
      const row = ownJob(exchange, kind(name), id)
      return row && viewOf(exchange, kind(name), row)
    },
    list: (name) =>
      [...jobRows(exchange, kind(name))]
        .filter((row) => !isDeleted(exchange, kind(name), row))
        .map((row) => viewOf(exchange, kind(name), row)),
  }
}

/** A job that the request has started or moved, possibly to its end. */
function movedView(exchange: MatchedExchange, job: Job, row: JobRow): JobView {
  exchange.isJobOver = readJob(job, row, exchange.now).state.final
  return viewOf(exchange, job, row)
}

function viewOf(exchange: MatchedExchange, job: Job, row: JobRow): JobView {
  let item: JobView['item'] | undefined
  const { state, since } = readJob(job, row, exchange.now)
  return {
    id: row.id,
    state: state.name,
    since,
    start: row.start,
    get item() {
      // Reads the row again, since it may have changed, for example by a charge.
      return (item ??= jobItem(exchange, job, getJob(exchange, job, row.id)!))
    },
  }
}

function ledgerVerbs(exchange: MatchedExchange): LedgerVerbs {
  return {
    balance: () => (exchange.account ? readCredits(exchange, exchange.account).balance : null),
    available: () => (exchange.account ? readCredits(exchange, exchange.account).available : null),
    hold: (amount, error) =>
      holdCredits(exchange, { price: amount }, named(exchange, 'an error', exchange.vendor.errors, error)),
  }
}

function named<T>(exchange: MatchedExchange, kind: string, known: ReadonlyMap<string, T>, name: string): T {
  const found = known.get(name)
  if (found) return found
  throw new TypeError(
    `Failed to answer ${exchange.operation.id}: "${name}" is not ${kind} of ${exchange.vendor.name}.${didYouMean(name, known.keys())}`,
  )
}
