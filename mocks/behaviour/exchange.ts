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
 * Where one exchange stands on its way through the stages. Behaviours read it, and leave what they found in the part that
 * is theirs; a part is undefined until its stage has run. Parts are replaced and never changed in place, so that a
 * transaction that runs again begins with what was there before it.
 */
export interface ExchangeState extends VendorContext {
  /** Unique in the session. */
  readonly id: string
  readonly call: Call
  readonly query: URLSearchParams
  /** What *match* found; undefined for a path or method that the vendor does not have. */
  readonly operation: Operation | undefined
  /** Whether there is one. */
  isMatched(): this is MatchedExchange
  /** Code of the vendor for this operation. */
  readonly code: OperationSteps | undefined
  readonly params: Readonly<Record<string, string>>
  /** Methods that the path has, where no operation was found. */
  readonly allowed: readonly string[]
  /** What the request asks for, where that is none of the vendor's dialects; *route* answers. */
  readonly unknownDialect: { readonly text: string; readonly by: string } | undefined
  /** The body of an error that tells why this request is refused. */
  readonly makeError: (schema: SchemaObject, identity: string, reason: Reason) => unknown
  /** Stages that this exchange has come to: a bit each. */
  reached: number
  /** Who calls; left by *authenticate*. */
  account: Account | undefined
  /** Undefined where the caller shows none, or is only assumed: for an answer that is played before the key was checked. */
  credential: Credential | undefined
  /** Left by *limit*. */
  quota: Quota | undefined
  /** Slots of concurrency limits that it holds. */
  slots: readonly Slot[]
  /** Where it waits for a permit, or has waited. */
  queued: Queued | undefined
  /** Items that the path names, by root name; left by *resolve*. */
  items: ReadonlyMap<string, ResolvedItem>
  /** The body; left by *parse* and *validate*. */
  input: Input | undefined
  /** What *charge* has set aside. */
  charge: Charge | undefined
  /** Credits that its answer costs. */
  price: number | undefined
  /** Credits that it was charged. */
  charged: number | undefined
  /** Under which its answer is to be remembered. */
  idempotencyKey: IdempotencyKey | undefined
  /** Whether the job it names was started by an earlier request with its key, and is answered again. */
  isAgain: boolean
  /** The state to which a value of the request brings the job that it starts. */
  outcome: string | undefined
  /** Why it ends without its normal answer. */
  refused: Refused | undefined
  /** The page of a list that is answered. */
  page: PageReading | undefined
  /** The last event of a job that is answered. */
  event: (Pick<EventReading, 'index'> & Partial<EventReading>) | undefined
  /** The tokens that are answered. */
  token: TokenView | undefined
  /** Id of the job that it names, started or moved. */
  job: string | undefined
  /** Whether the job that the path names has ended by now. */
  isJobOver: boolean
  /** Ends of jobs that its answer shows. */
  ends: readonly JobState[]
  /** Ids of the jobs of a list that it has started. */
  jobs: readonly string[] | undefined
  /** Jobs that the request names by their ids in one list. */
  polled: readonly PolledJob[] | undefined
  /** The entry of a list that is being priced, started or answered. */
  currentEntry: unknown
  /** What rules have counted of it. */
  ruled: Ruled | undefined
}

/** One job of several that a request asks for. */
export interface PolledJob {
  readonly id: string
  readonly isOver: boolean
}

/** An exchange whose operation was found. */
export interface MatchedExchange extends ExchangeState {
  readonly operation: Operation
}

/** The account where nobody shows a credential: set up as that of every key that is not listed. */
export function defaultAccount({ situation }: Pick<VendorContext, 'situation'>): Account {
  return { id: 'default', name: 'default', settings: situation.accounts.get('default') ?? {} }
}

/** What limits say of an exchange. */
export interface Quota {
  /** One of each limit that it has met. */
  readonly readings: readonly LimitReading[]
  /** Which of several servers counts it, by limit: it stays the same when the exchange acts again. */
  readonly servers: ReadonlyMap<string, number>
}

export const NO_QUOTA: Quota = { readings: [], servers: new Map() }

/** What came as the request's body. */
export interface Input {
  /** As it was sent; undefined where there was none. */
  readonly bytes: Uint8Array | undefined
  /** Decoded by its media type. */
  readonly body: unknown
  /** The body after `strip`, judged and passed on as a job's input. */
  readonly value: unknown
}

export const NO_INPUT: Input = { bytes: undefined, body: undefined, value: undefined }

/** The key that a request carries, so that it can be sent again. */
export interface IdempotencyKey {
  /** Where the answer is kept. */
  readonly row: string
  /** What tells the request from others. */
  readonly print: string
}

/** Credits set aside for what the exchange starts. */
export interface Charge {
  readonly hold: number
  /** What it starts, where that may be several jobs or one that was there before. */
  readonly starts: readonly Start[] | undefined
}

/**
 * What rules and `next` have to do with an exchange. Never changed in place: a step that runs again begins with what was
 * there before it.
 */
export interface Ruled {
  /** By key of a rule: which of the requests that meet its conditions this is, from 1. */
  readonly calls: ReadonlyMap<string, number>
  /** The vendor, in its dialect, for which conditions were decided at arrival. */
  readonly vendor: Vendor | undefined
  /** Whether conditions on credential, body and job were decided, at *handle*. */
  readonly decided: boolean
  /** Key of the `next` that it has taken. */
  readonly armed: string | undefined
}

export const NOT_RULED: Ruled = { calls: new Map(), vendor: undefined, decided: false, armed: undefined }

export interface Credential {
  /** As sent: only for looking up, never printed. */
  readonly id: string
  readonly state: KeyState
  readonly scheme: Scheme
  /** Of a token that the vendor has issued. */
  readonly issued: IssuedToken | undefined
}

/** An access token that the vendor has issued, and what it is worth now. */
export interface IssuedToken {
  readonly state: 'active' | 'expired' | 'revoked'
  readonly account: Account
  /** Undefined where they are not known. */
  readonly scopes: readonly string[] | undefined
  readonly client: string
}

/** What `{$token.…}` reads; instants in ms since 1970. */
export interface TokenView {
  readonly access: string
  /** The refresh token that is good from now on. */
  readonly refresh: string | undefined
  readonly issuedAt: number
  readonly expiresAt: number
  /** Whole seconds, rounded up. */
  readonly expiresIn: number
  readonly scopes: readonly string[]
  /** The same, with spaces between. */
  readonly scope: string
  readonly client: string
  /** Name of the account they belong to. */
  readonly account: string
}

export interface ResolvedItem {
  readonly collection: string
  readonly key: string
  readonly read: () => Item
  /** What is read, where that stays the same for as long as the exchange lasts. */
  readonly fixed?: Item | undefined
}

export interface PageReading {
  /** The page, from 1; the first item, from 0, where the request names that or gives a cursor. */
  readonly number: number
  readonly size: number
  readonly total: number
  /** Of its first item, from 0. */
  readonly offset: number
  /** Which page it is, from 1, whatever the style. */
  readonly page: number
  readonly pages: number
  readonly more: boolean
  readonly hasPrevious: boolean
  /** Keys of its first and its last item; null where it has none, and for a list that is not cut. */
  readonly first: unknown
  readonly last: unknown
  /** What leads to the page after it: its number, its first item, a cursor; null after the last. */
  readonly next: unknown
}

/** What `{$event.…}` reads. */
export interface EventReading {
  /** From 0, over all of the job. */
  readonly index: number
  readonly type: string
  /** ms since 1970. */
  readonly at: number
  readonly state: string
  /** From 1: which repetition it is. */
  readonly nth: number
  /** The entry that it happens for, where there is one event for each entry of a list. */
  readonly entry: unknown
  readonly data: unknown
}

export interface Slot {
  readonly limit: Limit
  readonly table: string
  readonly key: string
}

/** One job that is to be started. */
export interface Start {
  /** Entry of the list; the request's input where there is no list. */
  readonly input: unknown
  /** What makes it like others of the account; undefined where nothing does. */
  readonly dedupeKey: string | undefined
  readonly isRepeat: boolean
  /** Undefined where jobs of its kind are free, null where this one is. */
  readonly hold: number | null | undefined
}

/** An exchange that waits for permits: it has its place in queues, and acts again when its turn has come. */
export interface Queued {
  /** The limit that lets it wait the longest. */
  readonly limit: string
  /** ms since 1970. */
  readonly since: number
  readonly until: number
  readonly queues: ReadonlyArray<Pick<Slot, 'table' | 'key'>>
}

/** The fields by which a new item belongs to what the path names. */
export function parentsOf(exchange: Pick<ExchangeState, 'params'>, collection: Collection): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const param of collection.within)
    if (exchange.params[param] !== undefined) fields[param] = exchange.params[param]
  return fields
}
