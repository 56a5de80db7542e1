import { expect, test } from '@playwright/test'

test('a page that Vite has built reaches the mock through the service worker of MSW', async ({ page }) => {
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto('/')
  await expect(page.locator('p')).toHaveText('202 202 402', { timeout: 15_000 })
  expect(errors).toEqual([])
})
