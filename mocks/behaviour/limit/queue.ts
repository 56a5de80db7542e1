import type { Transaction } from '../../state/store.ts'

/** Exchanges that wait for a permit of one counter, oldest first: a row beside the counter's own. */
export type Waiting = readonly string[]

const NOBODY: Waiting = []

export function readQueue(tx: Transaction, table: string, key: string): Waiting {
  return tx.get<Waiting>(rowsOf(table), key) ?? NOBODY
}

export function joinQueue(tx: Transaction, table: string, key: string, id: string): void {
  const waiting = readQueue(tx, table, key)
  if (!waiting.includes(id)) tx.put(rowsOf(table), key, [...waiting, id])
}

export function leaveQueue(tx: Transaction, table: string, key: string, id: string): void {
  const waiting = readQueue(tx, table, key)
  if (waiting.includes(id))
    tx.put(
      rowsOf(table),
      key,
      waiting.filter((other) => other !== id),
    )
}

function rowsOf(table: string): string {
  return `${table}/queue`
}
