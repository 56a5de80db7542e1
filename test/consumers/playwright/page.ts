import type { Page } from '@playwright/test'

/** Opens a page of an application that has no server. */
export async function open(page: Page): Promise<void> {
  await page.route('http://localhost/', (route) => route.fulfill({ contentType: 'text/html', body: '<p></p>' }))
  await page.goto('http://localhost/')
}

/** Asks a vendor as a script of the page does. */
export function ask(page: Page, path = '/v1/me', body?: string): Promise<number> {
  return page.evaluate(
    async ([path, body]) => {
      const headers = { 'x-api-key': 'sk_live_any', 'content-type': 'application/json' }
      const answer = await fetch(`https://api.seek-api.com${path}`, {
        headers,
        ...(body !== undefined && { method: 'POST', body }),
      })
      return answer.status
    },
    [path, body] as const,
  )
}
