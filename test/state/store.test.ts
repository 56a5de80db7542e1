import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DueRow } from '../../mocks/state/due-heap.ts'
import { createMemoryStore, type Store, type Transaction } from '../../mocks/state/store.ts'

/** Runs a step that fails at its end. */
function fail(store: Store, step: (tx: Transaction) => void): void {
  expect(() =>
    store.transact((tx) => {
      step(tx)
      throw new Error('stop')
    }),
  ).toThrow(new Error('stop'))
}

function rowsOf(store: Store, table: string, order?: 'newest-first'): unknown {
  return store.transact((tx) => [...tx.rows(table, order)])
}

test('a step that throws changes nothing', () => {
  const store = createMemoryStore()
  store.transact((tx) => {
    tx.put('t', 'a', 1)
    tx.put('t', 'b', 2)
    tx.count('n', 'calls')
  })
  fail(store, (tx) => {
    tx.put('t', 'a', 10)
    tx.put('t', 'c', 3)
    tx.remove('t', 'b')
    tx.put('t', 'b', 20)
    tx.remove('t', 'c')
    expect(tx.count('n', 'calls')).toBe(1)
    expect(tx.count('n', 'others')).toBe(0)
    expect([...tx.rows('t')]).toEqual([
      ['a', 10],
      ['b', 20],
    ])
  })
  expect(rowsOf(store, 't')).toEqual([
    ['a', 1],
    ['b', 2],
  ])
  expect(store.transact((tx) => [tx.count('n', 'calls'), tx.count('n', 'others')])).toEqual([1, 0])
})

test('rows are removed in one go, those that are there, and a step that throws brings them back in their places', () => {
  const store = createMemoryStore()
  store.transact((tx) => {
    for (const key of ['a', 'b', 'c', 'd']) tx.put('t', key, key)
  })
  const gone = new Set(['c', 'a', 'nobody'])
  fail(store, (tx) => {
    tx.remove('t', gone)
    tx.remove('none', gone)
    expect([...tx.rows('t')].map(([key]) => key)).toEqual(['b', 'd'])
  })
  expect(rowsOf(store, 't')).toEqual(['a', 'b', 'c', 'd'].map((key) => [key, key]))
  store.transact((tx) => tx.remove('t', gone))
  expect(rowsOf(store, 't')).toEqual([
    ['b', 'b'],
    ['d', 'd'],
  ])
})

test('a part of a step that throws leaves no trace, and the rest of the step stays', () => {
  const store = createMemoryStore()
  const row: DueRow = { at: 5, topic: 't', key: 'k', wakes: true }
  store.transact((tx) => tx.put('t', 'a', 1))
  store.transact((tx) => {
    tx.put('t', 'b', 2)
    expect(() =>
      tx.part(() => {
        tx.put('t', 'a', 10)
        tx.put('t', 'c', 3)
        tx.remove('t', 'b')
        tx.schedule(row)
        throw new Error('stop')
      }),
    ).toThrow(new Error('stop'))
    tx.put(
      't',
      'd',
      tx.part(() => 4),
    )
  })
  expect(rowsOf(store, 't')).toEqual([
    ['a', 1],
    ['b', 2],
    ['d', 4],
  ])
  expect([store.nextDue(), store.nextWake()]).toEqual([undefined, undefined])
  fail(store, (tx) => tx.part(() => tx.put('t', 'e', 5)))
  expect(rowsOf(store, 't')).toEqual([
    ['a', 1],
    ['b', 2],
    ['d', 4],
  ])
})

test('a listener of the first due row is notified after each step that changes which row is first', () => {
  const store = createMemoryStore()
  const heard: Array<number | undefined> = []
  store.onWake(() => heard.push(store.nextWake()))
  const schedule = (at: number, wakes = true): unknown =>
    store.transact((tx) => tx.schedule({ at, topic: 't', key: String(at), wakes }))

  schedule(20)
  schedule(30)
  schedule(5, false)
  schedule(10)
  expect(heard).toEqual([20, 10])
  fail(store, (tx) => {
    tx.schedule({ at: 1, topic: 't', key: '1', wakes: true })
    throw new Error('stop')
  })
  store.transact((tx) => [tx.takeDue(10), tx.takeDue(10)])
  expect(heard).toEqual([20, 10, 20])
  store.transact((tx) => [tx.takeDue(30), tx.takeDue(30)])
  expect(heard).toEqual([20, 10, 20, undefined])
})

test('a step that throws leaves the rows in their order', () => {
  const store = createMemoryStore()
  store.transact((tx) => ['a', 'b', 'c'].forEach((key) => tx.put('t', key, key)))
  fail(store, (tx) => {
    tx.remove('t', 'a')
    tx.put('t', 'a', 'again')
  })
  fail(store, (tx) => {
    tx.removeAll('t')
    tx.put('t', 'z', 'z')
  })
  expect(rowsOf(store, 't')).toEqual([
    ['a', 'a'],
    ['b', 'b'],
    ['c', 'c'],
  ])
  expect(rowsOf(store, 't', 'newest-first')).toEqual([
    ['c', 'c'],
    ['b', 'b'],
    ['a', 'a'],
  ])
})

test('a row keeps the place of its first put, and a removed one begins anew at the end', () => {
  const store = createMemoryStore()
  store.transact((tx) => {
    tx.put('t', 'a', 1)
    tx.put('t', 'b', 2)
    tx.put('t', 'a', 3)
    tx.remove('t', 'nobody')
    tx.remove('nowhere', 'a')
  })
  expect(rowsOf(store, 't')).toEqual([
    ['a', 3],
    ['b', 2],
  ])
  store.transact((tx) => {
    tx.remove('t', 'a')
    tx.put('t', 'a', 4)
  })
  expect(rowsOf(store, 't')).toEqual([
    ['b', 2],
    ['a', 4],
  ])
})

test('a value that is undefined is a row too', () => {
  const store = createMemoryStore()
  store.transact((tx) => {
    tx.put('t', 'a', undefined)
    tx.put('t', 'a', 1)
  })
  fail(store, (tx) => tx.put('t', 'a', undefined))
  expect(rowsOf(store, 't')).toEqual([['a', 1]])
})

test('rows fall due in the order of their instants, those of one instant in the order they were set', () => {
  const store = createMemoryStore()
  const row = (at: number, key: string): DueRow => ({ at, topic: 'job', key })
  store.transact((tx) => {
    for (const [at, key] of [
      [30, 'e'],
      [10, 'a'],
      [20, 'c'],
      [10, 'b'],
      [20, 'd'],
    ] as const)
      tx.schedule(row(at, key))
  })
  expect(store.nextDue()).toBe(10)
  expect(store.transact((tx) => tx.takeDue(9))).toBeUndefined()
  const taken = store.transact((tx) => {
    const keys: string[] = []
    for (let due = tx.takeDue(20); due; due = tx.takeDue(20)) keys.push(due.key)
    return keys
  })
  expect(taken).toEqual(['a', 'b', 'c', 'd'])
  expect(store.nextDue()).toBe(30)
})

test('a step that throws restores the queue in its old order, and removes what it has set', () => {
  const store = createMemoryStore()
  store.transact((tx) => ['a', 'b'].forEach((key) => tx.schedule({ at: 10, topic: 'job', key })))
  fail(store, (tx) => {
    expect(tx.takeDue(10)?.key).toBe('a')
    tx.schedule({ at: 1, topic: 'job', key: 'early' })
    expect(tx.takeDue(10)?.key).toBe('early')
    tx.schedule({ at: 5, topic: 'job', key: 'later' })
  })
  expect(store.nextDue()).toBe(10)
  expect(store.transact((tx) => [tx.takeDue(99), tx.takeDue(99), tx.takeDue(99)].map((row) => row?.key))).toEqual([
    'a',
    'b',
    undefined,
  ])
})

test('a step can take at once what it has set to fall due', () => {
  const store = createMemoryStore()
  store.transact((tx) => {
    tx.schedule({ at: 5, topic: 'job', key: 'a' })
    expect(tx.takeDue(5)).toEqual({ at: 5, topic: 'job', key: 'a' })
    expect(tx.takeDue(5)).toBeUndefined()
  })
  expect(store.nextDue()).toBeUndefined()
})

test('a step inside a step is a mistake, and the outer one is taken back', () => {
  const store = createMemoryStore()
  expect(() =>
    store.transact((tx) => {
      tx.put('t', 'a', 1)
      store.transact(() => 0)
    }),
  ).toThrow(new Error('Failed to start a transaction: one is already open in this session.'))
  expect(rowsOf(store, 't')).toEqual([])
})

test('clear forgets rows, counters and what is to fall due', () => {
  const store = createMemoryStore()
  store.transact((tx) => {
    tx.put('t', 'a', 1)
    tx.count('n', 'calls')
    tx.schedule({ at: 5, topic: 'job', key: 'a' })
  })
  store.clear()
  expect(store.nextDue()).toBeUndefined()
  expect(store.transact((tx) => [tx.get('t', 'a'), tx.count('n', 'calls'), tx.takeDue(9)])).toEqual([
    undefined,
    0,
    undefined,
  ])
})

test('names like __proto__ and constructor are names like any other', () => {
  const store = createMemoryStore()
  store.transact((tx) => {
    expect(tx.get('__proto__', 'constructor')).toBeUndefined()
    expect(tx.count('constructor', '__proto__')).toBe(0)
    tx.put('__proto__', '__proto__', 'kept')
  })
  expect(rowsOf(store, '__proto__')).toEqual([['__proto__', 'kept']])
  expect(({} as Record<string, unknown>)['kept']).toBeUndefined()
})

/** What a store must be, written as plainly as can be: lists that are copied before each step. */
interface Model {
  tables: Record<string, Array<[string, number]>>
  due: Array<DueRow & { order: number }>
  order: number
}

type Command =
  | { readonly do: 'put' | 'remove' | 'count'; readonly table: string; readonly key: string; readonly value: number }
  | { readonly do: 'removeAll'; readonly table: string }
  | { readonly do: 'schedule' | 'takeDue'; readonly at: number }

const name = fc.constantFrom('a', 'b', 'c', '__proto__')
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('put' as const, 'remove' as const, 'count' as const),
      table: fc.constantFrom('t', 'u'),
      key: name,
      value: fc.nat(9),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('removeAll' as const), table: fc.constantFrom('t', 'u') }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('schedule' as const, 'takeDue' as const), at: fc.nat(6) }) },
)

function runOnStore(tx: Transaction, step: Command, order: () => number): unknown {
  switch (step.do) {
    case 'put':
      return tx.put(step.table, step.key, step.value)
    case 'remove':
      return tx.remove(step.table, step.key)
    case 'removeAll':
      return tx.removeAll(step.table)
    case 'count':
      return tx.count(step.table, step.key)
    case 'schedule':
      return tx.schedule({ at: step.at, topic: 't', key: String(order()) })
    case 'takeDue':
      return tx.takeDue(step.at)?.key
  }
}

function runOnModel(model: Model, step: Command): unknown {
  const table = 'table' in step ? (model.tables[step.table] ??= []) : []
  const found = 'key' in step ? table.find(([key]) => key === step.key) : undefined
  switch (step.do) {
    case 'put':
      if (found) found[1] = step.value
      else table.push([step.key, step.value])
      return undefined
    case 'remove':
      if (found) table.splice(table.indexOf(found), 1)
      return undefined
    case 'removeAll':
      table.length = 0
      return undefined
    case 'count':
      if (found) return found[1]++
      table.push([step.key, 1])
      return 0
    case 'schedule':
      model.due.push({ at: step.at, topic: 't', key: String(model.order), order: model.order })
      model.due.sort((left, right) => left.at - right.at || left.order - right.order)
      return undefined
    case 'takeDue':
      return model.due[0] && model.due[0].at <= step.at ? model.due.shift()!.key : undefined
  }
}

test('any steps, kept or thrown away, leave the store as a plain model says', () => {
  const steps = fc.array(fc.record({ commands: fc.array(command, { maxLength: 12 }), fails: fc.boolean() }), {
    maxLength: 8,
  })
  fc.assert(
    fc.property(steps, (all) => {
      const store = createMemoryStore()
      let model: Model = { tables: {}, due: [], order: 0 }
      for (const { commands, fails } of all) {
        const draft = structuredClone(model)
        const run = (tx: Transaction): void => {
          for (const step of commands) {
            draft.order++
            const wanted = runOnModel(draft, step)
            expect(runOnStore(tx, step, () => draft.order)).toEqual(wanted)
          }
        }
        if (fails) fail(store, run)
        else store.transact(run)
        if (!fails) model = draft
        else model.order = draft.order
        expect(rowsOf(store, 't')).toEqual(model.tables['t'] ?? [])
        expect(rowsOf(store, 'u', 'newest-first')).toEqual((model.tables['u'] ?? []).toReversed())
        expect(store.nextDue()).toBe(model.due[0]?.at)
      }
    }),
    { seed: 20260316, numRuns: 400 },
  )
})

test('another store goes on from the dump of one: rows in their order, and what falls due in its order', () => {
  const store = createMemoryStore()
  store.transact((tx) => {
    for (const key of ['c', 'a', 'b']) tx.put('t', key, { key })
    tx.remove('t', 'a')
    tx.put('t', 'c', { key: 'changed' })
    tx.schedule({ at: 5, topic: 'second', key: 'k' })
    tx.schedule({ at: 5, topic: 'third', key: 'k', wakes: true })
    tx.schedule({ at: 1, topic: 'first', key: 'k', wakes: true })
    tx.schedule({ at: 0, topic: 'gone', key: 'k' })
    tx.takeDue(0)
  })
  const other = createMemoryStore()
  other.transact((tx) => tx.put('old', 'row', 1))
  other.load(store.dump())
  expect(other.dump()).toEqual(store.dump())
  expect([rowsOf(other, 't'), rowsOf(other, 'old')]).toEqual([
    [
      ['c', { key: 'changed' }],
      ['b', { key: 'b' }],
    ],
    [],
  ])
  expect([other.nextDue(), other.nextWake()]).toEqual([1, 1])
  const topics = other.transact((tx) => [1, 2, 3, 4].map(() => tx.takeDue(9)?.topic))
  expect(topics).toEqual(['first', 'second', 'third', undefined])
})

test('a store cannot be dumped or loaded in the middle of a step', () => {
  const store = createMemoryStore()
  const within = new Error('Failed to copy the state of a session: a transaction is open in it.')
  store.transact((tx) => {
    tx.put('t', 'a', 1)
    expect(() => store.dump()).toThrow(within)
    expect(() => store.load({ tables: [], due: [] })).toThrow(within)
  })
  expect(rowsOf(store, 't')).toEqual([['a', 1]])
})
