import { readFileSync, statSync } from 'node:fs'
import { startServer } from 'sparring'
import { expect, test } from 'vitest'

const FILE = 'mocks/connect/control/page.html'

test('the page is one file of less than 60 kB that asks no other origin for anything', () => {
  expect(statSync(FILE).size).toBeLessThan(60_000)
  expect(readFileSync(FILE, 'utf8').match(/\b(?:src|href)="(?!\/__sparring\/|#|data:)[^"]*"/g)).toBeNull()
})

test('browsers get the page with a policy that lets in its own script and style, other clients the list of calls', async () => {
  await using server = await startServer({ vendors: ['seek'], port: 0 })
  const get = (accept: string) => fetch(`${server.url}/__sparring/`, { headers: { accept } })
  const page = await get('text/html,application/xhtml+xml,*/*;q=0.8')
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect(page.headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; connect-src 'self'; img-src data:; script-src 'sha256-[\w+/]{43}='; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
  )
  expect(await page.text()).toBe(readFileSync(FILE, 'utf8'))
  expect(await (await get('*/*')).json()).toMatchObject({ document: '/__sparring/openapi.yaml' })
})
