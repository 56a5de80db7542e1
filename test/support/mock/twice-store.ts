import type { Store, Transaction } from '../../../mocks/state/store.ts'

/**
 * Holds behaviours to what they promise: runs every transaction of a store twice, the first time only to take it back, and
 * copies every row through JSON on its way in and out.
 */
export function runTwice(store: Store): Store {
  return {
    ...store,
    transact: (fn) => {
      try {
        store.transact((tx) => {
          fn(copying(tx))
          throw TAKE_BACK
        })
      } catch (error) {
        // What else was thrown is thrown again by the second run.
        if (error !== TAKE_BACK) return store.transact((tx) => fn(copying(tx)))
      }
      return store.transact((tx) => fn(copying(tx)))
    },
  }
}

const TAKE_BACK = new Error('taken back')

function copying(tx: Transaction): Transaction {
  return {
    ...tx,
    get: <T>(table: string, key: string) => copy(tx.get<T>(table, key)),
    put: (table, key, value) => tx.put(table, key, copy(value)),
    *rows<T>(table: string, order?: 'oldest-first' | 'newest-first') {
      for (const [key, value] of tx.rows<T>(table, order)) yield [key, copy(value)] as const
    },
  }
}

function copy<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T)
}
