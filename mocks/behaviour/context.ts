import type { Completion } from '../generate/generator.ts'
import type { VendorSituation } from '../scenario/situation.ts'
import type { KeyEnding } from '../spec/model/issued.ts'
import type { SchemaObject } from '../spec/schema/schema-object.ts'
import type { Condition, Scope } from '../spec/values/value.ts'
import type { Vendor } from '../spec/model/vendor.ts'
import type { Transaction } from '../state/store.ts'
import type { Call } from './call.ts'

/**
 * A vendor of one session at one instant, inside an open transaction. Every exchange is one; what happens between
 * exchanges (settlements, webhooks, verbs of a test) has one of its own.
 */
export interface VendorContext {
  readonly vendor: Vendor
  readonly situation: VendorSituation
  /** Seeds every choice of the session. */
  readonly seed: number
  /** Divides the vendor's own durations. */
  readonly pace: number
  /** Finished jobs of each kind that are kept. */
  readonly keepJobs: number
  /** The tag with which everything this session issues begins. */
  readonly tag: string
  /** ms since 1970. */
  readonly now: number
  /** The open transaction. */
  readonly tx: Transaction
  /** Whose items, jobs and credits are meant; undefined for an unknown caller. */
  readonly account: Account | undefined
  readonly scope: Scope
  /** The request, where there is one. */
  readonly call: Call | undefined
  /** A value for a schema, the same for the same identity. */
  readonly make: (schema: SchemaObject, ...identity: ReadonlyArray<string | number>) => unknown
  /** Leaves of a value what its schema declares. */
  readonly project: (schema: SchemaObject, value: unknown) => unknown
  /** Adds to an answer's value what its schema requires, at every depth. */
  readonly complete: (schema: SchemaObject, value: unknown, as: Completion) => unknown
  /** What happened to jobs in this transaction, for other behaviours. */
  readonly events: JobEvent[]
}

/** The same transaction with other parts. An exchange computes some of its parts, so they are taken one by one. */
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
  /** What happens to the requests of its key, which ends in that word. */
  readonly ending?: KeyEnding | undefined
  /** How its callers name it, where it is not their own and they act for it. */
  readonly acting?: string
}

/** A job has new states before it, as when it starts, or came to an end. */
export type JobEvent =
  | {
      readonly type: 'job-planned'
      readonly job: string
      readonly name: string
      /** What was written down from here on, counted in entries of the timeline; 0 when it starts. */
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

/** Reads one item by a name, and all else as before. */
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
