import type { Condition, Scope } from '../spec/values/value.ts'
import type { Collection } from '../spec/model/vendor.ts'
import type { VendorContext } from './context.ts'
import type { Item } from './outcome.ts'

/** An item with the fields that its collection works out. */
export function withComputed(context: Pick<VendorContext, 'scope'>, collection: Collection, item: Item): Item {
  if (collection.computed.length === 0) return item
  const scope = new ItemScope(context.scope, collection.item, item)
  return { ...item, ...Object.fromEntries(collection.computed.map(([field, value]) => [field, value(scope)])) }
}

/** What a computed field reads: the item by its name, and all else as before. */
class ItemScope implements Scope {
  readonly #scope: Scope
  readonly #name: string
  readonly #item: Item

  constructor(scope: Scope, name: string, item: Item) {
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
