import type { Completion } from '../generate/generator.ts'
import type { VendorSituation } from '../scenario/situation.ts'
import type { KeyEnding } from '../spec/model/issued.ts'
import type { Noticed } from '../spec/schema/project.ts'
import type { SchemaObject } from '../spec/schema/schema-object.ts'
import type { Condition, Scope } from '../spec/values/value.ts'
import type { Vendor } from '../spec/model/vendor.ts'
import type { Transaction } from '../state/store.ts'
import type { Call } from './call.ts'

/**
 * A vendor of one session at one instant, inside an open transaction. Every exchange is one; what happens between
 * exchanges (settlements, webhooks, verbs of a test) has its own.
 */
export interface VendorContext {
  readonly vendor: Vendor
  readonly situation: VendorSituation
  /** Seed of every random choice in the session. */
  readonly seed: number
  /** The vendor's own durations are divided by this. */
  readonly pace: number
  /** Most finished jobs kept per kind. */
  readonly keepJobs: number
  /** Prefix of everything that this session issues. */
  readonly tag: string
  /** ms since 1970. */
  readonly now: number
  /** The open transaction. */
  readonly tx: Transaction
  /** The owner of items, jobs and credits; undefined for an unknown caller. */
  readonly account: Account | undefined
  readonly scope: Scope
  /** The request, where there is one. */
  readonly call: Call | undefined
  /** A value for a schema, the same for the same identity. */
  readonly make: (schema: SchemaObject, ...identity: ReadonlyArray<string | number>) => unknown
  /** Removes from a value what its schema does not declare. */
  readonly project: (schema: SchemaObject, value: unknown, noticed?: Noticed) => unknown
  /** Adds to an answer's value what its schema requires, at every depth. */
  readonly complete: (schema: SchemaObject, value: unknown, as: Completion) => unknown
  /** Job events of this transaction, for other behaviours. */
  readonly events: JobEvent[]
}

/** The same transaction with other parts. Parts are copied one by one, since an exchange computes some of them. */
export function contextWith(context: VendorContext, changes: Partial<VendorContext>): VendorContext {
  const { vendor, situation, seed, pace, keepJobs, tag, now, tx, account, scope, call, events } = context
  return {
    vendor,
    situation,
    seed,
    pace,
    keepJobs,
    tag,
    now,
    tx,
    account,
    scope,
    call,
    events,
    make: (schema, ...identity) => context.make(schema, ...identity),
    project: (schema, value) => context.project(schema, value),
    complete: (schema, value, as) => context.complete(schema, value, as),
    ...changes,
  }
}

/** The rows of a vendor, inside an open transaction. */
export type VendorRows = Pick<VendorContext, 'vendor' | 'tx'>

export interface Account {
  /** Key of its rows. */
  readonly id: string
  readonly name: string
  readonly settings: Readonly<Record<string, unknown>>
  /** The ending of its key, which decides what happens to its requests. */
  readonly ending?: KeyEnding | undefined
  /** Its name as sent by callers that act for it, if it is not their own. */
  readonly acting?: string
}

/** A job got new states ahead, for example at its start, or it has ended. */
export type JobEvent =
  | {
      readonly type: 'job-planned'
      readonly job: string
      readonly name: string
      /** Index of the first new entry of the timeline; 0 when the job starts. */
      readonly from: number
      readonly at: number
    }
  | {
      readonly type: 'job-ended'
      readonly job: string
      readonly name: string
      readonly account: string
      readonly state: string
      readonly at: number
    }

/** Reads one item by a name, and everything else from another scope. */
export class ItemScope implements Scope {
  readonly #scope: Scope
  readonly #name: string
  readonly #item: unknown

  constructor(scope: Scope, name: string, item: unknown) {
    this.#scope = scope
    this.#name = name
    this.#item = item
  }

  read(name: string): unknown {
    return name === this.#name ? this.#item : this.#scope.read(name)
  }

  generate(schema: unknown, place: string): unknown {
    return this.#scope.generate(schema, place)
  }

  list(collection: string, where: readonly Condition[]): readonly unknown[] {
    return this.#scope.list(collection, where)
  }

  get failed(): Scope['failed'] {
    return this.#scope.failed
  }
}
