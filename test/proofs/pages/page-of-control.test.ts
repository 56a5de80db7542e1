import { startServer, type MockServer } from 'sparring'
import type { Browser, Page } from '@playwright/test'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findChromium, launch, NO_CHROMIUM } from '../../support/processes/browser.ts'

const chromium = findChromium()

describe.skipIf(chromium === undefined)(
  `the page at /__sparring/${chromium === undefined ? ` (skipped: ${NO_CHROMIUM})` : ''}`,
  () => {
    let server: MockServer
    let browser: Browser
    let page: Page
    const problems: string[] = []

    beforeAll(async () => {
      server = await startServer({ vendors: ['seek', 'seal'], port: 0 })
      browser = await launch()
      page = await browser.newPage()
      page.on('pageerror', (error) => problems.push(error.message))
      // Chromium writes a line for every answer above 399, which is no fault of the page.
      page.on('console', (line) => {
        if (line.type() === 'error' && !line.text().startsWith('Failed to load resource')) problems.push(line.text())
      })
    }, 120_000)

    beforeEach(async () => {
      server.mock.clock.flow()
      server.mock.reset()
      await page.goto(`${server.url}/__sparring/`)
      await page.locator('#state.live').waitFor()
    })

    afterEach(() => {
      expect(problems.splice(0)).toEqual([])
    })

    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    const getMe = (key = 'sk_live_any') => fetch(`${server.url}/seek/v1/me`, { headers: { 'x-api-key': key } })
    const line = () => page.locator('#line').textContent()
    const card = () => page.locator('[data-vendor=seek]')

    test('shows of each vendor its address, its key, what is played and what a good client does', async () => {
      expect(await card().locator('code').allTextContents()).toEqual([`${server.url}/seek`, 'sk_live_sparring00main'])
      expect(await card().locator('select').inputValue()).toBe('seek/happy-path')
      expect(await card().locator('p').first().textContent()).toBe(
        'A free account with 100 credits, whose jobs complete.',
      )
      expect(await page.locator('[data-vendor=seal] h3').textContent()).toBe('Seal API')
      expect(await page.locator('#empty').textContent()).toBe(
        `No requests yet. Point your client at ${server.url}/seek with the key sk_live_sparring00main.`,
      )
    })

    test('plays the scenario that is picked, leaves the other vendor alone, and says the same as code and as shell', async () => {
      await page.selectOption('#scenario-seal', 'seal/concurrency')
      await expect.poll(line).toBe("mock.play('seal/concurrency')")
      await page.selectOption('#scenario-seek', 'seek/rate-limited')
      await expect.poll(line).toBe("mock.play('seek/rate-limited')")
      await page.selectOption('#language', 'shell')
      expect(await line()).toBe(
        `curl -X PUT '${server.url}/__sparring/scenario' -H 'content-type: application/json' -d '{"names":"seek/rate-limited"}'`,
      )
      expect(await page.locator('#scenario-seal').inputValue()).toBe('seal/concurrency')
      const statuses = []
      for (let call = 1; call <= 4; call++) statuses.push((await getMe()).status)
      expect(statuses).toEqual([200, 200, 200, 429])
    })

    test('shows requests as they come, with what answered them, their headers and bodies', async () => {
      await getMe('sk_live_revoked')
      const row = page.locator('#rows tr').first()
      await row.waitFor()
      expect(await row.locator('.pill').textContent()).toBe('401')
      expect(await row.locator('button').textContent()).toBe('GET /v1/me')
      await row.locator('button').focus()
      await page.keyboard.press('Enter')
      expect(await page.locator('.detail pre').first().textContent()).toMatch(/^401 by authenticate/)
      expect(await page.locator('.detail pre').nth(1).textContent()).toContain('x-api-key: sk…')
      expect(await page.locator('.detail pre').nth(2).textContent()).toContain('"error": "unauthorized"')
      await page.fill('#filter', 'no such thing')
      expect(await row.isVisible()).toBe(false)
    })

    test('shows what came before it was opened, and what the client did wrong', async () => {
      server.mock.play('seek/rate-limited')
      for (let call = 1; call <= 5; call++) await getMe()
      await page.reload()
      await expect
        .poll(() => page.locator('#rows .pill').allTextContents())
        .toEqual(['429', '429', '200', '200', '200'])
      await expect
        .poll(() => page.locator('#findings li').first().textContent())
        .toMatch(/^retry-after getMe came back/)
    })

    test('freezes the clock and moves it, and lists what waits on it', async () => {
      await page.click('#freeze')
      await expect.poll(line).toBe('mock.clock.freeze()')
      server.mock.play('seek/slow-answers')
      const before = server.mock.clock.now()
      const slow = getMe()
      await expect.poll(() => server.mock.held().length).toBe(1)
      await page.reload()
      await expect.poll(() => page.locator('#held li').allTextContents()).toEqual(['getMe waits until +3s'])
      await page.fill('#advance input', '90s')
      await page.keyboard.press('Enter')
      await expect.poll(line).toBe("await mock.clock.advance('90s')")
      expect(server.mock.clock.now() - before).toBe(90_000)
      expect((await slow).status).toBe(200)
    })

    test('arms an error for the next call', async () => {
      await page.selectOption('#next [name=operation]', 'seek getMe')
      await expect
        .poll(() => page.locator('#next [name=error] option').allTextContents())
        .not.toContain('PaymentRequired')
      await page.selectOption('#next [name=error]', 'InternalServerError')
      await page.click('#next button')
      await expect.poll(line).toBe("mock.next('seek', 'getMe', 'InternalServerError')")
      expect([(await getMe()).status, (await getMe()).status]).toEqual([500, 200])
    })

    test('opens a session beside the default one, and shows only its requests', async () => {
      await getMe()
      await page.click('#open-session')
      await expect.poll(() => page.locator('#session').inputValue()).not.toBe('default')
      await expect.poll(() => page.locator('#rows tr').count()).toBe(0)
      const url = await card().locator('code').first().textContent()
      const key = await card().locator('code').nth(1).textContent()
      expect((await fetch(`${url}/v1/me`, { headers: { 'x-api-key': key! } })).status).toBe(200)
      await expect.poll(() => page.locator('#rows tr').count()).toBe(1)
    })

    test('says what was wrong with what the user asked for', async () => {
      await page.fill('#advance input', 'soon')
      await page.keyboard.press('Enter')
      await expect.poll(() => page.locator('#problem').textContent()).toContain('soon')
    })

    test('asks for the token where others can reach the server', async () => {
      await using guarded = await startServer({ vendors: ['seek'], port: 0, host: '0.0.0.0', token: 'tok-123' })
      const other = await browser.newPage()
      other.on('dialog', (dialog) => void dialog.accept('tok-123'))
      await other.goto(`http://127.0.0.1:${guarded.port}/__sparring/`)
      await other.locator('#state.live').waitFor()
      expect(await other.locator('[data-vendor=seek] h3').textContent()).toBe('Seek API')
      await other.close()
    })

    test('texts that a client has sent are shown as text', async () => {
      await fetch(`${server.url}/seek/v1/%3Cimg%20src=x%20onerror=alert(1)%3E`)
      await page.locator('#rows tr').first().waitFor()
      expect(await page.locator('#rows img').count()).toBe(0)
      expect(await page.locator('#rows button').first().textContent()).toContain('img')
    })
  },
)
