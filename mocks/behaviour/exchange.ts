import type { Reason } from '../spec/model/reason.ts'
import type { SchemaObject } from '../spec/schema/schema-object.ts'
import type { Collection } from '../spec/model/collection.ts'
import type { JobState } from '../spec/model/job.ts'
import type { KeyState, Scheme } from '../spec/model/rules/scheme.ts'
import type { Limit } from '../spec/model/rules/limit.ts'
import type { Operation } from '../spec/model/operation/operation.ts'
import type { Vendor } from '../spec/model/vendor.ts'
import type { Call } from './call.ts'
import type { Account, VendorContext } from './context.ts'
import type { OperationSteps } from './operations.ts'
import type { Item, LimitReading, Refused } from './outcome.ts'

/**
 * State of one exchange while it passes through the stages. Each behaviour reads it and stores its results in its own
 * part; a part is undefined until its stage has run. Parts are replaced and never changed in place, so that a
 * transaction that runs again begins with the earlier state.
 */
export interface ExchangeState extends VendorContext {
  /** Unique in the session. */
  readonly id: string
  readonly call: Call
  readonly query: URLSearchParams
  /** The operation found by *match*; undefined for a path or method that the vendor does not have. */
  readonly operation: Operation | undefined
  /** Whether an operation was found. */
  isMatched(): this is MatchedExchange
  /** The vendor's code for this operation. */
  readonly code: OperationSteps | undefined
  readonly params: Readonly<Record<string, string>>
  /** Methods of the path, where no operation was found. */
  readonly allowed: readonly string[]
  /** The requested dialect, if the vendor does not have it; *route* answers. */
  readonly unknownDialect: { readonly text: string; readonly by: string } | undefined
  /** Makes the body of an error that says why this request is refused. */
  readonly makeError: (schema: SchemaObject, identity: string, reason: Reason) => unknown
  /** Bits of the stages that this exchange has come to. */
  reached: number
  /** The caller's account; set by *authenticate*. */
  account: Account | undefined
  /** Undefined where none is sent, or only assumed: for an answer played before authentication. */
  credential: Credential | undefined
  /** Set by *limit*. */
  quota: Quota | undefined
  /** The slots of concurrency limits that it holds. */
  slots: readonly Slot[]
  /** The queues in which it waits or has waited. */
  queued: Queued | undefined
  /** Items that the path names, by root name; set by *resolve*. */
  items: ReadonlyMap<string, ResolvedItem>
  /** The body; set by *parse* and *validate*. */
  input: Input | undefined
  /** The credits held by *charge*. */
  charge: Charge | undefined
  /** Price of its answer in credits. */
  price: number | undefined
  /** Credits charged for its answer. */
  charged: number | undefined
  /** The key under which to keep its answer. */
  idempotencyKey: IdempotencyKey | undefined
  /** Whether its job was started by an earlier request with the same key, and is answered again. */
  isAgain: boolean
  /** The final state that a request value sets for the job it starts. */
  outcome: string | undefined
  /** Why it ends without its normal answer. */
  refused: Refused | undefined
  /** The page of the list in its answer. */
  page: PageReading | undefined
  /** The last job event in its answer. */
  event: (Pick<EventReading, 'index'> & Partial<EventReading>) | undefined
  /** The tokens in its answer. */
  token: TokenView | undefined
  /** Id of the job that it names, has started or has moved. */
  job: string | undefined
  /** Whether the job that the path names has ended. */
  isJobOver: boolean
  /** Final states of jobs that its answer shows. */
  ends: readonly JobState[]
  /** Ids of the jobs that a request with a list has started. */
  jobs: readonly string[] | undefined
  /** Jobs whose ids the request lists. */
  polled: readonly PolledJob[] | undefined
  /** The list entry that is being priced, started or answered. */
  currentEntry: unknown
  /** What rules have counted of this exchange. */
  ruled: Ruled | undefined
}

/** One of several jobs that a request asks for. */
export interface PolledJob {
  readonly id: string
  readonly isOver: boolean
}

/** An exchange whose operation was found. */
export interface MatchedExchange extends ExchangeState {
  readonly operation: Operation
}

/** The account of callers without a credential, with the settings for keys that are not listed. */
export function defaultAccount({ situation }: Pick<VendorContext, 'situation'>): Account {
  return { id: 'default', name: 'default', settings: situation.accounts.get('default') ?? {} }
}

/** What limits say about an exchange. */
export interface Quota {
  /** One reading per limit that was checked. */
  readonly readings: readonly LimitReading[]
  /** The server, of several, that counts it, by limit. It stays the same when the exchange runs again. */
  readonly servers: ReadonlyMap<string, number>
}

export const NO_QUOTA: Quota = { readings: [], servers: new Map() }

/** The request's body. */
export interface Input {
  /** As sent; undefined where there was none. */
  readonly bytes: Uint8Array | undefined
  /** Decoded according to its media type. */
  readonly body: unknown
  /** The body after `strip`, which is validated and becomes a job's input. */
  readonly value: unknown
}

export const NO_INPUT: Input = { bytes: undefined, body: undefined, value: undefined }

/** The idempotency key of a request. */
export interface IdempotencyKey {
  /** Key of the row with the answer. */
  readonly row: string
  /** Hash that distinguishes the request from others. */
  readonly print: string
}

/** Credits held for what the exchange starts. */
export interface Charge {
  readonly hold: number
  /** The jobs it starts, where it may start several or repeat an earlier one. */
  readonly starts: readonly Start[] | undefined
}

/**
 * What rules and `next` have recorded for an exchange. Never changed in place: a step that runs again begins with the
 * earlier state.
 */
export interface Ruled {
  /** By rule key: the number of this request, from 1, among those that meet the rule's conditions. */
  readonly calls: ReadonlyMap<string, number>
  /** The vendor, in its dialect, whose rule conditions were evaluated at arrival. */
  readonly vendor: Vendor | undefined
  /** Whether conditions on credential, body and job were evaluated, at *handle*. */
  readonly decided: boolean
  /** Key of the `next` that it has reserved. */
  readonly armed: string | undefined
}

export const NOT_RULED: Ruled = { calls: new Map(), vendor: undefined, decided: false, armed: undefined }

export interface Credential {
  /** As sent: only for lookups, never printed. */
  readonly id: string
  readonly state: KeyState
  readonly scheme: Scheme
  /** Set for a token that the vendor has issued. */
  readonly issued: IssuedToken | undefined
}

/** An access token that the vendor has issued, and its current state. */
export interface IssuedToken {
  readonly state: 'active' | 'expired' | 'revoked'
  readonly account: Account
  /** Undefined where they are unknown. */
  readonly scopes: readonly string[] | undefined
  readonly client: string
}

/** What `{$token.…}` reads; instants in ms since 1970. */
export interface TokenView {
  readonly access: string
  /** The current refresh token. */
  readonly refresh: string | undefined
  readonly issuedAt: number
  readonly expiresAt: number
  /** Whole seconds, rounded up. */
  readonly expiresIn: number
  readonly scopes: readonly string[]
  /** The scopes, separated by spaces. */
  readonly scope: string
  readonly client: string
  /** Name of the account they belong to. */
  readonly account: string
}

export interface ResolvedItem {
  readonly collection: string
  readonly key: string
  readonly read: () => Item
  /** The value, if it is the same for the whole exchange. */
  readonly fixed?: Item | undefined
}

export interface PageReading {
  /** The page number, from 1; the index of the first item, from 0, if the request gives that or a cursor. */
  readonly number: number
  readonly size: number
  readonly total: number
  /** Index of its first item, from 0. */
  readonly offset: number
  /** Page number, from 1, in every style. */
  readonly page: number
  readonly pages: number
  readonly more: boolean
  readonly hasPrevious: boolean
  /** Keys of its first and last item; null if it is empty, or if the list is not paginated. */
  readonly first: unknown
  readonly last: unknown
  /** Reference to the next page: its number, its first item or a cursor; null on the last page. */
  readonly next: unknown
}

/** What `{$event.…}` reads. */
export interface EventReading {
  /** From 0, within the whole job. */
  readonly index: number
  readonly type: string
  /** ms since 1970. */
  readonly at: number
  readonly state: string
  /** Number of the repetition, from 1. */
  readonly nth: number
  /** The list entry it belongs to, where there is one event per entry of a list. */
  readonly entry: unknown
  readonly data: unknown
}

export interface Slot {
  readonly limit: Limit
  readonly table: string
  readonly key: string
}

/** One job to start. */
export interface Start {
  /** The entry of the list; the request's input where there is no list. */
  readonly input: unknown
  /** Equal for duplicate jobs of an account; undefined where jobs are not deduplicated. */
  readonly dedupeKey: string | undefined
  readonly isRepeat: boolean
  /** Undefined where jobs of its kind are free, null where this one is free. */
  readonly hold: number | null | undefined
}

/** An exchange that waits in queues for permits, and runs again when it gets them. */
export interface Queued {
  /** The limit with the longest wait. */
  readonly limit: string
  /** ms since 1970. */
  readonly since: number
  readonly until: number
  readonly queues: ReadonlyArray<Pick<Slot, 'table' | 'key'>>
}

/** The fields that link a new item to the items that the path names. */
export function parentsOf(exchange: Pick<ExchangeState, 'params'>, collection: Collection): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const param of collection.within)
    if (exchange.params[param] !== undefined) fields[param] = exchange.params[param]
  return fields
}
