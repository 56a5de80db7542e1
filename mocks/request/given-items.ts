import { filterItems, isWithin } from '../behaviour/collections.ts'
import { isAllowed } from '../behaviour/guard.ts'
import { asRecord, type Raw } from '../scenario/raw.ts'
import { constantOf, type Scope } from '../spec/values/value.ts'
import type { Collection } from '../spec/model/collection.ts'
import type { CollectionStep } from '../spec/model/operation/steps.ts'
import type { GivenJob, Job } from '../spec/model/job.ts'
import type { Operation } from '../spec/model/operation/operation.ts'
import type { Builder } from './builder.ts'

type Items = ReadonlyMap<string, Raw>

const known = new WeakMap<Builder, Map<Collection, Items>>()

/** A collection's initial items from spec and scenario, by key, for a caller that acts for no other account. */
export function givenItems(builder: Builder, collection: Collection): Items {
  let made = known.get(builder)
  if (!made) known.set(builder, (made = new Map()))
  let items = made.get(collection)
  if (!items) made.set(collection, (items = readItems(builder, collection)))
  return items
}

function readItems({ vendor, situation }: Builder, collection: Collection): Items {
  const data = situation.vendors.get(vendor.name)?.data.get(collection.name)
  const keys = [...collection.items.keys(), ...(data?.keys() ?? [])].filter((key) => !collection.belongs.has(key))
  const job = vendor.jobs.get(collection.job ?? '')
  if (job)
    return new Map(
      [...job.items].filter(([id]) => !collection.belongs.has(id)).map(([id, given]) => [id, givenJob(job, id, given)]),
    )
  return new Map(
    keys.map(
      (key) =>
        [key, { [collection.key]: collection.keyValue(key), ...collection.items.get(key), ...data?.get(key) }] as const,
    ),
  )
}

/** The parts of a seeded job that do not depend on the clock. */
function givenJob(job: Job, id: string, given: GivenJob): Raw {
  const state = job.states.get(given.timeline.at(-1)!.state)
  const fixed = (state?.item ?? []).flatMap(({ field, value }) => {
    const known = constantOf(value)
    return known ? [[field, known.value] as const] : []
  })
  const status = state?.as
  return { [job.collection.key]: job.collection.keyValue(id), status, ...given.start, ...Object.fromEntries(fixed) }
}

/**
 * The key of the first item that the operation can be called with.
 *
 * @param path - the other path parameters, which may name a required part of the item
 * @param example - the document's example, which is tried first
 */
export function firstKey(
  builder: Builder,
  operation: Operation,
  collection: Collection,
  { path, example }: { readonly path: ReadonlyMap<string, string>; readonly example: unknown },
): string | undefined {
  const keys = keysOf(builder, collection, example)
  return keys.find(suits(builder, operation, collection, path)) ?? keys[0]
}

/** Whether an initial job suits the operation, so that none has to be started. */
export function hasGivenJob(builder: Builder, operation: Operation, collection: Collection): boolean {
  return keysOf(builder, collection, undefined).some(suits(builder, operation, collection, new Map()))
}

function keysOf(builder: Builder, collection: Collection, example: unknown): string[] {
  const items = givenItems(builder, collection)
  const preferred = String(example)
  return [...(items.has(preferred) ? [preferred] : []), ...items.keys()]
}

/** Tells which keys name items that the operation can be called with. */
function suits(
  builder: Builder,
  operation: Operation,
  collection: Collection,
  path: ReadonlyMap<string, string>,
): (key: string) => boolean {
  const items = givenItems(builder, collection)
  const scope = callerScope(builder, path)
  const step = operation.collection
  const params = Object.fromEntries(path)
  return (key) => {
    const item = items.get(key)!
    return (
      isWithin({ params }, collection, item) &&
      isAllowed(operation.guard, collection.item, item, scope) &&
      (step?.in !== collection || fits(item, step, scope)) &&
      canMove(operation, collection, key)
    )
  }
}

/** Whether the state of an initial job has the operation's verb. */
function canMove({ job: step }: Operation, collection: Collection, key: string): boolean {
  if (step?.kind !== 'verb' || step.job.collection !== collection) return true
  const last = step.job.items.get(key)?.timeline.at(-1)
  return last !== undefined && step.job.states.get(last.state)!.on.has(step.verb)
}

function fits(item: Raw, step: CollectionStep, scope: Scope): boolean {
  if (filterItems({ scope }, [item], step.where).length === 0) return false
  let value: unknown = item
  for (const segment of step.exists?.at ?? []) {
    const name = String(segment(scope) ?? '')
    if (!Object.hasOwn(asRecord(value), name)) return false
    value = asRecord(value)[name]
  }
  return true
}

/** The scope of a request and its account before the request is sent. */
function callerScope({ vendor, situation }: Builder, path: ReadonlyMap<string, string>): Scope {
  const account = situation.vendors.get(vendor.name)?.accounts.get('default')
  const roots: Raw = {
    request: { path: Object.fromEntries(path) },
    account,
    plan: vendor.plans.get(account?.plan ?? ''),
  }
  return { read: (root) => roots[root], generate: () => undefined, list: () => [] }
}
