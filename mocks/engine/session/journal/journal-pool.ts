/** A journal, as the pool sees it. */
export interface PooledJournal {
  /** Bytes that it keeps, as the pool counts them. */
  readonly size: () => number
  /**
   * Drops the oldest bodies as long as half of its exchanges have theirs, or else the oldest exchange; returns false
   * when only the latest is left.
   */
  readonly dropOldest: () => boolean
}

/** Bytes that an exchange counts besides its texts. */
export const ENTRY_SIZE = 500

/** Bytes that the journals of all sessions keep together. */
const BUDGET = 256 * 1024 * 1024

/**
 * Bounds what the journals of many sessions keep together. Beyond the budget, those that have more than an equal share
 * drop their oldest; so what one session writes costs no other one its share.
 *
 * @example
 * const pool = new JournalPool()
 * const journals = [createJournal(pool), createJournal(pool)]
 */
export class JournalPool {
  /** Bytes that all journals keep; each journal adds its own. */
  size = 0
  /** bytes */
  readonly budget: number
  readonly #journals: PooledJournal[] = []
  /** Index of the journal that drops next: the same one until it has only its share. */
  #next = 0

  constructor(budget = BUDGET) {
    this.budget = budget
  }

  join(journal: PooledJournal): void {
    this.size += journal.size()
    this.#journals.push(journal)
  }

  leave(journal: PooledJournal): void {
    this.size -= journal.size()
    this.#journals.splice(this.#journals.indexOf(journal), 1)
  }

  /**
   * Has journals drop until all are within the budget. The one that has grown is asked first, so that mostly no other
   * one needs to be looked at.
   */
  shrink(grown: PooledJournal): void {
    this.#shrinkOne(grown)
    for (let seen = 0; this.size > this.budget && seen < this.#journals.length; seen++) {
      this.#next %= this.#journals.length
      this.#shrinkOne(this.#journals[this.#next]!)
      if (this.size > this.budget) this.#next++
    }
  }

  #shrinkOne(journal: PooledJournal): void {
    const share = this.budget / this.#journals.length
    while (this.size > this.budget && journal.size() > share && journal.dropOldest());
  }
}
