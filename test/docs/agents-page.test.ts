import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createTools } from '../../mocks/cli/mcp/tools.ts'
import { root } from '../support/processes/cli.ts'

const read = (file: string): string => readFileSync(join(root, file), 'utf8')

test('llms.txt lists every page of the documentation, and none that is not there', () => {
  const listed = [...read('llms.txt').matchAll(/\]\(([^)]+)\)/g)].map(([, file]) => file!)
  const pages = readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md') && file !== 'README.md')
  expect(listed.filter((file) => !existsSync(join(root, file)))).toEqual([])
  expect(listed.filter((file) => file.startsWith('docs/')).sort()).toEqual(pages.map((file) => `docs/${file}`).sort())
})

test('the page on agents lists every tool', () => {
  const rows = [...read('docs/agents.md').matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name!)
  const tools = createTools(undefined as never, { list: () => [] } as never)
  expect([...rows].sort()).toEqual(tools.map(({ name }) => name).sort())
})
