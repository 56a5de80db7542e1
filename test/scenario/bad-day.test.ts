import { createMock, type ScenarioName } from 'sparring'
import { expect, test } from 'vitest'
import { createLibrary } from '../../mocks/load/library.ts'
import { NOW } from '../support/mock/mock.ts'

const CALLS: Readonly<Record<string, readonly [url: string, header: string, value: string]>> = {
  seal: ['https://backend.seal.run/api/entities/search?titleContains=a', 'authorization', 'Bearer seal_any'],
  seamless: [
    'https://api.seamless.ai/api/client/v1/contacts?startDate=2026-01-01T00:00:00Z&endDate=2026-03-01T00:00:00Z',
    'token',
    'any',
  ],
  seclai: ['https://api.seclai.com/agents', 'x-api-key', 'sk-any'],
  seek: ['https://api.seek-api.com/v1/me', 'x-api-key', 'sk_live_any'],
  sequentum: ['https://dashboard.sequentum.com/api/v1/agent/all', 'authorization', 'ApiKey sk-any'],
}

test('one bad day at all five: each vendor is out in the morning, and back by itself', async () => {
  const vendors = createLibrary().vendorNames()
  expect(vendors.toSorted()).toEqual(Object.keys(CALLS))
  using mock = createMock({
    vendors,
    scenario: vendors.map((vendor): ScenarioName => `${vendor}/bad-day`),
    clock: { at: NOW, frozen: true },
  })
  const statuses = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(CALLS).map(async ([vendor, [url, header, value]]) => {
          const response = await mock.fetch(url, { headers: { [header]: value } })
          return [vendor, response.status] as const
        }),
      ),
    )
  expect(await statuses()).toEqual({ seal: 500, seamless: 500, seclai: 500, seek: 500, sequentum: 503 })
  await statuses()
  await statuses()
  // Seal's day goes on with both kinds of 429.
  expect(await statuses()).toEqual({ seal: 429, seamless: 200, seclai: 200, seek: 200, sequentum: 200 })
  await mock.clock.advance('1m')
  await statuses()
  expect((await statuses())['seal']).toBe(200)
  expect(new Set(mock.journal.exchanges().map(({ vendor }) => vendor))).toEqual(new Set(vendors))
})

test('a vendor that has trouble does not slow the others down: each has its own limits and its own latency', async () => {
  using mock = createMock({
    vendors: ['seek', 'seal'],
    scenario: 'seek/happy-path',
    clock: { at: NOW, frozen: true },
  })
  mock.play('seek/happy-path', { latency: '1h' })
  const held = mock.fetch(CALLS['seek']![0], { headers: { 'x-api-key': 'sk_live_any' } })
  await mock.settled({ held: 1 })
  const other = await mock.fetch(CALLS['seal']![0], { headers: { authorization: 'Bearer seal_any' } })
  expect(other.status).toBe(200)
  await mock.clock.advance('1h')
  expect((await held).status).toBe(200)
})
