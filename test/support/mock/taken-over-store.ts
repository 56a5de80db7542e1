import { readRow, writeBatch } from '../../../mocks/connect/replicas/store/batch.ts'
import { createPendingChanges } from '../../../mocks/connect/replicas/pending-changes.ts'
import { createRecordedStore } from '../../../mocks/connect/replicas/recorded-store.ts'
import { fromPlainJson } from '../../../mocks/state/plain-json.ts'
import type { Store, StoreDump } from '../../../mocks/state/store.ts'

/**
 * A store that is taken over after every step: what a step has changed is written as it is for a store elsewhere, and all rows
 * are read anew from what was written so far.
 */
export function takenOver(inner: Store): Store {
  const rows = new Map<string, string>()
  const due = new Map<string, string>()
  const changes = createPendingChanges(() => {})
  const store = createRecordedStore(changes, inner)
  changes.turnOn()

  const apply = (words: readonly string[]): void => {
    const [forget, , , ...lists] = words
    if (forget !== '') {
      rows.clear()
      due.clear()
    }
    let at = 0
    const next = (): readonly string[] => {
      const length = Number(lists[at])
      const list = lists.slice(at + 1, at + 1 + length)
      at += length + 1
      return list
    }
    for (const target of [rows, due]) {
      const put = next()
      put.forEach((field, index) => index % 2 === 0 && target.set(field, put[index + 1]!))
      for (const field of next()) target.delete(field)
    }
  }
  const takeOver = (): void => {
    if (changes.isEmpty()) return
    apply(writeBatch(changes.takeBatch()))
    const stored = [...rows]
      .map(([field, text]) => readRow(field, text))
      .sort((left, right) => left.place - right.place)
    const dueRows = [...due].sort(([left], [right]) => Number(left) - Number(right))
    changes.expect({
      rows: stored.map(({ table, key, place }) => [table, key, place]),
      due: dueRows.map(([number]) => Number(number)),
    })
    const tables = [...Map.groupBy(stored, ({ table }) => table)].map(([table, found]) => [
      table,
      found.map(({ key, value }) => [key, value]),
    ])
    store.load(fromPlainJson({ tables, due: dueRows.map(([, text]) => JSON.parse(text) as unknown) }) as StoreDump)
  }
  return {
    ...store,
    transact: (fn) => {
      const result = store.transact(fn)
      takeOver()
      return result
    },
    clear: () => {
      store.clear()
      takeOver()
    },
    load: (dump) => {
      store.load(dump)
      takeOver()
    },
  }
}
