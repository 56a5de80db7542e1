import type { ValidatorOptions } from '../../schema/validator.ts'
import type { Condition, Scope, Value } from '../../values/value.ts'
import type { Collection } from '../collection.ts'
import type { JobWait } from '../events.ts'
import type { Job } from '../job.ts'
import type { Patch, Refusal } from '../response.ts'

export interface CollectionStep {
  readonly do: 'list' | 'read' | 'create' | 'update' | 'delete'
  readonly in: Collection
  readonly envelope: string | readonly string[] | undefined
  /** Bare lists, where only some requests get the envelope. */
  readonly bare: BareList | undefined
  /** A part of the item that must exist. */
  readonly exists: { readonly at: Patch['segments']; readonly refuse: Refusal } | undefined
  readonly where: readonly Condition[]
  /** An order that overrides the collection's. */
  readonly sort: { readonly by: Value; readonly direction: Value } | undefined
  /** The keys of the listed items, in this order: a list, or a comma-separated text. */
  readonly keys: Value | undefined
  /** Stands in for a key without an item; undefined leaves it out. */
  readonly absent: ReadonlyArray<readonly [field: string, value: Value]> | undefined
  readonly page: PageStyle | undefined
  readonly set: readonly Patch[]
}

/** A list that has its envelope only where the request asks for it. */
export interface BareList {
  /** The request asks for the envelope where this value is present. */
  readonly unless: Value
  readonly page: PageStyle | undefined
  /** Patches of the body. */
  readonly overlay: readonly Patch[]
}

export interface PageStyle {
  /**
   * `page`: the request gives a page number; `offset`: the first item; `cursor`: the cursor of the previous page;
   * `after`: the item before the page, or the one after it.
   */
  readonly style: 'page' | 'offset' | 'cursor' | 'after'
  /** Where the request has the paging parameters. */
  readonly in: 'query' | 'body'
  /**
   * Query parameter, field or JSON Pointer of the page number, the first item, the cursor or the item before the page.
   */
  readonly start: string
  /** Style `after` only: the same for the item after the page. */
  readonly before: string | undefined
  /** Style `page` only: a parameter for the first item instead. */
  readonly offset: string | undefined
  readonly size: string
  /** Infinite where a request without a size gets the whole list. */
  readonly default: number
  readonly max: number
  /** The refusal of an invalid cursor. */
  readonly refuse: Refusal | undefined
}

export interface ValidateStep {
  /** A JSON Schema from the scope that validates the body instead of the documented one. */
  readonly body: Value | undefined
  readonly strip: readonly string[]
  readonly unknownQuery: 'ignore' | 'refuse'
  /** Whether an unacceptable `Accept` is refused even without a documented 406. */
  readonly accept: 'refuse' | 'ignore'
  /** How schemas validate the parameters and the body of a request. */
  readonly parameters: ValidatorOptions
  readonly request: ValidatorOptions
}

/** A condition on one field of a resolved item, which must hold for the operation to continue. */
export interface GuardRule {
  /** Root of the item: `worker`. */
  readonly of: string
  /** JSON Pointers into the item; one of them must match. */
  readonly fields: readonly string[]
  readonly kind: 'equals' | 'in' | 'not'
  /** The condition holds where this is undefined. */
  readonly value: Value
  readonly refuse: Refusal
}

/** A required permission of the caller: a level, or a value that meets a condition. */
export type Requirement =
  | {
      readonly kind: 'level'
      readonly needs: string
      /** Lowest first. */
      readonly levels: readonly string[]
      /** A level, or a map of them. */
      readonly granted: Value
      /** Keys of the map; the first that exists counts. */
      readonly by: readonly Value[]
      readonly refuse: Refusal
      readonly schemes: readonly string[] | undefined
    }
  | {
      readonly kind: 'value'
      /** As written, for explanations. */
      readonly label: string
      readonly value: Value
      readonly tests: ReadonlyArray<readonly [test: 'equals' | 'in' | 'not' | 'contains', wanted: Value]>
      readonly refuse: Refusal
      /** Applies only to callers with one of these security schemes. */
      readonly schemes: readonly string[] | undefined
    }

export type JobStep =
  | {
      readonly kind: 'start'
      readonly job: Job
      /** The entries of a list, with one job each; undefined starts one job. */
      readonly each: ((scope: Scope) => readonly unknown[]) | undefined
      readonly wait: JobWait | undefined
    }
  | { readonly kind: 'verb'; readonly verb: string; readonly job: Job; readonly refuse: Refusal | undefined }

/** The price in credits of a successful answer. */
export interface ChargeStep {
  readonly credits: Value
  /** Undefined gives a plain 402, where the operation documents none. */
  readonly refuse: Refusal | undefined
}
