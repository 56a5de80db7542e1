import { readNumber } from '../../../mocks/spec/values/exact-number.ts'
import type { Store, Transaction } from '../../../mocks/state/store.ts'

/**
 * Holds behaviours to what they promise: runs every transaction of a store twice, the first time only to take it back, and
 * copies every row through JSON on its way in and out. Bytes may stand in rows; they are the one thing that JSON lacks.
 */
export function runTwice(store: Store): Store {
  return {
    ...store,
    mayRunAgain: true,
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
  if (value === undefined) return value
  const bytes: Uint8Array[] = []
  // A Buffer would write itself as a list of numbers before the part is seen here.
  const text = JSON.stringify(value, function (this: Readonly<Record<string, unknown>>, key, part: unknown) {
    const held = this[key]
    return held instanceof Uint8Array ? { [BYTES]: bytes.push(Uint8Array.from(held)) - 1 } : part
  })
  return JSON.parse(text, (_, part: { readonly [BYTES]?: number } | number | null, context?: { source?: string }) =>
    typeof part === 'number' ? readNumber(context?.source ?? String(part)) : (bytes[part?.[BYTES] ?? -1] ?? part),
  ) as T
}

const BYTES = '$bytes'
