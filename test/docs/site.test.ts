import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { SIDEBAR } from '../../scripts/site/sidebar.ts'

test('the site leads to each page of docs/, by topic, once', () => {
  const pages = readdirSync('docs', { recursive: true })
    .map((file) => `/${String(file).replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.md'))
    .map((file) => file.replace(/\.md$/, '').replace(/^\/README$/, '/'))
  const links = SIDEBAR.flatMap(({ items }) => items.map(({ link }) => link))
  expect(links.filter((link) => link !== '/decisions/').sort()).toEqual(pages.sort())
  expect(new Set(links).size).toBe(links.length)
})
