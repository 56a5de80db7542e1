/** An item of a {@link WaitingList}. */
export interface Listed {
  /** Its index in the list; undefined while it is in none. Set by the list. */
  place: number | undefined
}

/**
 * The exchanges in work, in no order. A `Set` would keep a part of them alive long after their end: each table that it
 * outgrows refers to the next one, so a table that the garbage collector has moved to the old generation retains all
 * later ones until the next full collection. With one addition and one removal a request that is many tables.
 */
export class WaitingList<Item extends Listed> implements Iterable<Item> {
  readonly #items: Item[] = []

  add(item: Item): void {
    if (item.place === undefined) item.place = this.#items.push(item) - 1
  }

  delete(item: Item): void {
    const { place } = item
    if (place === undefined) return
    item.place = undefined
    const last = this.#items.pop()!
    if (last === item) return
    this.#items[place] = last
    last.place = place
  }

  [Symbol.iterator](): Iterator<Item> {
    return this.#items.values()
  }
}
