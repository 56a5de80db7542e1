import type { DueRow } from '../../state/due-heap.ts'
import type { StoreDump } from '../../state/store.ts'
import { type Batch, emptyBatch, fieldOf } from './store/batch.ts'
import type { Recorder } from './recorded-store.ts'

/** Collects the changes of steps until they are written, and knows the place of each row in the store. */
export interface PendingChanges extends Recorder {
  /** Whether there are no changes to write. */
  readonly isEmpty: () => boolean
  /** Returns the changes to write, and starts a new batch. */
  readonly takeBatch: () => Batch
  readonly addExchange: (json: string) => void
  readonly forgetJournal: () => void
  /** The next `load` contains what the store already has, in these places: it is not written. */
  readonly expect: (places: Places) => void
  /** While turned off, no changes are collected: the session is executed elsewhere. */
  readonly turnOn: () => void
  readonly turnOff: () => void
}

/** The places of a dump's rows in the store, in the order of the dump. */
export interface Places {
  readonly rows: ReadonlyArray<readonly [table: string, key: string, place: number]>
  readonly due: readonly number[]
}

/** @param changed - called when there are changes to write */
export function createPendingChanges(changed: () => void): PendingChanges {
  let batch = emptyBatch()
  let isDirty = false
  let isOn = false
  let expected: Places | undefined
  let places = new Map<string, Map<string, number>>()
  let numbers = new Map<DueRow, number>()
  let nextPlace = 0
  let nextNumber = 0

  /** Changes to a session before its rows are loaded again must not change the store. */
  const isGathering = (): boolean => isOn && !expected
  const change = (): void => {
    if (isDirty) return
    isDirty = true
    changed()
  }
  const placeOf = (table: string, key: string): number => {
    let keys = places.get(table)
    if (!keys) places.set(table, (keys = new Map()))
    let place = keys.get(key)
    if (place === undefined) keys.set(key, (place = nextPlace++))
    return place
  }
  const put = (table: string, key: string, value: unknown): void => {
    if (isGathering()) batch.rows.set(fieldOf(table, key), { place: placeOf(table, key), value })
  }
  const schedule = (row: DueRow): void => {
    if (!isGathering()) return
    const number = nextNumber++
    numbers.set(row, number)
    batch.due.set(number, row)
  }
  const forgetPlaces = (): void => {
    places = new Map()
    numbers = new Map()
  }
  const clear = (): void => {
    forgetPlaces()
    if (!isGathering()) return
    const { head, journal, forgetJournal } = batch
    batch = { ...emptyBatch(), forget: true, head, journal, forgetJournal }
    change()
  }

  return {
    put,
    remove: (table, keys) => {
      const own = places.get(table)
      if (!isGathering() || !own) return
      for (const key of typeof keys === 'string' ? [keys] : keys)
        if (own.delete(key)) batch.rows.set(fieldOf(table, key), undefined)
    },
    removeAll: (table) => {
      if (!isGathering()) return
      for (const key of places.get(table)?.keys() ?? []) batch.rows.set(fieldOf(table, key), undefined)
      places.delete(table)
    },
    schedule,
    take: (row) => {
      const number = numbers.get(row)
      if (!isGathering() || number === undefined) return
      numbers.delete(row)
      batch.due.set(number, undefined)
    },
    clear,
    load: (dump) => {
      if (expected) adopt(dump, expected)
      else {
        clear()
        for (const [table, rows] of dump.tables) for (const [key, value] of rows) put(table, key, value)
        for (const row of dump.due) schedule(row)
        if (isOn) change()
      }
    },
    done: () => {
      if (isGathering()) change()
    },
    isEmpty: () => !isDirty,
    takeBatch: () => {
      const taken = batch
      batch = emptyBatch()
      isDirty = false
      return taken
    },
    addExchange: (json) => {
      if (!isOn) return
      batch.journal.push(json)
      change()
    },
    forgetJournal: () => {
      if (!isGathering()) return
      batch.forgetJournal = true
      batch.journal.length = 0
      change()
    },
    expect: (next) => {
      expected = next
    },
    turnOn: () => {
      isOn = true
      batch = emptyBatch()
      isDirty = false
    },
    turnOff: () => {
      isOn = false
      expected = undefined
      forgetPlaces()
      nextPlace = 0
      nextNumber = 0
      batch = emptyBatch()
      isDirty = false
    },
  }

  function adopt(dump: StoreDump, own: Places): void {
    expected = undefined
    forgetPlaces()
    for (const [table, key, place] of own.rows) {
      placeOf(table, key)
      places.get(table)!.set(key, place)
      nextPlace = Math.max(nextPlace, place + 1)
    }
    dump.due.forEach((row, index) => {
      const number = own.due[index]!
      numbers.set(row, number)
      nextNumber = Math.max(nextNumber, number + 1)
    })
  }
}
