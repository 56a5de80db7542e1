import type { Part } from '../spec/http/multipart.ts'
import type { SchemaObject } from '../spec/schema/schema-object.ts'
import type { Account } from './context.ts'
import type { Item, Refused } from './outcome.ts'

/**
 * Vendor code, by operationId, for what no keyword can express. Each function replaces one step of the pipeline. It
 * runs in the open transaction, so it must not wait: no promise, no timer, no I/O.
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

/** The steps that code may replace; `next` runs the step as the spec defines it. */
export interface OperationSteps {
  /** Finds the items that the path names. The body has not been read yet. */
  readonly resolve?: (context: OperationContext, next: () => Refused | undefined) => Refused | undefined
  /** Validates parameters and body. */
  readonly validate?: (context: OperationContext, next: () => Refused | undefined) => Refused | undefined
  /** Refuses what the state does not allow. */
  readonly guard?: (context: OperationContext, next: () => Refused | undefined) => Refused | undefined
  /** Credits that the job of this operation costs, in place of its `credits.hold`. */
  readonly cost?: (context: OperationContext, next: () => number) => number
  /** The fields that a job starts with; called for each entry of a batch. */
  readonly start?: (context: OperationContext) => Started
  /** The items of a list, before pagination. */
  readonly list?: (context: OperationContext, next: () => readonly Item[]) => readonly Item[]
  /** Does the work. */
  readonly handle?: (context: OperationContext, next: () => OperationResult | Refused) => OperationResult | Refused
  /** Makes the last change to the body of a normal answer; what its schema does not declare is removed afterwards. */
  readonly body?: (context: OperationContext, body: unknown) => unknown
  /** Plans later events when a session is first used. No request was sent, and the account is `default`. */
  readonly begin?: (context: OperationContext) => void
  /** Runs when something that {@link OperationContext.plan} has planned for this operation is due, at `context.now`. */
  readonly due?: (context: OperationContext, planned: Due) => void
}

/** A plan that is due. */
export interface Due {
  /** As given to `plan`. */
  readonly key: string
  /** ms since 1970: whatever is due by then happens in this step, in order. */
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

/** What vendor code sets for a job that starts. */
export interface Started {
  /** Applied over the fields of the spec's `start`. */
  readonly fields?: Item | undefined
  /** The state to choose where a state has several successors; an outcome set by a scenario wins. */
  readonly outcome?: string | undefined
}

/** The result of *handle*. */
export interface OperationResult {
  /** null if the answer is a JSON null. */
  readonly item?: Item | null | undefined
  readonly list?: readonly Item[] | undefined
  /** The body of an answer that is not JSON. */
  readonly bytes?: Uint8Array | undefined
  /** Headers of the answer, sent before those of all answers. */
  readonly headers?: ReadonlyArray<readonly [name: string, value: string]> | undefined
  /** Property of the answer that holds the item or the list; if several are given, each of them does. */
  readonly envelope?: string | readonly string[] | undefined
  /** The status of a documented answer other than the normal one. */
  readonly status?: number | undefined
}

/** The request, and the actions available to code. */
export interface OperationContext {
  /** Its operationId. */
  readonly operation: string
  /** The dialect in use, if the vendor has dialects. */
  readonly dialect: string | undefined
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Decoded by its media type; a `Uint8Array` if that is neither JSON, a form, XML nor text. */
  readonly body: unknown
  /** The parts of a `multipart/form-data` body, with the complete bytes of files; undefined for other bodies. */
  readonly parts: readonly Part[] | undefined
  /** The one instant of this request, in ms since 1970. */
  readonly now: number
  /** The base URL that the client used, as in `{$server.url}`. */
  readonly base: string
  readonly account: Account | undefined
  /** The list entry whose job is priced or started; undefined elsewhere. */
  readonly each: unknown
  /** An item that the path names, by its collection's name for it, in its current state. */
  readonly item: (name: string) => Item | undefined
  /** Sets the item that `{$name.…}`, guards and `context.item(name)` refer to; `read` is called on each access. */
  readonly resolve: (name: string, key: string, read: () => Item) => void
  readonly items: ItemVerbs
  readonly jobs: JobVerbs
  readonly ledger: LedgerVerbs
  /** Sets fields of the caller's account, as read by `{$account.…}` from now on. */
  readonly changeAccount: (fields: Item) => void
  /** A field of the caller's account, with changes by scenarios and requests. */
  readonly readAccount: (field: string) => unknown
  /** A value for a schema of the document (`#/components/schemas/X`, or inline), the same for the same identity. */
  readonly make: (schema: string | SchemaObject, ...identity: ReadonlyArray<string | number>) => unknown
  /** Hexadecimal digits, unique per request in the session, and the same when the session is played again. */
  readonly hex: (length: number) => string
  /** Prefix of everything that this session issues, by which requests are routed to it. */
  readonly tag: string
  /**
   * Issues a credential for a security scheme, in the scheme's format: the session's tag, followed by this text. The
   * session accepts it from then on.
   *
   * @example
   * const signature = context.issue('signedLink', context.hex(32))
   */
  readonly issue: (scheme: string, text: string) => string
  /**
   * Calls the step `due` of an operation at an instant, for the caller's account. A plan cannot be cancelled: `due`
   * checks whether it still applies.
   *
   * @param key - identifies what is due
   * @param at - ms since 1970
   * @example
   * context.plan('publishReport', String(report.id), report.publishAt)
   */
  readonly plan: (operation: string, key: string, at: number) => void
  /**
   * Ends the request with an error by name (`NotFound#field`). The reason goes to the journal, and to an example that
   * shows `{$issue.message}`; an example that shows more reads `{$issue.params.…}`.
   *
   * @throws if the operation does not document such an error
   */
  readonly refuse: (error: string, because: string, params?: Item) => Refused
}

/** Access to items of collections without jobs. */
export interface ItemVerbs {
  readonly get: (collection: string, key: string) => Item | undefined
  readonly list: (collection: string) => readonly Item[]
  /** Stores an item, replacing the former one; returns it. */
  readonly put: (collection: string, key: string, item: Item) => Item
  /** Adds an item; generates its key and required fields if missing. */
  readonly create: (collection: string, fields: Item) => Item
  readonly remove: (collection: string, key: string) => void
}

/** Access to jobs, by the name of their kind. */
export interface JobVerbs {
  /** Starts a job; `fields` are applied over those of the spec's `start`. */
  readonly start: (job: string, fields?: Item, options?: StartOptions) => JobView
  /** Applies a verb to a job; answers with `error` if its state does not allow it. */
  readonly move: (job: string, id: string, verb: string, error: string) => JobView | Refused
  readonly get: (job: string, id: string) => JobView | undefined
  /** Newest first, seed jobs last. */
  readonly list: (job: string) => readonly JobView[]
}

/** Options for a job that code starts. */
export interface StartOptions {
  /** The value of `{$request.input}` and `{$job.input}`; default: the body of the request. */
  readonly input?: Item | undefined
  /** The state to choose where a state has several successors. */
  readonly outcome?: string | undefined
}

/** A job at the instant of the request. */
export interface JobView {
  readonly id: string
  readonly state: string
  /** ms since 1970 when it entered that state. */
  readonly since: number
  /** The fields it started with; cheaper to read than `item`. */
  readonly start: Item
  /** Its fields, as answers show them. */
  readonly item: Item
}

/** Access to the caller's credits. */
export interface LedgerVerbs {
  /** Credits that are not spent; null is unlimited. */
  readonly balance: () => number | null
  /** Credits that are neither spent nor held; null is unlimited. */
  readonly available: () => number | null
  /** Holds credits for the job that this request starts; answers with `error` if there are too few. */
  readonly hold: (amount: number, error: string) => Refused | undefined
}
