import { test as base } from '@playwright/test'
import { createTest, expect } from 'sparring/playwright'
import { ask, open } from './page.ts'

const test = createTest({
  vendors: ['seek'],
  findings: { 'browser-credential': { severity: 'off', reason: 'the page has no key of its own' } },
})
const JOBS = '/v1/workers/linkedin-profile/jobs'
const JOB = '{"profile_url":"https://linkedin.com/in/example"}'

for (const transport of ['in-process', 'server'] as const) {
  test.describe(transport, () => {
    test.use({ transport })

    test('pages use the session of the test', async ({ page, play, mock, journal }) => {
      await open(page)
      play('seek/out-of-credits')
      const statuses = [await ask(page, JOBS, JOB), await ask(page, JOBS, JOB), await ask(page, JOBS, JOB)]
      expect(statuses).toEqual([202, 202, 402])
      expect(mock).toHaveMet('submitJob', 'PaymentRequired')
      expect(mock).toHaveCalled('submitJob', 3)
      expect(mock).not.toHaveCalled('cancelJob')
      expect(journal.exchanges()).toHaveLength(3)
    })

    test('the next test starts fresh, and a context of its own belongs to it', async ({ browser, connect, mock }) => {
      const context = await browser.newContext()
      await connect(context)
      const page = await context.newPage()
      await open(page)
      expect(await ask(page, JOBS, JOB)).toBe(202)
      expect(mock).toHaveCalled('submitJob', 1)
      await context.close()
    })
  })
}

test.describe('none', () => {
  test.use({ transport: 'none' })

  test('leaves pages alone; a client outside of them is met by the server', async ({ page, seek, server, mock }) => {
    await page.route('https://api.seek-api.com/**', (route) => route.abort())
    await open(page)
    await expect(ask(page)).rejects.toThrow('Failed to fetch')
    expect(mock).not.toHaveCalled('getMe')
    const { status } = await fetch(`${seek.url}/v1/me`, { headers: { 'x-api-key': seek.key } })
    expect([status, server.env['SPARRING_SEEK_URL']]).toEqual([200, seek.url])
  })
})

test('one clock for the page and the mock', async ({ page, next, mock, clock }) => {
  next('seek', 'getMe', 'TooManyRequests#rate')
  await page.clock.install()
  await open(page)
  expect(await ask(page)).toBe(429)
  await clock.advance('2s')
  expect(await ask(page)).toBe(200)
  expect(mock).toHaveWaited('retry-after')
})

test('a finding that a test has asked for does not fail it', async ({ page, mock }) => {
  await open(page)
  expect(await ask(page, JOBS, '{')).toBe(400)
  expect(mock).toHaveFinding('invalid-body')
  expect(mock).toHaveNoFindings()
})

test.describe('failOn', () => {
  test.use({ failOn: 'never' })

  test('lets findings pass', async ({ page }) => {
    await open(page)
    expect(await ask(page, JOBS, '{')).toBe(400)
  })
})

test('a matcher waits by toPass, as any assertion does', async ({ page, mock }) => {
  await open(page)
  await page.evaluate(() => void setTimeout(() => fetch('https://api.seek-api.com/v1/me'), 100))
  await expect(() => expect(mock).toHaveMet('getMe', 401)).toPass()
})

test.skip('a test that is skipped asks for no browser', async ({ page }) => {
  await ask(page)
})

base('`test` of Playwright itself stays as it is', ({ browserName }) => {
  expect(browserName).toBe('chromium')
})
