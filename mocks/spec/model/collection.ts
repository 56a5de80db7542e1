import type { Random } from '../../state/hash.ts'
import type { SchemaObject } from '../schema/schema-object.ts'
import type { Value } from '../values/value.ts'
import type { Refusal } from './response.ts'

export interface Collection {
  readonly name: string
  /** Where its items stand in the store. */
  readonly table: string
  /** Field that names an item. */
  readonly key: string
  /** The key as its field shows it: a number where the schema says so. */
  readonly keyValue: (key: string) => string | number
  /** Path parameter that names an item wherever it stands; undefined where only operations say so. */
  readonly param: string | undefined
  /** Root under which a resolved item is read: `worker`. */
  readonly item: string
  readonly owner: 'none' | 'account'
  /** Writes the key of a new item, where the spec says what it looks like. */
  readonly id: ((chance: Random) => string) | undefined
  /** Path parameters of what an item belongs to; it has a field of the same name. */
  readonly within: readonly string[]
  /** What a new item has, under what its request says. */
  readonly created: ReadonlyArray<readonly [field: string, value: Value]>
  /** Worked out each time an item is read. */
  readonly computed: ReadonlyArray<readonly [field: string, value: Value]>
  readonly schema: SchemaObject | undefined
  readonly order: { readonly field: string; readonly descending: boolean } | undefined
  readonly cap: number | undefined
  readonly notFound: Refusal | undefined
  readonly items: ReadonlyMap<string, Readonly<Record<string, unknown>>>
  /** Items from the start that only an account has for which callers may act, by their keys: which account. */
  readonly belongs: ReadonlyMap<string, string>
  /** The job whose rows are this collection's items. */
  readonly job: string | undefined
}
