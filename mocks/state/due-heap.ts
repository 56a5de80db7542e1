/** A heap of due rows, the earliest first. */

/** A row with a due instant: its topic's `apply` runs before anything else at or after that instant. */
export interface DueRow {
  readonly at: number
  readonly topic: string
  readonly key: string
  /** Whether it needs a timer at its instant, because the next exchange would apply it too late. */
  readonly wakes?: boolean
}

/** A row in the heap. */
export interface HeapEntry {
  readonly row: DueRow
  /** Breaks ties: rows due at the same instant are applied in the order they were set. */
  readonly order: number
  /** Whether it was taken or cancelled. */
  removed: boolean
}

export type DueHeap = ReturnType<typeof createDueHeap>

export function createDueHeap() {
  const entries: HeapEntry[] = []
  /** The instants of the entries: packed numbers, since most of what a heap of many jobs costs is the way to its rows. */
  const instants: number[] = []
  let order = 0

  const before = (left: HeapEntry, right: HeapEntry): boolean =>
    left.row.at < right.row.at || (left.row.at === right.row.at && left.order < right.order)

  /** Whether an entry comes before the one at an index. */
  const precedes = (entry: HeapEntry, at: number, index: number): boolean => {
    const other = instants[index]!
    return at < other || (at === other && entry.order < entries[index]!.order)
  }

  const place = (index: number, entry: HeapEntry, at: number): void => {
    entries[index] = entry
    instants[index] = at
  }

  const insert = (entry: HeapEntry): HeapEntry => {
    const { at } = entry.row
    let index = entries.length
    entries.push(entry)
    instants.push(at)
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!precedes(entry, at, parent)) break
      place(index, entries[parent]!, instants[parent]!)
      index = parent
    }
    place(index, entry, at)
    return entry
  }

  /** Puts an entry in the place of the first one, and moves it down to where it belongs. */
  const sink = (entry: HeapEntry, at: number): void => {
    let index = 0
    for (;;) {
      let child = index * 2 + 1
      if (child >= entries.length) break
      const right = child + 1
      if (right < entries.length && precedes(entries[right]!, instants[right]!, child)) child = right
      if (precedes(entry, at, child)) break
      place(index, entries[child]!, instants[child]!)
      index = child
    }
    place(index, entry, at)
  }

  const drop = (): HeapEntry => {
    const top = entries[0]!
    const last = entries.pop()!
    const at = instants.pop()!
    if (entries.length > 0) sink(last, at)
    return top
  }

  const first = (): HeapEntry | undefined => {
    while (entries[0]?.removed) drop()
    return entries[0]
  }

  return {
    /** Sorted as a heap, the earliest first. Removed entries are dropped when they reach the top. */
    entries: entries as readonly HeapEntry[],
    first,
    push: (row: DueRow) => insert({ row, order: order++, removed: false }),
    /** Adds an entry of another heap too; it is dropped here when that heap removes it. */
    add: insert,
    remove: (entry: HeapEntry) => {
      entry.removed = true
    },
    /** The entries in the order in which they would be taken. */
    inOrder: (): HeapEntry[] =>
      entries.filter(({ removed }) => !removed).sort((left, right) => (before(left, right) ? -1 : 1)),
    restore: (entry: HeapEntry) => {
      entry.removed = false
      insert(entry)
    },
    /** Removes the earliest entry. */
    take: (): void => {
      drop().removed = true
    },
  }
}
