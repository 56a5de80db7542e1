import type { DueRow } from '../../../state/due-heap.ts'
import { toPlainJson } from '../../../state/plain-json.ts'

/** The changes of one write: everything that changed in a session since the previous write. */
export interface Batch {
  /** Whether to delete all rows and due rows first. */
  forget: boolean
  /** Whether to delete all exchanges first. */
  forgetJournal: boolean
  /** Rows by field, with their places in the order of first puts; undefined for a removed row. */
  readonly rows: Map<string, PlacedRow | undefined>
  /** Due rows by number; undefined for a row that was taken. */
  readonly due: Map<number, DueRow | undefined>
  /** Exchanges as JSON. */
  readonly journal: string[]
  /** The session's scenarios as JSON, if they may have changed. */
  head: string | undefined
}

export interface PlacedRow {
  readonly place: number
  readonly value: unknown
}

export function emptyBatch(): Batch {
  return { forget: false, forgetJournal: false, rows: new Map(), due: new Map(), journal: [], head: undefined }
}

/** Separates table and key; no table name contains it. */
const PART = '\u001f'

export function fieldOf(table: string, key: string): string {
  return table + PART + key
}

/** The stored form of a row: its place, and its value as JSON. */
export function writeRow({ place, value }: PlacedRow): string {
  return `${place} ${JSON.stringify(toPlainJson(value))}`
}

/** A row from the store; its value is still the JSON of {@link toPlainJson}. */
export interface StoredRow {
  readonly table: string
  readonly key: string
  readonly place: number
  readonly value: unknown
}

export function readRow(field: string, text: string): StoredRow {
  const part = field.indexOf(PART)
  const blank = text.indexOf(' ')
  return {
    table: field.slice(0, part),
    key: field.slice(part + PART.length),
    place: Number(text.slice(0, blank)),
    value: JSON.parse(text.slice(blank + 1)) as unknown,
  }
}

/** Maximum number of journal entries in one write: the store keeps no more. */
export const KEPT_EXCHANGES = 1000

/**
 * Converts a batch to arguments of the script that writes it, each list preceded by its length.
 *
 * @example
 * writeBatch(emptyBatch())
 * //=> ['', '', '', '0', '0', '0', '0', '0']
 */
export function writeBatch({ forget, forgetJournal, rows, due, journal, head }: Batch): string[] {
  const put: string[] = []
  const removed: string[] = []
  for (const [field, row] of rows) {
    if (row) put.push(field, writeRow(row))
    else removed.push(field)
  }
  const set: string[] = []
  const taken: string[] = []
  for (const [number, row] of due) {
    if (row) set.push(String(number), JSON.stringify(toPlainJson(row)))
    else taken.push(String(number))
  }
  const last = journal.slice(-KEPT_EXCHANGES)
  const lists = [put, removed, set, taken, last].flatMap((list) => [String(list.length), ...list])
  return [forget ? '1' : '', forgetJournal ? '1' : '', head ?? '', ...lists]
}
