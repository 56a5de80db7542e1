import type { DueRow } from '../../../state/due-heap.ts'
import { toPlainJson } from '../../../state/plain-json.ts'

/** What one write brings to the store: all that changed of a session since the write before it. */
export interface Batch {
  /** All rows and due rows that are there go first. */
  forget: boolean
  /** All exchanges that are there go first. */
  forgetJournal: boolean
  /** Rows by their field, with their places in the order of first puts; undefined for one that was removed. */
  readonly rows: Map<string, PlacedRow | undefined>
  /** Due rows by their number; undefined for one that was taken. */
  readonly due: Map<number, DueRow | undefined>
  /** Exchanges as JSON. */
  readonly journal: string[]
  /** What the session plays, as JSON, where that may have changed. */
  head: string | undefined
}

export interface PlacedRow {
  readonly place: number
  readonly value: unknown
}

export function emptyBatch(): Batch {
  return { forget: false, forgetJournal: false, rows: new Map(), due: new Map(), journal: [], head: undefined }
}

/** Parts the table from the key; in no name of a table. */
const PART = '\u001f'

export function fieldOf(table: string, key: string): string {
  return table + PART + key
}

/** What stands in the store for a row: its place, and its value as JSON. */
export function writeRow({ place, value }: PlacedRow): string {
  return `${place} ${JSON.stringify(toPlainJson(value))}`
}

/** A row as the store has it; its value is still the JSON that {@link toPlainJson} makes. */
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

/** Entries of the journal that one write brings at most: more of them are of no use, since so many are kept. */
export const KEPT_EXCHANGES = 1000

/**
 * A batch as arguments of the script that writes it: each list behind its length.
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
