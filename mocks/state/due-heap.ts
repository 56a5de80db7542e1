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
  let order = 0

  const before = (left: HeapEntry, right: HeapEntry): boolean =>
    left.row.at < right.row.at || (left.row.at === right.row.at && left.order < right.order)

  const rise = (start: number): void => {
    let index = start
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!before(entries[index]!, entries[parent]!)) return
      ;[entries[index], entries[parent]] = [entries[parent]!, entries[index]!]
      index = parent
    }
  }

  const sink = (): void => {
    let index = 0
    for (;;) {
      const left = index * 2 + 1
      if (left >= entries.length) return
      const right = left + 1
      const child = right < entries.length && before(entries[right]!, entries[left]!) ? right : left
      if (!before(entries[child]!, entries[index]!)) return
      ;[entries[index], entries[child]] = [entries[child]!, entries[index]!]
      index = child
    }
  }

  const insert = (entry: HeapEntry): HeapEntry => {
    entries.push(entry)
    rise(entries.length - 1)
    return entry
  }

  const drop = (): HeapEntry => {
    const top = entries[0]!
    const last = entries.pop()!
    if (entries.length > 0) {
      entries[0] = last
      sink()
    }
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
