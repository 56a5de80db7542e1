import type { DueRow } from '../../state/due-heap.ts'
import { createMemoryStore, type Store, type StoreDump, type Transaction } from '../../state/store.ts'

/** Receives the changes of a step, once the step is done. */
export interface Recorder {
  readonly put: (table: string, key: string, value: unknown) => void
  readonly remove: (table: string, keys: string | ReadonlySet<string>) => void
  readonly removeAll: (table: string) => void
  readonly schedule: (row: DueRow) => void
  /** A due row was removed; it is the object that was scheduled. */
  readonly take: (row: DueRow) => void
  /** The store was emptied. */
  readonly clear: () => void
  /** The store was replaced by this dump. */
  readonly load: (dump: StoreDump) => void
  /** A step with changes is done, and all its changes were reported. */
  readonly done: () => void
}

type Change = (recorder: Recorder) => void

/**
 * A store in memory that reports the changes of its steps. A step, or part of a step, that throws is not reported.
 *
 * @param store - contains the rows
 * @example
 * const store = createRecordedStore(recorder)
 * store.transact((tx) => tx.put('balances', 'main', 100))
 */
export function createRecordedStore(recorder: Recorder, store: Store = createMemoryStore()): Store {
  let changes: Change[] = []

  const recording = (tx: Transaction): Transaction => ({
    ...tx,
    put: (table, key, value) => {
      tx.put(table, key, value)
      changes.push((to) => to.put(table, key, value))
    },
    remove: (table, keys) => {
      tx.remove(table, keys)
      changes.push((to) => to.remove(table, keys))
    },
    removeAll: (table) => {
      tx.removeAll(table)
      changes.push((to) => to.removeAll(table))
    },
    count: (table, key) => {
      const value = tx.count(table, key)
      changes.push((to) => to.put(table, key, value + 1))
      return value
    },
    schedule: (row) => {
      tx.schedule(row)
      changes.push((to) => to.schedule(row))
    },
    part: (fn) => {
      const start = changes.length
      try {
        return tx.part(fn)
      } catch (error) {
        changes.length = start
        throw error
      }
    },
    takeDue: (now) => {
      const row = tx.takeDue(now)
      if (row) changes.push((to) => to.take(row))
      return row
    },
  })

  /** The store uses one transaction object for all steps, and so does the recorder. */
  let given: Transaction | undefined
  let own: Transaction | undefined
  const recordingOf = (tx: Transaction): Transaction => {
    if (tx !== given) {
      given = tx
      own = recording(tx)
    }
    return own!
  }

  return {
    ...store,
    transact: (fn) => {
      return store.transact((tx) => {
        changes = []
        const result = fn(recordingOf(tx))
        // The step is done: nothing after it can fail. Watchers of rows have not been called yet.
        if (changes.length === 0) return result
        for (const change of changes) change(recorder)
        changes = []
        recorder.done()
        return result
      })
    },
    clear: () => {
      store.clear()
      recorder.clear()
    },
    load: (dump) => {
      store.load(dump)
      recorder.load(dump)
    },
  }
}
