import type { Part } from '../spec/http/multipart.ts'
import type { SchemaObject } from '../spec/schema/schema-object.ts'
import type { Account } from './context.ts'
import type { Item, Refused } from './outcome.ts'

/**
 * Code of a vendor, by operationId: for what no keyword says. Each function replaces one step of the request's way. It
 * runs inside the open transaction, so it must not wait: no promise, no timer, no I/O.
 *
 * @example
 * export const operations: Operations = {
 *   publishReport: {
 *     guard: (context) =>
 *       context.item('report')?.['pages'] === 0 ? context.refuse('Conflict#empty', 'the report has no pages') : undefined,
 *   },
 * }
 */
export type Operations = Readonly<Record<string, OperationSteps>>

/** The steps that code may replace; `next` is the step as the spec alone would do it. */
export interface OperationSteps {
  /** Finds the items that the path names. The body has not been read. */
  readonly resolve?: (context: OperationContext, next: () => Refused | undefined) => Refused | undefined
  /** Judges parameters and body. */
  readonly validate?: (context: OperationContext, next: () => Refused | undefined) => Refused | undefined
  /** May this be done in this state? */
  readonly guard?: (context: OperationContext, next: () => Refused | undefined) => Refused | undefined
  /** Credits that the job of this operation costs, in place of its `credits.hold`. */
  readonly cost?: (context: OperationContext, next: () => number) => number
  /** What a job is given when it starts; of a batch, for each of its entries. */
  readonly start?: (context: OperationContext) => Started
  /** The items that a list is made of; pages are cut out of it afterwards. */
  readonly list?: (context: OperationContext, next: () => readonly Item[]) => readonly Item[]
  /** Does the work. */
  readonly handle?: (context: OperationContext, next: () => OperationResult | Refused) => OperationResult | Refused
  /** Makes the last change to the body of a normal answer; what its schema has not is then left out. */
  readonly body?: (context: OperationContext, body: unknown) => unknown
  /** When a session is first used: plans what happens by itself. Nothing was sent, and the account is `default`. */
  readonly begin?: (context: OperationContext) => void
  /** Something that {@link OperationContext.plan} has planned for this operation happens; `context.now` is its instant. */
  readonly due?: (context: OperationContext, planned: Due) => void
}

/** What has fallen due. */
export interface Due {
  /** As it was planned. */
  readonly key: string
  /** ms since 1970: what falls due up to then happens now, one after the other. */
  readonly until: number
}

export const STEPS = [
  'resolve',
  'validate',
  'guard',
  'cost',
  'start',
  'list',
  'handle',
  'body',
  'begin',
  'due',
] as const satisfies ReadonlyArray<keyof OperationSteps>

/** What a vendor's own code says of a job that starts. */
export interface Started {
  /** Laid over the fields of the spec's `start`. */
  readonly fields?: Item | undefined
  /** The state to go to where a state has a choice; an outcome that a scenario sets wins. */
  readonly outcome?: string | undefined
}

/** What *handle* has made of a request. */
export interface OperationResult {
  /** null where the answer is a JSON null. */
  readonly item?: Item | null | undefined
  readonly list?: readonly Item[] | undefined
  /** The body of an answer that is not JSON. */
  readonly bytes?: Uint8Array | undefined
  /** Headers of the answer, before those that all answers carry. */
  readonly headers?: ReadonlyArray<readonly [name: string, value: string]> | undefined
  /** Property of the answer that holds the item or the list; of several each does. */
  readonly envelope?: string | readonly string[] | undefined
  /** A documented answer other than the normal one. */
  readonly status?: number | undefined
}

/** The request, and what may be done about it. */
export interface OperationContext {
  /** Its operationId. */
  readonly operation: string
  /** The dialect that is spoken, where the vendor has some. */
  readonly dialect: string | undefined
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Decoded by its media type; a `Uint8Array` where that is neither JSON, a form, XML nor text. */
  readonly body: unknown
  /** The parts of a `multipart/form-data` body, files with all their bytes; undefined for other bodies. */
  readonly parts: readonly Part[] | undefined
  /** The one instant of this request, in ms since 1970. */
  readonly now: number
  /** The base URL that the client used, as `{$server.url}` reads it. */
  readonly base: string
  readonly account: Account | undefined
  /** The entry of a list whose job is priced or starts; undefined elsewhere. */
  readonly each: unknown
  /** An item that the path names, by the name its collection gives it; as it is at this moment. */
  readonly item: (name: string) => Item | undefined
  /** Says which item `{$name.…}`, guards and `context.item(name)` mean; `read` is called whenever it is looked at. */
  readonly resolve: (name: string, key: string, read: () => Item) => void
  readonly items: ItemVerbs
  readonly jobs: JobVerbs
  readonly ledger: LedgerVerbs
  /** Lays fields over those of the caller's account: `{$account.…}` reads them from now on. */
  readonly changeAccount: (fields: Item) => void
  /** A field of the caller's account, as scenarios and requests have left it. */
  readonly readAccount: (field: string) => unknown
  /** A value for a schema of the document (`#/components/schemas/X`, or one written out), the same for the same identity. */
  readonly make: (schema: string | SchemaObject, ...identity: ReadonlyArray<string | number>) => unknown
  /** Hexadecimal digits that no other request of the session gets, and the same ones when the session is played again. */
  readonly hex: (length: number) => string
  /** What this session issues begins with it, so that it leads back here. */
  readonly tag: string
  /**
   * Gives out a credential for a security scheme, in the scheme's format: the session's tag, and this text behind it. The
   * session takes it from then on.
   *
   * @example
   * const signature = context.issue('signedLink', context.hex(32))
   */
  readonly issue: (scheme: string, text: string) => string
  /**
   * Calls the step `due` of an operation at an instant, for the caller's account. A plan cannot be taken back: `due` checks
   * whether it still holds.
   *
   * @param key - says what is due
   * @param at - ms since 1970
   * @example
   * context.plan('publishReport', String(report.id), report.publishAt)
   */
  readonly plan: (operation: string, key: string, at: number) => void
  /**
   * An answer that ends the request: an error by name (`NotFound#field`), and the reason, for the journal and for an
   * example that shows `{$issue.message}`; one that shows more reads `{$issue.params.…}`.
   *
   * @throws where the operation documents no such error
   */
  readonly refuse: (error: string, because: string, params?: Item) => Refused
}

/** Items of collections that hold no jobs. */
export interface ItemVerbs {
  readonly get: (collection: string, key: string) => Item | undefined
  readonly list: (collection: string) => readonly Item[]
  /** Puts an item in place of what was there; gives it back. */
  readonly put: (collection: string, key: string, item: Item) => Item
  /** Adds an item; a key and required fields that it has not are made. */
  readonly create: (collection: string, fields: Item) => Item
  readonly remove: (collection: string, key: string) => void
}

/** Jobs, by the name of their kind. */
export interface JobVerbs {
  /** Starts a job; `fields` are laid over those of the spec's `start`. */
  readonly start: (job: string, fields?: Item, options?: StartOptions) => JobView
  /** Moves a job by a verb; where its state does not allow it, `error` answers. */
  readonly move: (job: string, id: string, verb: string, error: string) => JobView | Refused
  readonly get: (job: string, id: string) => JobView | undefined
  /** Newest first, those from the start last. */
  readonly list: (job: string) => readonly JobView[]
}

/** How a job starts that no operation starts by itself. */
export interface StartOptions {
  /** What `{$request.input}` and `{$job.input}` read; default: the body of the request. */
  readonly input?: Item | undefined
  /** The state to go to where a state has a choice. */
  readonly outcome?: string | undefined
}

/** A job at the instant of the request. */
export interface JobView {
  readonly id: string
  readonly state: string
  /** ms since 1970 at which it entered that state. */
  readonly since: number
  /** What it was given when it started; costs less to read than `item`. */
  readonly start: Item
  /** Its fields, as answers show them. */
  readonly item: Item
}

/** The caller's credits. */
export interface LedgerVerbs {
  /** Credits that are not spent; null is without end. */
  readonly balance: () => number | null
  /** Credits that are neither spent nor held; null is without end. */
  readonly available: () => number | null
  /** Sets credits aside for the job that this request starts; where they do not suffice, `error` answers. */
  readonly hold: (amount: number, error: string) => Refused | undefined
}
