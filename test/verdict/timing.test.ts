import { expect, test } from 'vitest'
import { createLibrary } from '../../mocks/load/library.ts'
import type { Facts } from '../../mocks/engine/session/journal/facts.ts'
import { chains } from '../../mocks/verdict/chains.ts'
import { isPassing } from '../../mocks/verdict/refusals.ts'
import {
  isAfter,
  isSequential,
  isTooShort,
  longestWait,
  peakConcurrency,
  waitBetween,
} from '../../mocks/verdict/timing.ts'
import { exchangesOf, type Told, viewOf } from '../support/verdict/exchanges.ts'

const seek = createLibrary().vendor('seek')

function two(earlier: Omit<Told, 'at'>, later: Told): readonly [Facts, Facts] {
  const [first, second] = exchangesOf(seek, [{ at: 0, took: 10, ...earlier }, later])
  return [first!, second!]
}

const one = { openedAt: -100 }

test.each<[string, boolean, Omit<Told, 'at'>, Told]>([
  ['on the same connection, after the answer', true, { connection: one }, { at: 10, connection: one }],
  ['on the same connection, pipelined', false, { connection: one }, { at: 9, connection: one }],
  [
    'on a connection that was there, 49 ms after the answer',
    false,
    { connection: one },
    { at: 59, connection: { openedAt: -50 } },
  ],
  [
    'on a connection that was there, 50 ms after the answer',
    true,
    { connection: one },
    { at: 60, connection: { openedAt: -50 } },
  ],
  [
    'on a connection that was opened after the answer',
    true,
    { connection: one },
    { at: 11, connection: { openedAt: 10 } },
  ],
  [
    'on a connection that was opened just before the answer',
    false,
    { connection: one },
    { at: 11, connection: { openedAt: 9 } },
  ],
  [
    'on a connection that was there, 50 ms after the answer, by a server that is 1 ms behind',
    false,
    { connection: one },
    { at: 60, late: 1, connection: { openedAt: -50 } },
  ],
  [
    'on a connection that was opened after the answer, by a server that is 2 ms behind',
    false,
    { connection: one },
    { at: 11, late: 2, connection: { openedAt: 11 } },
  ],
  ['in process, after the answer', true, {}, { at: 10 }],
  ['in process, before the answer', false, {}, { at: 9 }],
  ['while the first is under way', false, { end: undefined, delivered: undefined }, { at: 1000 }],
  [
    'while the answer is on its way to a slow reader',
    false,
    { connection: one, delivered: undefined },
    { at: 1000, connection: one },
  ],
  [
    'after the answer was made, and before a slow reader had it, on another connection',
    false,
    { connection: one, delivered: 500 },
    { at: 400, connection: { openedAt: 300 } },
  ],
])('%s: sent after it, %s', (_, after, earlier, later) => {
  expect(isAfter(...two(earlier, later))).toBe(after)
})

test('requests are sequential where each comes when the answer before it was delivered', () => {
  const at = (told: readonly Told[]): boolean => isSequential(exchangesOf(seek, told))
  expect(at([])).toBe(true)
  expect(at([{ at: 0, took: 10 }, { at: 10, took: 10 }, { at: 20 }])).toBe(true)
  expect(at([{ at: 0, took: 10 }, { at: 9 }])).toBe(false)
  expect(
    at([
      { at: 0, took: 10 },
      { at: 15, late: 6 },
    ]),
  ).toBe(false)
  expect(
    at([
      { at: 0, took: 10, connection: one },
      { at: 15, late: 6, connection: one },
    ]),
  ).toBe(true)
  expect(
    at([
      { at: 0, took: 10 },
      { at: 15, late: 6 },
    ]),
  ).toBe(false)
  expect(at([{ at: 0, took: 100 }, { at: 100 }, { at: 101, took: 5 }, { at: 103 }])).toBe(false)
  expect(at([{ at: 0, end: undefined, delivered: undefined }, { at: 1000 }])).toBe(false)
})

test('a client that sends one request at a time is known by that, whatever connections its pool takes', () => {
  const told = [
    { at: 0, took: 10, connection: { openedAt: -2 } },
    { at: 12, connection: { openedAt: -1 } },
  ]
  const view = viewOf('seek', told)
  expect(view.isOneByOne).toBe(true)
  expect(isAfter(view.exchanges[0]!, view.exchanges[1]!)).toBe(true)
  const parallel = viewOf('seek', [...told, { at: 12, connection: { openedAt: -1 } }])
  expect(parallel.isOneByOne).toBe(false)
  expect(isAfter(parallel.exchanges[0]!, parallel.exchanges[1]!)).toBe(false)
})

test('the assumed number of workers is that of simultaneous requests', () => {
  const most = (told: readonly Told[]): number => peakConcurrency(exchangesOf(seek, told))
  expect(most([])).toBe(0)
  expect(most([{ at: 0, took: 10 }, { at: 10 }])).toBe(1)
  expect(most([{ at: 0, took: 10 }, { at: 5, took: 2 }, { at: 8 }])).toBe(2)
  expect(most([{ at: 0, end: undefined, delivered: undefined }, { at: 5 }, { at: 8 }])).toBe(2)
})

test('a wait is too short where both clocks say so, by more than the tolerance', () => {
  expect(isTooShort({ clock: 749, host: 749 }, 1000)).toBe(true)
  expect(isTooShort({ clock: 750, host: 0 }, 1000)).toBe(false)
  expect(isTooShort({ clock: 0, host: 750 }, 1000)).toBe(false)
  const [earlier, later] = two({}, { at: 300, host: 20 })
  expect(waitBetween(earlier, later)).toEqual({ clock: 290, host: 10 })
  expect(longestWait({ clock: 290, host: 10 })).toBe(290)
})

function chained(told: readonly Told[]): number[][] {
  return [...chains(viewOf('seek', told).inTurn(), isPassing)].map((chain) => chain.map(({ number }) => number))
}

test('retries of a request make a chain, up to the first answer that is final', () => {
  expect(
    chained([
      { at: 0, status: 503 },
      { at: 10, status: 429 },
      { at: 20, status: 200 },
      { at: 30, status: 500 },
      { at: 40, status: 404 },
      { at: 50, status: 404 },
    ]),
  ).toEqual([
    [1, 2, 3],
    [4, 5],
  ])
})

test('other requests in between do not end a chain, and requests of several workers make none', () => {
  expect(
    chained([
      { at: 0, status: 500 },
      { at: 5, path: '/v1/jobs' },
      { at: 10, status: 500 },
    ]),
  ).toEqual([[1, 3]])
  expect(
    chained([
      { at: 0, status: 500, took: 5 },
      { at: 2, status: 500 },
      { at: 100, status: 500 },
    ]),
  ).toEqual([])
})
