import { expect, test } from 'vitest'
import { contacts, seamlessMock } from '../../support/vendors/seamless.ts'

test.each([
  ['2026-03-16', '2026-03-17'],
  ['2026-03-16T00:00:00', '2026-03-16T23:59:59'],
  ['2026-03-16 00:00:00', '2026-03-16 23:59:59'],
  ['2026-03-16T00:00Z', '2026-03-16T23:59Z'],
  ['2026-03-16T01:00:00+01:00', '2026-03-16T23:59:59.999Z'],
])('a listing may be asked for from %s to %s', async (from, to) => {
  const { mock, seamless } = seamlessMock()
  await seamless.start(contacts(1))
  await mock.clock.advance('4s')
  const window = (startDate: string, endDate: string) => new URLSearchParams({ startDate, endDate }).toString()
  expect(await seamless.listed('contacts', window(from, to))).toHaveLength(1)
  expect(await seamless.listed('contacts', window(to, to))).toHaveLength(0)
})

test('the date of a row’s change can be used in a search, as it is written there', async () => {
  const { seamless } = seamlessMock()
  const [row] = (await seamless.page({ limit: 1 })).data
  const at = String(row!['lastModifiedAt'])
  const found = async (filters: object) => (await seamless.page({ ...filters, fullName: [row!.name] })).data.length
  expect([await found({ lastModifiedAfter: at }), await found({ lastModifiedBefore: at })]).toEqual([1, 1])
  const day = at.slice(0, 10)
  expect([await found({ lastModifiedAfter: day }), await found({ lastModifiedBefore: day })]).toEqual([1, 0])
  expect((await seamless.search({ lastModifiedAfter: 'yesterday' })).status).toBe(400)
})
