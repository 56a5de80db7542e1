import { createMock } from 'sparring'
import { expect, test } from 'vitest'
import { insideOf } from '../../../mocks/connect/mock/session-api.ts'
import { reportSession } from '../../../mocks/connect/mock/session-report.ts'
import { createJournal, type Entry, type Journal } from '../../../mocks/engine/session/journal/journal.ts'
import { ENTRY_SIZE, JournalPool } from '../../../mocks/engine/session/journal/journal-pool.ts'
import { SEEK, SEEK_KEY } from '../../support/vendors/seek.ts'

const HEAD = 100
const BODY = 400
/** What an exchange counts with its body. */
const WHOLE = ENTRY_SIZE + HEAD + BODY
const LIGHT = ENTRY_SIZE + HEAD

/** Adds so many exchanges, each with a body. */
function add(journal: Journal, count: number): void {
  for (let added = 0; added < count; added++) {
    const number = journal.entries().length + journal.dropped() + 1
    const shown = { number, hasBody: true }
    const entry: Entry = {
      number,
      weight: 0,
      isKept: false,
      render: () => ({ ...shown }) as never,
      facts: () => ({ number }) as never,
      dropBodies: () => {
        shown.hasBody = false
        return HEAD
      },
    }
    journal.add(entry)
    journal.weigh(entry, HEAD + BODY)
  }
}

/** Numbers of the exchanges that a journal has, those without a body in brackets. */
function listed(journal: Journal): string {
  const exchanges = journal.exchanges() as unknown as Array<{ number: number; hasBody: boolean }>
  return exchanges.map(({ number, hasBody }) => (hasBody ? number : `(${number})`)).join(' ')
}

test('journals that are within their budget together drop nothing', () => {
  const pool = new JournalPool(10 * WHOLE)
  const [busy, other] = [createJournal(pool), createJournal(pool)]
  add(busy, 8)
  add(other, 2)
  expect([listed(busy), listed(other)]).toEqual(['1 2 3 4 5 6 7 8', '1 2'])
  expect(pool.size).toBe(10 * WHOLE)
})

test('beyond the budget, a journal with more than an equal share drops the bodies of its older half, then its oldest exchanges', () => {
  const pool = new JournalPool(4 * WHOLE)
  const [busy, other] = [createJournal(pool), createJournal(pool)]
  add(busy, 4)
  add(other, 1)
  expect([listed(busy), listed(other)]).toEqual(['(2) 3 4', '1'])
  expect([busy.dropped(), other.dropped()]).toEqual([1, 0])
  add(other, 1)
  expect([listed(busy), listed(other)]).toEqual(['(3) 4', '1 2'])
  expect([busy.dropped(), other.dropped()]).toEqual([2, 0])
  expect(pool.size).toBe(LIGHT + 3 * WHOLE)
})

test('a journal that grows beyond its share drops its own', () => {
  const pool = new JournalPool(4 * WHOLE)
  const [first, second] = [createJournal(pool), createJournal(pool)]
  add(first, 2)
  add(second, 20)
  expect([listed(first), listed(second)]).toEqual(['1 2', '(19) 20'])
  expect([first.dropped(), second.dropped()]).toEqual([0, 18])
})

test('however many journals there are, they stay within the budget, and each keeps its latest exchange', () => {
  const pool = new JournalPool(100 * WHOLE)
  const journals = Array.from({ length: 50 }, () => createJournal(pool))
  for (let round = 1; round <= 40; round++) {
    for (const [index, journal] of journals.entries()) {
      if (index % 2 === 0 || round % 20 === 0) add(journal, 1)
      expect(pool.size).toBeLessThanOrEqual(pool.budget)
    }
  }
  for (const [index, journal] of journals.entries()) {
    expect(journal.entries().at(-1)?.number).toBe(index % 2 === 0 ? 40 : 2)
    expect(journal.entries().length + journal.dropped()).toBe(index % 2 === 0 ? 40 : 2)
    // Two exchanges are an equal share.
    if (index % 2 === 1) expect([listed(journal), journal.dropped()]).toEqual(['1 2', 0])
  }
})

test('exchanges count even without a text', () => {
  const pool = new JournalPool(10 * ENTRY_SIZE)
  const [journal, other] = [createJournal(pool), createJournal(pool)]
  for (let number = 1; number <= 30; number++) {
    const entry = { number, weight: 0, isKept: false, dropBodies: () => 0 } as unknown as Entry
    journal.add(entry)
    journal.weigh(entry, 0)
  }
  expect([journal.entries().length, journal.dropped(), other.dropped()]).toEqual([10, 20, 0])
})

test('a journal that is cleared or closed leaves its room to the others', () => {
  const pool = new JournalPool(4 * WHOLE)
  const journals = [createJournal(pool), createJournal(pool), createJournal(pool)] as const
  for (const journal of journals) add(journal, 1)
  journals[0].clear()
  expect(pool.size).toBe(2 * WHOLE)
  journals[1].close()
  expect(pool.size).toBe(WHOLE)
  add(journals[1], 10)
  expect([listed(journals[1]), pool.size]).toEqual(['1 2 3 4 5 6 7 8 9 10 11', WHOLE])
  add(journals[2], 3)
  expect(listed(journals[2])).toBe('1 2 3 4')
})

test('the sessions of a mock keep 256 MiB together, and what was dropped is counted as not judged', async () => {
  const mock = createMock({ vendors: ['seek'] })
  const key = { 'x-api-key': SEEK_KEY }
  const long = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`x-long-${index}`, 'z'.repeat(16 * 1024)]))
  await mock.fetch(`${SEEK}/me`, { headers: key })
  const sessions = Array.from({ length: 9 }, () => mock.session())
  for (let round = 0; round < 32; round++)
    for (const session of sessions) await session.fetch(`${SEEK}/me`, { headers: { ...key, ...long } })

  // Each has 0.94 MiB, of which one session could keep 34.
  const kept = sessions.map(({ journal }) => journal.exchanges().length)
  expect(kept.reduce((sum, count) => sum + count)).toBe(272)
  for (const [index, own] of sessions.entries()) {
    const judged = kept[index]!
    expect(own.journal.exchanges().at(-1)?.number).toBe(32)
    expect(own.journal.dropped()).toBe(32 - judged)
    const { session, vendors } = insideOf(own)!
    const report = reportSession(session, { vendors, findings: new Map() }, true)
    expect([report.judged, report.notJudged]).toEqual([judged, 32 - judged])
  }
  expect(mock.journal.dropped()).toBe(0)
})
