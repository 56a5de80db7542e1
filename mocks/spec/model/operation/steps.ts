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
  /** How the answer is a bare list, where the envelope is for some requests only. */
  readonly bare: BareList | undefined
  /** A part of the item that must be there. */
  readonly exists: { readonly at: Patch['segments']; readonly refuse: Refusal } | undefined
  readonly where: readonly Condition[]
  /** Another order than the collection's. */
  readonly sort: { readonly by: Value; readonly direction: Value } | undefined
  /** Which items a list shows, in this order: keys, or a text of them with commas between. */
  readonly keys: Value | undefined
  /** What stands for a key that no item has; undefined leaves it out. */
  readonly absent: ReadonlyArray<readonly [field: string, value: Value]> | undefined
  readonly page: PageStyle | undefined
  readonly set: readonly Patch[]
}

/** A list whose envelope stands only around the answers to requests that ask for it. */
export interface BareList {
  /** What has a value where the request asks for the envelope. */
  readonly unless: Value
  readonly page: PageStyle | undefined
  /** Laid over the body. */
  readonly overlay: readonly Patch[]
}

export interface PageStyle {
  /**
   * `page`: the request names a page; `offset`: the first item; `cursor`: it gives back what the page before has given;
   * `after`: it names the item that the page follows, or the one that it comes before.
   */
  readonly style: 'page' | 'offset' | 'cursor' | 'after'
  /** Where the request says so. */
  readonly in: 'query' | 'body'
  /** Query parameter, field or JSON Pointer of the page's number, its first item, its cursor or the item before it. */
  readonly start: string
  /** Of style `after`: the same of the item that the page comes before. */
  readonly before: string | undefined
  /** Of style `page`: what names the first item instead. */
  readonly offset: string | undefined
  readonly size: string
  /** Infinite where a request without a size has the whole list. */
  readonly default: number
  readonly max: number
  /** What answers a cursor that leads nowhere. */
  readonly refuse: Refusal | undefined
}

export interface ValidateStep {
  /** A JSON Schema read from the scope, which judges the body instead of the documented one. */
  readonly body: Value | undefined
  readonly strip: readonly string[]
  readonly unknownQuery: 'ignore' | 'refuse'
  /** Whether a request that accepts no documented media type is refused, though no 406 is documented. */
  readonly accept: 'refuse' | 'ignore'
  /** How schemas judge the parameters and the body of a request. */
  readonly parameters: ValidatorOptions
  readonly request: ValidatorOptions
}

/** What one field of a resolved item must be for the operation to go on. */
export interface GuardRule {
  /** Root of the item: `worker`. */
  readonly of: string
  /** JSON Pointers into the item; one of them has to fit. */
  readonly fields: readonly string[]
  readonly kind: 'equals' | 'in' | 'not'
  /** Holds where it is undefined. */
  readonly value: Value
  readonly refuse: Refusal
}

/** What the caller must have: a level of permission, or a value that meets a condition. */
export type Requirement =
  | {
      readonly kind: 'level'
      readonly needs: string
      /** The lowest first. */
      readonly levels: readonly string[]
      /** A level, or a map of them. */
      readonly granted: Value
      /** Which entry of the map: the first that is there. */
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
      /** Asked only of callers who come by one of these security schemes. */
      readonly schemes: readonly string[] | undefined
    }

export type JobStep =
  | {
      readonly kind: 'start'
      readonly job: Job
      /** The entries of a list, one job each; undefined starts one. */
      readonly each: ((scope: Scope) => readonly unknown[]) | undefined
      readonly wait: JobWait | undefined
    }
  | { readonly kind: 'verb'; readonly verb: string; readonly job: Job; readonly refuse: Refusal | undefined }

/** Credits that a good answer of an operation costs. */
export interface ChargeStep {
  readonly credits: Value
  /** Undefined answers a plain 402, where the operation documents none. */
  readonly refuse: Refusal | undefined
}
