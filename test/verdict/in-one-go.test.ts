import axios from 'axios'
import type { Mock } from 'sparring'
import { expect, test } from 'vitest'
import { frozenMock } from '../support/mock/mock.ts'
import { intercept } from '../support/mock/msw.ts'

/** Requests that a client sends in one go: none of them was sent after the answer to another one. */

const URL = 'https://api.seek-api.com/v1/me'

function seek(): { readonly mock: Mock; readonly headers: Record<string, string> } {
  const mock = frozenMock({ vendors: ['seek'] })
  return { mock, headers: { 'x-api-key': mock.credentials('seek').revoked } }
}

async function inOneGo(call: () => Promise<unknown>): Promise<void> {
  await Promise.all(Array.from({ length: 20 }, call))
}

async function oneByOne(call: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < 5; done++) await call()
}

function codes(mock: Mock): string[] {
  return mock.findings().map(({ code }) => code)
}

test('twenty requests in one go by mock.fetch with a dead key are no breach, and five one after the other are', async () => {
  const parallel = seek()
  await inOneGo(() => parallel.mock.fetch(URL, { headers: parallel.headers }))
  expect(codes(parallel.mock)).toEqual([])
  const { mock, headers } = seek()
  await oneByOne(() => mock.fetch(URL, { headers }))
  expect(codes(mock)).toEqual(['dead-credential'])
})

test('workers of one process that each look at something first are no breach either', async () => {
  const { mock, headers } = seek()
  await inOneGo(async () => {
    await Promise.resolve()
    await mock.fetch(URL, { headers })
  })
  expect(codes(mock)).toEqual([])
})

test.each([
  ['fetch', (headers: Record<string, string>) => fetch(URL, { headers })],
  ['axios', (headers: Record<string, string>) => axios.get(URL, { headers, validateStatus: () => true })],
])('so it is through MSW with %s', async (_, call) => {
  const parallel = seek()
  const server = intercept(...parallel.mock.handlers)
  await call({ 'x-sparring-actor': 'test' })
  await inOneGo(() => call(parallel.headers))
  expect(codes(parallel.mock)).toEqual([])
  const { mock, headers } = seek()
  server.resetHandlers(...mock.handlers)
  await oneByOne(() => call(headers))
  expect(codes(mock)).toEqual(['dead-credential'])
})
