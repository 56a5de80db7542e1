import { createTest, expect } from 'sparring/playwright'
import { ask, open } from './page.ts'

const test = createTest({
  vendors: ['seek'],
  clock: { frozen: true },
  findings: { 'browser-credential': { severity: 'off', reason: 'the page has no key of its own' } },
})

test('an assertion fails', async ({ page }) => {
  await open(page)
  expect(await ask(page)).toBe(402)
})

test('a matcher fails', async ({ page, mock }) => {
  await open(page)
  await ask(page)
  expect(mock).toHaveMet('getMe', 'Unauthorized')
})

test('the client has a finding', async ({ page }) => {
  await open(page)
  await ask(page, '/v1/workers/linkedin-profile/jobs', '{')
})

test('an answer is held', async ({ page, play, mock }) => {
  play('seek/happy-path', { rules: [{ when: { operation: 'getMe' }, then: { delay: '10s' } }] })
  await open(page)
  void ask(page).catch(() => {})
  await expect.poll(() => mock.held().length).toBe(1)
  expect('held').toBe('answered')
})
