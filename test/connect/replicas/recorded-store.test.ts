import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyBatch, writeBatch } from '../../../mocks/connect/replicas/store/batch.ts'
import { createPendingChanges } from '../../../mocks/connect/replicas/pending-changes.ts'
import { createRecordedStore } from '../../../mocks/connect/replicas/recorded-store.ts'
import { createMemoryStore, type Store, type Transaction } from '../../../mocks/state/store.ts'
import { takenOver } from '../../support/mock/taken-over-store.ts'

const key = fc.constantFrom('a', 'b', 'c')
const table = fc.constantFrom('one', 'two')
const move = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), table, key, value: fc.jsonValue().filter((value) => value !== null) }),
  fc.record({ kind: fc.constant('remove' as const), table, key }),
  fc.record({ kind: fc.constant('removeMany' as const), table, keys: fc.uniqueArray(key) }),
  fc.record({ kind: fc.constant('removeAll' as const), table }),
  fc.record({ kind: fc.constant('count' as const), table: fc.constant('numbers'), key }),
  fc.record({ kind: fc.constant('schedule' as const), at: fc.nat(20), key }),
  fc.record({ kind: fc.constant('takeDue' as const), at: fc.nat(20) }),
)
type Move = typeof move extends fc.Arbitrary<infer Value> ? Value : never

function play(tx: Transaction, done: Move): void {
  if (done.kind === 'put') tx.put(done.table, done.key, done.value)
  else if (done.kind === 'remove') tx.remove(done.table, done.key)
  else if (done.kind === 'removeMany') tx.remove(done.table, new Set(done.keys))
  else if (done.kind === 'removeAll') tx.removeAll(done.table)
  else if (done.kind === 'count') tx.count(done.table, done.key)
  else if (done.kind === 'schedule') tx.schedule({ at: done.at, topic: 't', key: done.key, wakes: done.at % 2 === 0 })
  else tx.takeDue(done.at)
}

/** Without tables that have no rows: what is kept elsewhere has none of them. */
function known(store: Store): object {
  const { tables, due } = store.dump()
  return { tables: Object.fromEntries(tables.filter(([, rows]) => rows.length > 0)), due, wake: store.nextWake() }
}

test('a session that is taken over after every step has the same state as one in memory', () => {
  const steps = fc.array(
    fc.record({ moves: fc.array(move, { maxLength: 6 }), fails: fc.constantFrom('no', 'part', 'step') }),
  )
  fc.assert(
    fc.property(steps, (all) => {
      const memory = createMemoryStore()
      const elsewhere = takenOver(createMemoryStore())
      for (const { moves, fails } of all) {
        for (const store of [memory, elsewhere]) {
          try {
            store.transact((tx) => {
              const run = (): void => moves.forEach((each) => play(tx, each))
              if (fails !== 'part') run()
              else
                try {
                  tx.part(() => {
                    run()
                    throw new Error('part')
                  })
                } catch {
                  tx.put('one', 'failed', true)
                }
              if (fails === 'step') throw new Error('step')
            })
          } catch (error) {
            expect(error).toEqual(new Error('step'))
          }
        }
        expect(known(elsewhere)).toEqual(known(memory))
      }
    }),
    { numRuns: 300 },
  )
})

test('a row that many steps have changed is written once, as it is in the end', () => {
  const changes = createPendingChanges(() => {})
  const store = createRecordedStore(changes)
  changes.turnOn()
  for (let step = 0; step < 5; step++)
    store.transact((tx) => tx.put('balances', 'main', { credits: step, until: Infinity }))
  store.transact((tx) => tx.schedule({ at: 5, topic: 'seek/delivery', key: 'd', wakes: true }))
  expect(writeBatch(changes.takeBatch())).toEqual([
    '', '', '',
    '2', 'balances\u001fmain', '0 {"credits":4,"until":{"$number":"Infinity"}}',
    '0',
    '2', '0', '{"at":5,"topic":"seek/delivery","key":"d","wakes":true}',
    '0',
    '0',
  ]) // prettier-ignore
  expect(writeBatch(changes.takeBatch())).toEqual(writeBatch(emptyBatch()))
})

test('steps of a session that is executed elsewhere leave nothing to write', () => {
  const changes = createPendingChanges(() => {})
  const store = createRecordedStore(changes)
  store.transact((tx) => tx.put('balances', 'main', 1))
  changes.turnOn()
  changes.turnOff()
  store.transact((tx) => tx.put('balances', 'main', 2))
  store.clear()
  expect(changes.isEmpty()).toBe(true)
  expect(writeBatch(changes.takeBatch())).toEqual(writeBatch(emptyBatch()))
})
