import { createItem, deleteItem, findItem, putItem } from '../behaviour/collections.ts'
import { getJob, type JobRow, moveJob, readJob, startJob } from '../behaviour/jobs.ts'
import { changeAccount, readAccount } from '../behaviour/accounts.ts'
import { holdCredits, readCredits } from '../behaviour/ledger.ts'
import type { ItemVerbs, JobVerbs, JobView, LedgerVerbs, OperationContext } from '../behaviour/operations.ts'
import { ISSUED, type Item, refuse, type Refused, table, type Turn } from '../behaviour/turn.ts'
import { responseFor } from '../spec/compile/responses.ts'
import { didYouMean } from '../spec/nearest.ts'
import type { Collection, Job, Refusal } from '../spec/vendor.ts'
import { random } from '../state/hash.ts'
import { isForeign, isGone, itemsOf, jobItem, jobRows } from './items.ts'

/** What code of an operation is given: the exchange, and behaviours as verbs. The store stays out of sight. */
export function createContext(turn: Turn): OperationContext {
  return {
    operation: turn.operation!.id,
    dialect: turn.vendor.dialect,
    params: turn.params,
    query: turn.query,
    headers: turn.call.headers,
    body: turn.body,
    now: turn.now,
    base: turn.call.base,
    account: turn.account,
    each: turn.each,
    item: (name) => turn.items.get(name)?.read(),
    resolve: (name, key, read) => {
      const collection = [...turn.vendor.collections.values()].find((entry) => entry.item === name)
      turn.items.set(name, { collection: collection?.name ?? '', key, read })
      if (collection?.job !== undefined) turn.job = key
    },
    get items() {
      return itemVerbs(turn)
    },
    get jobs() {
      return jobVerbs(turn)
    },
    get ledger() {
      return ledgerVerbs(turn)
    },
    changeAccount: (fields) => {
      if (turn.account) changeAccount(turn, turn.account, fields)
    },
    readAccount: (field) => turn.account && readAccount(turn, turn.account, field),
    make: (schema, ...identity) => turn.make(typeof schema === 'string' ? { $ref: schema } : schema, ...identity),
    hex: (length) => {
      const nth = turn.tx.count(table(turn, 'ordinal'), 'hex')
      return random(turn.session.seed, turn.vendor.name, 'hex', nth).hex(length)
    },
    tag: turn.session.tag,
    issue: (scheme, text) => {
      const { format } = named(turn, 'security scheme', turn.vendor.schemes, scheme)
      const free = turn.session.tag + text
      turn.tx.put(table(turn, ISSUED), `${scheme} ${free}`, true)
      return format?.write(free) ?? free
    },
    refuse: (error, because, params) => refuseBy(turn, error, because, params),
  }
}

function refuseBy(turn: Turn, error: string, because: string, params: Item = {}): Refused {
  const found = namedError(turn, error)
  if (!responseFor(turn.operation!.responses, found.response.status)) {
    throw new TypeError(
      `Failed to answer ${turn.operation!.id}: it documents no ${found.response.status}, so its code cannot refuse with "${error}". Add it to the responses of the operation.`,
    )
  }
  turn.issues = [{ keyword: 'operation', path: '', params, message: because }]
  return refuse('handle', found, found.response.status, because)
}

function namedError(turn: Turn, error: string): Refusal {
  const found = turn.vendor.errors.get(error)
  if (found) return found
  throw new TypeError(
    `Failed to answer ${turn.operation!.id}: "${error}" is not an error of ${turn.vendor.name}.${didYouMean(error, turn.vendor.errors.keys())}`,
  )
}

function itemVerbs(turn: Turn): ItemVerbs {
  const kept = (name: string): Collection => {
    const collection = named(turn, 'collection', turn.vendor.collections, name)
    if (collection.job === undefined) return collection
    throw new TypeError(
      `Failed to answer ${turn.operation!.id}: the collection "${name}" holds jobs; use context.jobs for "${collection.job}".`,
    )
  }
  return {
    get: (collection, key) => findItem(turn, kept(collection), key),
    list: (collection) => itemsOf(turn, kept(collection)),
    put: (collection, key, item) => putItem(turn, kept(collection), key, item),
    create: (collection, fields) => createItem(turn, kept(collection), fields),
    remove: (collection, key) => deleteItem(turn, kept(collection), key),
  }
}

function jobVerbs(turn: Turn): JobVerbs {
  const kind = (name: string): Job => named(turn, 'job', turn.vendor.jobs, name)
  return {
    start: (name, fields) => viewOf(turn, kind(name), startJob(turn, kind(name), { fields })),
    move: (name, id, verb, error) => {
      if (!getJob(turn, kind(name), id)) {
        throw new TypeError(`Failed to answer ${turn.operation!.id}: there is no ${name} "${id}" to ${verb}.`)
      }
      const moved = moveJob(turn, kind(name), id, verb)
      return 'stage' in moved ? refuseBy(turn, error, moved.because) : viewOf(turn, kind(name), moved)
    },
    get: (name, id) => {
      const row = getJob(turn, kind(name), id)
      const isOwn = row && !isForeign(turn, kind(name), row) && !isGone(turn, kind(name), row)
      return isOwn ? viewOf(turn, kind(name), row) : undefined
    },
    list: (name) =>
      [...jobRows(turn, kind(name))]
        .filter((row) => !isGone(turn, kind(name), row))
        .map((row) => viewOf(turn, kind(name), row)),
  }
}

function viewOf(turn: Turn, job: Job, row: JobRow): JobView {
  let item: JobView['item'] | undefined
  const { state, since } = readJob(job, row, turn.now)
  return {
    id: row.id,
    state: state.name,
    since,
    get item() {
      // What has happened to it since, such as a charge, is seen in its row.
      return (item ??= jobItem(turn, job, getJob(turn, job, row.id)!))
    },
  }
}

function ledgerVerbs(turn: Turn): LedgerVerbs {
  return {
    balance: () => (turn.account ? readCredits(turn, turn.account).balance : null),
    available: () => (turn.account ? readCredits(turn, turn.account).available : null),
    hold: (amount, error) => holdCredits(turn, amount, namedError(turn, error)),
  }
}

function named<T>(turn: Turn, kind: string, known: ReadonlyMap<string, T>, name: string): T {
  const found = known.get(name)
  if (found) return found
  throw new TypeError(
    `Failed to answer ${turn.operation!.id}: "${name}" is not a ${kind} of ${turn.vendor.name}.${didYouMean(name, known.keys())}`,
  )
}
