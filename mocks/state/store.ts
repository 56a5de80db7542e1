import { createDueHeap, type DueHeap, type DueRow, type HeapEntry } from './due-heap.ts'
import { guarded } from './guard.ts'
import { canonical, hash } from './hash.ts'

/** The state of a session. It changes only inside {@link Store.transact}; behaviours have no state. */

/** A row that a step has read, with the version of its value. */
export interface Read {
  readonly table: string
  /** `*` for all rows of the table. */
  readonly key: string
  readonly version: string
}

/** One atomic step over any number of keys. Values are never changed in place: put a new one. */
export interface Transaction {
  readonly get: <T>(table: string, key: string) => T | undefined
  readonly put: <T>(table: string, key: string, value: T) => void
  /** Removes a row, or several at once. */
  readonly remove: (table: string, keys: string | ReadonlySet<string>) => void
  /** Removes every row of a table. */
  readonly removeAll: (table: string) => void
  /** Increments a counter and returns its former value: 0, 1, 2… */
  readonly count: (table: string, key: string) => number
  /** Rows of a table in order of their first `put`, or newest first. */
  readonly rows: <T>(
    table: string,
    order?: 'oldest-first' | 'newest-first',
  ) => Iterable<readonly [key: string, value: T]>
  /** The rows that this step has read and not written, each once. */
  readonly reads: () => readonly Read[]
  /** Sets a row to fall due at `at` (ms). */
  readonly schedule: (row: DueRow) => void
  /** Runs a part of the step. If it throws, that part is undone and the error rethrown; the step may go on. */
  readonly part: <T>(fn: () => T) => T
  /** Removes and returns the earliest row due at or before `now`. */
  readonly takeDue: (now: number) => DueRow | undefined
}

/** One row. */
export interface Place {
  readonly table: string
  readonly key: string
}

/** The content of a store. */
export interface StoreDump {
  /** Rows by table, in the order of their first `put`. */
  readonly tables: ReadonlyArray<readonly [table: string, rows: ReadonlyArray<readonly [key: string, value: unknown]>]>
  /** Due rows in order. */
  readonly due: readonly DueRow[]
}

export interface Store {
  /** Whether a step may run again. */
  readonly mayRunAgain: boolean
  /**
   * Runs `fn` as one atomic step: if it throws, everything is undone. The memory store is synchronous; a networked
   * store may answer later and may run `fn` again, so `fn` returns what must happen outside the step.
   */
  readonly transact: <T>(fn: (tx: Transaction) => T) => T | Promise<T>
  /** Calls back after each step that has put this row; returns a function that ends this. */
  readonly watch: (place: Place, call: () => void) => () => void
  /** Calls back after each step that has changed which row wakes first. */
  readonly onWake: (call: () => void) => void
  /** Deletes everything. */
  readonly clear: () => void
  /** The whole content as plain data. */
  readonly dump: () => StoreDump
  /** Replaces the content by that of another store. */
  readonly load: (dump: StoreDump) => void
  /** The instant of the earliest due row. */
  readonly nextDue: () => number | undefined
  /** The same for rows that wake. */
  readonly nextWake: () => number | undefined
}

/**
 * A store in this process's memory.
 *
 * @example
 * const store = createMemoryStore()
 * store.transact((tx) => tx.put('balances', 'main', 100))
 * store.transact((tx) => tx.get('balances', 'main'))
 * //=> 100
 */
export function createMemoryStore(): Store {
  let tables = new Map<string, Table>()
  let due = createDueHeap()
  let waking = createDueHeap()
  let firstToWake: HeapEntry | undefined
  let onWake = (): void => {}
  // A step is synchronous, so no other step sees it half done: it writes directly, and a log undoes it if it throws.
  const undo = createLog()
  const watches = new Set<Watch>()
  const seen = createReadLog()
  let open = false

  const table = (name: string): Table => {
    let found = tables.get(name)
    if (!found) {
      found = { values: new Map(), keys: [] }
      tables.set(name, found)
    }
    return found
  }

  const schedule = (row: DueRow): HeapEntry => {
    const entry = due.push(row)
    if (row.wakes) waking.add(entry)
    return entry
  }

  /** In the middle of a step the rows are inconsistent. */
  const checkClosed = (): void => {
    if (open) throw new Error('Failed to copy the state of a session: a transaction is open in it.')
  }

  const clear = (): void => {
    tables = new Map()
    due = createDueHeap()
    waking = createDueHeap()
  }

  const tx: Transaction = {
    get: <T>(name: string, key: string) => {
      seen.add(name, key)
      return tables.get(name)?.values.get(key) as T | undefined
    },
    put: (name, key, value) => {
      const rows = table(name)
      const { values } = rows
      const before = values.get(key)
      const size = values.size
      values.set(key, value)
      // A new key changes the size; checking for it first would cost a second lookup.
      if (values.size > size) rows.keys.push(key)
      undo.write(rows, key, values.size > size ? ABSENT : before)
    },
    remove: (name, wanted) => {
      const rows = tables.get(name)
      const { values, keys } = rows ?? NO_ROWS
      const gone = (typeof wanted === 'string' ? [wanted] : [...wanted]).filter((key) => values.has(key))
      if (!rows || gone.length === 0) return
      const before = gone.map((key) => [key, values.get(key)] as const)
      for (const key of gone) values.delete(key)
      rows.keys = keys.filter((key) => values.has(key))
      undo.step(() => {
        rows.keys = keys
        for (const [key, value] of before) values.set(key, value)
      })
    },
    removeAll: (name) => {
      const rows = tables.get(name)
      if (!rows) return
      tables.delete(name)
      undo.step(() => tables.set(name, rows))
    },
    count: (name, key) => {
      seen.add(name, key)
      const rows = table(name)
      const value = rows.values.get(key) as number | undefined
      if (value === undefined) rows.keys.push(key)
      rows.values.set(key, (value ?? 0) + 1)
      undo.write(rows, key, value ?? ABSENT)
      return value ?? 0
    },
    *rows<T>(name: string, order: 'oldest-first' | 'newest-first' = 'oldest-first') {
      seen.add(name, ALL)
      const rows = tables.get(name)
      if (!rows) return
      const { keys } = rows
      for (let step = 0; step < keys.length; step++) {
        const key = keys[order === 'oldest-first' ? step : keys.length - 1 - step]!
        yield [key, rows.values.get(key) as T] as const
      }
    },
    reads: () =>
      seen.distinct().flatMap(({ table: name, key }) => {
        const rows = tables.get(name)
        if (undo.has(rows, key)) return []
        return [{ table: name, key, version: key === ALL ? sizeOf(rows) : versionOf(rows?.values.get(key)) }]
      }),
    schedule: (row) => {
      const entry = schedule(row)
      undo.step(() => due.remove(entry))
    },
    part: (fn) => {
      const start = undo.size()
      try {
        return fn()
      } catch (error) {
        undo.takeBack(start)
        throw error
      }
    },
    takeDue: (now) => {
      const entry = earliest(due)
      if (!entry || entry.row.at > now) return undefined
      due.take()
      undo.step(() => due.restore(entry))
      return entry.row
    },
  }

  return {
    mayRunAgain: false,
    transact: (fn) => {
      if (open) throw new Error('Failed to start a transaction: one is already open in this session.')
      open = true
      seen.clear()
      let called: readonly Watch[] = NONE
      try {
        const result = fn(tx)
        if (watches.size > 0) called = [...watches].filter(({ table, key }) => undo.has(tables.get(table), key))
        undo.clear()
        return result
      } catch (error) {
        undo.takeBack(0)
        throw error
      } finally {
        open = false
        for (const watch of called) watch.call()
        const first = earliest(waking)
        if (first !== firstToWake) {
          firstToWake = first
          onWake()
        }
      }
    },
    watch: (place, call) => {
      const watch = { ...place, call: guarded('follow a change', call) }
      watches.add(watch)
      return () => void watches.delete(watch)
    },
    onWake: (call) => {
      onWake = call
    },
    clear,
    dump: () => {
      checkClosed()
      return {
        tables: [...tables].map(([name, { keys, values }]) => [name, keys.map((key) => [key, values.get(key)])]),
        due: due.inOrder().map(({ row }) => row),
      }
    },
    load: (dump) => {
      checkClosed()
      clear()
      for (const [name, rows] of dump.tables)
        tables.set(name, { values: new Map(rows), keys: rows.map(([key]) => key) })
      for (const row of dump.due) schedule(row)
    },
    nextDue: () => earliest(due)?.row.at,
    nextWake: () => earliest(waking)?.row.at,
  }
}

/** The earliest due row; called several times per request. */
function earliest({ entries, first }: DueHeap): HeapEntry | undefined {
  return entries[0]?.removed ? first() : entries[0]
}

/** The key that stands for all rows of a table, when they are iterated. */
const ALL = '*'

/** The version of a row's value; rows are plain data. */
function versionOf(value: unknown): string {
  return value === undefined ? 'absent' : hash(canonical(value))
}

function sizeOf(rows: Table | undefined): string {
  return `${rows?.keys.length ?? 0} rows`
}

interface Watch extends Place {
  readonly call: () => void
}

const NONE: readonly Watch[] = []
const ABSENT = Symbol('absent')

/** The undo log of a step, in columns: a request writes a dozen rows, and an object for each would be garbage. */
function createLog() {
  let tables: Array<Table | (() => void)> = []
  let keys: string[] = []
  let befores: unknown[] = []
  let size = 0

  const clear = (): void => {
    // Columns keep their capacity for the next step, unless a step was unusually large.
    if (size > ROOM) {
      tables = []
      keys = []
      befores = []
    }
    size = 0
  }

  const write = (rows: Table | (() => void), key: string, before: unknown): void => {
    tables[size] = rows
    keys[size] = key
    befores[size++] = before
  }

  return {
    clear,
    /** Records the value before a `put`; {@link ABSENT} if there was none. */
    write,
    /** Whether this step has put a row. */
    has: (rows: Table | undefined, key: string): boolean => {
      for (let index = 0; index < size; index++) if (tables[index] === rows && keys[index] === key) return true
      return false
    },
    /** Records a function that undoes something. */
    step: (takeBack: () => void): void => write(takeBack, '', undefined),
    /** The number of records. */
    size: (): number => size,
    /** Undoes all records after the first `start`. */
    takeBack: (start: number): void => {
      for (let index = size - 1; index >= start; index--) {
        const rows = tables[index]!
        const key = keys[index]!
        if (typeof rows === 'function') {
          rows()
        } else if (befores[index] === ABSENT) {
          rows.values.delete(key)
          rows.keys.pop()
        } else {
          rows.values.set(key, befores[index])
        }
      }
      if (start === 0) clear()
      else size = start
    },
  }
}

const ROOM = 1000

/** The rows that a step has read, in columns: every request reads a dozen rows, and only refusals need them. */
function createReadLog() {
  const tables: string[] = []
  const keys: string[] = []
  let size = 0
  return {
    clear: (): void => {
      size = 0
    },
    add: (table: string, key: string): void => {
      // Reads beyond that number are not recorded.
      if (size === ROOM) return
      tables[size] = table
      keys[size++] = key
    },
    /** Each row once, in the order of first reading. */
    distinct: (): readonly Place[] => {
      const found = new Map<string, Place>()
      for (let index = 0; index < size; index++) {
        const place = { table: tables[index]!, key: keys[index]! }
        found.set(`${place.table}\u001f${place.key}`, place)
      }
      return [...found.values()]
    },
  }
}

const NO_ROWS: Table = { values: new Map(), keys: [] }

interface Table {
  readonly values: Map<string, unknown>
  keys: string[]
}
