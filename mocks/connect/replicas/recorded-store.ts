import type { DueRow } from '../../state/due-heap.ts'
import { createMemoryStore, type Store, type StoreDump, type Transaction } from '../../state/store.ts'

/** Hears what a step has changed, once the step is done. */
export interface Recorder {
  readonly put: (table: string, key: string, value: unknown) => void
  readonly remove: (table: string, keys: string | ReadonlySet<string>) => void
  readonly removeAll: (table: string) => void
  readonly schedule: (row: DueRow) => void
  /** A row that fell due was taken out; it is the object that was scheduled. */
  readonly take: (row: DueRow) => void
  /** Everything was forgotten. */
  readonly clear: () => void
  /** Everything was forgotten, and this is known in its place. */
  readonly load: (dump: StoreDump) => void
  /** A step has changed something, all of which was heard by now. */
  readonly done: () => void
}

type Change = (recorder: Recorder) => void

/**
 * A store in memory whose steps are told. A part of a step, or a step, that throws is not heard of.
 *
 * @param store - where the rows are
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

  /** The transaction of the store is one object for all steps, and so is the one that records. */
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
        // The step is done: nothing that could fail comes after it. Those who watch rows have not been called yet.
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
