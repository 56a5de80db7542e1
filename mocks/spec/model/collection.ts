import type { Random } from '../../state/hash.ts'
import type { SchemaObject } from '../schema/schema-object.ts'
import type { Value } from '../values/value.ts'
import type { Refusal } from './response.ts'

export interface Collection {
  readonly name: string
  /** Table of its items in the store. */
  readonly table: string
  /** Field that names an item. */
  readonly key: string
  /** The key as items contain it: a number where the schema says so. */
  readonly keyValue: (key: string) => string | number
  /** Path parameter that names an item in every path; undefined where only operations declare it. */
  readonly param: string | undefined
  /** Root under which a resolved item is read: `worker`. */
  readonly item: string
  readonly owner: 'none' | 'account'
  /** Generates the key of a new item, where the spec gives a template. */
  readonly id: ((chance: Random) => string) | undefined
  /** Path parameters of the parent items; an item has fields of the same names. */
  readonly within: readonly string[]
  /** Default fields of a new item; the request's fields win. */
  readonly created: ReadonlyArray<readonly [field: string, value: Value]>
  /** Computed each time an item is read. */
  readonly computed: ReadonlyArray<readonly [field: string, value: Value]>
  readonly schema: SchemaObject | undefined
  readonly order: { readonly field: string; readonly descending: boolean } | undefined
  readonly cap: number | undefined
  readonly notFound: Refusal | undefined
  readonly items: ReadonlyMap<string, Readonly<Record<string, unknown>>>
  /** The account that owns an initial item, by key, among accounts that callers may act for. */
  readonly belongs: ReadonlyMap<string, string>
  /** The job whose rows are this collection's items. */
  readonly job: string | undefined
}
