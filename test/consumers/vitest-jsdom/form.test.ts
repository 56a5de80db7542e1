// @vitest-environment jsdom
import { createTest, expect } from 'sparring/vitest'
import { setupServer } from 'msw/node'
import { afterEach } from 'vitest'

const test = createTest({ vendors: ['seek'], clock: { frozen: true } })
afterEach(() => void document.body.replaceChildren())

/** A component: it shows what the vendor says. */
async function show(send: typeof fetch): Promise<void> {
  const answer = await send('https://api.seek-api.com/v1/me', { headers: { 'x-api-key': 'sk_live_any' } })
  document.body.append(answer.status === 429 ? `in ${answer.headers.get('retry-after')} s` : 'welcome')
}

test('a component reaches the mock in process', async ({ mock, next }) => {
  next('seek', 'getMe', 'TooManyRequests#rate')
  await show(mock.fetch)
  expect(document.body.textContent).toBe('in 1 s')
  await mock.clock.advance('1s')
  await show(mock.fetch)
  expect(mock).toHaveWaited('retry-after')
})

test('a component reaches the mock through MSW', async ({ mock }) => {
  const server = setupServer(...mock.handlers)
  server.listen()
  await show(fetch)
  server.close()
  expect(document.body.textContent).toBe('welcome')
  expect(mock).toHaveCalled('getMe', 1)
})
