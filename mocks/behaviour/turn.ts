import type { VendorSituation } from '../scenario/situation.ts'
import type { SchemaObject } from '../spec/schema/schema-object.ts'
import type { SchemaIssue } from '../spec/schema/issue.ts'
import type { Scope } from '../spec/value.ts'
import type { Collection, KeyState, Limit, Operation, Refusal, Scheme, Stage, Vendor } from '../spec/vendor.ts'
import type { Transaction } from '../state/store.ts'
import type { Call } from './call.ts'
import type { OperationSteps } from './operations.ts'

/** Fields of an item, as the vendor's own answers would show them. */
export type Item = Readonly<Record<string, unknown>>

/** Where one exchange stands on its way through the stages; behaviours read it and leave what they found. */
export interface Turn {
  readonly vendor: Vendor
  readonly situation: VendorSituation
  /** The session's own: divides durations, seeds choices, issues credentials. */
  readonly session: TurnSession
  readonly call: Call
  readonly operation: Operation | undefined
  /** Steps of the operation that the vendor's own code does. */
  readonly steps: OperationSteps | undefined
  /** What the request asks for, where that is none of the vendor's dialects; *route* answers. */
  readonly strange: { readonly text: string; readonly by: string } | undefined
  /** Takes on the dialect of the caller, who is known now; whether that is another one. */
  readonly adopt: () => boolean
  /** Methods the path has, when no operation was found. */
  readonly allowed: readonly string[]
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** ms since 1970: the one instant of this exchange. */
  now: number
  /** The open step. */
  tx: Transaction
  /** Unique in the session. */
  readonly id: string
  readonly scope: Scope
  /** A value for a schema, the same for the same identity. */
  readonly make: (schema: SchemaObject, ...identity: ReadonlyArray<string | number>) => unknown
  /** Leaves of a value what its schema declares. */
  readonly project: (schema: SchemaObject, value: unknown) => unknown
  /** Stages this exchange has come to: a bit each. */
  reached: number
  credential: Credential | undefined
  account: Account | undefined
  /** Readings of the limits it has met, one each. */
  limits: readonly LimitReading[]
  /** Which of several servers counts this exchange, by limit: it stays the same when the exchange acts again. */
  servers: Map<string, number> | undefined
  /** Where it waits for a permit, or has waited. */
  queued: Queued | undefined
  /** The limit that refused. */
  refusedBy: LimitReading | undefined
  /** Slots this exchange holds. */
  readonly slots: Slot[]
  /** Items the path has resolved, by root name. */
  readonly items: Map<string, ResolvedItem>
  /** The body as it was sent; undefined before it is read, and where there is none. */
  sent: Uint8Array | undefined
  /** Decoded body. */
  body: unknown
  /** The body after `strip`, judged and passed on as a job's input. */
  input: unknown
  issues: readonly SchemaIssue[]
  page: PageReading | undefined
  /** The last event that this exchange tells of. */
  event: (Pick<EventReading, 'index'> & Partial<EventReading>) | undefined
  /** The tokens that this exchange has given. */
  token: TokenView | undefined
  /** Credits that `charge` has set aside for what *handle* starts. */
  hold: number | undefined
  /** The job this exchange started, moved or read. */
  job: string | undefined
  /** What it starts, where that may be several or one that was there before; made by `charge`, or by *handle*. */
  starts: readonly Start[] | undefined
  /** The jobs of a list that it has started. */
  jobs: readonly string[] | undefined
  /** The entry of a list that is looked at. */
  each: unknown
  /** Why `charge` has refused. */
  shortfall: Shortfall | undefined
  /** What rules have counted of it. */
  ruled: Ruled | undefined
  /** Things that happened in this step, for other behaviours. */
  readonly events: JobEvent[]
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

export interface TurnSession {
  readonly id: string
  readonly seed: number
  readonly pace: number
  /** The tag with which everything this session issues begins. */
  readonly tag: string
}

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
  /** Undefined where nobody has said which. */
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

export interface Account {
  /** Key of its rows. */
  readonly id: string
  readonly name: string
  readonly settings: Readonly<Record<string, unknown>>
}

export interface ResolvedItem {
  readonly collection: string
  readonly key: string
  readonly read: () => Item
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
  readonly data: unknown
}

/** What `{$limit.…}` reads; instants in ms since 1970. */
export interface LimitReading {
  readonly name: string
  /** null is unlimited. */
  readonly limit: number | null
  readonly used: number
  readonly remaining: number | null
  /** When one more would pass. */
  readonly next: number | undefined
  /** Fixed: window end; sliding: when the oldest hit leaves; bucket: when full. */
  readonly reset: number | undefined
  /** Whole seconds, at least 1. */
  readonly retryAfter: number
  /** ms. */
  readonly window: number | undefined
  /** From 0, when the limit is counted by several servers. */
  readonly instance: number | undefined
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
  readonly likeness: string | undefined
  readonly isRepeat: boolean
  /** Undefined where jobs of its kind are free, null where this one is. */
  readonly hold: number | null | undefined
}

/** What a vendor's own code says of a job that starts. */
export interface Started {
  /** Laid over the fields of the spec's `start`. */
  readonly fields?: Item | undefined
  /** The state to go to where a state has a choice; a scenario that speaks of this very job wins. */
  readonly outcome?: string | undefined
}

/** What `{$charge.…}` reads. */
export interface Shortfall {
  readonly price: number
  readonly available: number
  readonly missing: number
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

/** A stage's answer: the exchange ends here. */
export interface Refused {
  readonly stage: Stage | 'handle'
  /** The documented answer; undefined where the spec has none, and the engine's own plain one of `status` is sent. */
  readonly refusal: Refusal | undefined
  readonly status: number
  /** Why, for the journal: names, numbers, what would pass. */
  readonly because: string
}

export function refuse(
  stage: Refused['stage'],
  refusal: Refusal | undefined,
  status: number,
  because: string,
): Refused {
  return { stage, refusal, status: refusal?.response.status ?? status, because }
}

/** The fields by which a new item belongs to what the path names. */
export function parentsOf(turn: Pick<Turn, 'params'>, collection: Collection): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const param of collection.within) if (turn.params[param] !== undefined) fields[param] = turn.params[param]
  return fields
}

/** Table of the credentials that vendor code has given out, by their scheme and free part. */
export const ISSUED = 'issued'

/** Name of one of a vendor's tables; the same string each time, since rows are looked up by it on every request. */
export function table(turn: { readonly vendor: Vendor }, name: string): string {
  const { tables } = turn.vendor
  return (tables[name] ??= `${turn.vendor.name}/${name}`)
}
