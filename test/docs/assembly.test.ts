import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMock } from 'sparring'
import { expect, test } from 'vitest'
import { project } from '../support/data/folder.ts'
import { command } from '../support/processes/init.ts'

const read = (file: string): string => readFileSync(file, 'utf8')
const page = read('docs/your-own-vendor.md')

/** The block of the page that is marked so. */
function blockOf(language: string): string {
  return new RegExp(`\`\`\`${language} assembly\n(.*?)\`\`\``, 's').exec(page)![1]!
}

/** What `sparring init` writes for the document, and prints; the blanks inside of brackets are those of the formatter. */
async function begun(): Promise<{ readonly lines: readonly string[]; readonly out: string }> {
  const folder = join(project({ 'assembly/openapi.yaml': read('examples/assembly/openapi.yaml') }), 'assembly')
  mkdirSync(folder, { recursive: true })
  const { out } = await command('init', join(folder, 'openapi.yaml'))
  const text = read(join(folder, 'assembly.mock.overlay.yaml'))
  return { lines: text.replaceAll('[ ', '[').replaceAll(' ]', ']').split('\n'), out: out.replaceAll(`${folder}/`, '') }
}

/** Lines that one text has and the other has not, in order, by the longest common subsequence. */
function changed(before: readonly string[], after: readonly string[]): string[] {
  const longest = before.map(() => after.map(() => 0))
  const at = (row: number, column: number): number => longest[row]?.[column] ?? 0
  for (let row = before.length - 1; row >= 0; row--)
    for (let column = after.length - 1; column >= 0; column--)
      longest[row]![column] =
        before[row] === after[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1))
  const lines: string[] = []
  let [row, column] = [0, 0]
  while (row < before.length || column < after.length) {
    if (row < before.length && column < after.length && before[row] === after[column]) {
      row++
      column++
    } else if (row < before.length && (column === after.length || at(row + 1, column) >= at(row, column + 1))) {
      lines.push(`-${before[row++]}`)
    } else lines.push(`+${after[column++]}`)
  }
  return lines
}

test('the page shows what init guesses of the document', async () => {
  const { out } = await begun()
  const shown = blockOf('text').split('\n').slice(1).join('\n')
  expect(out.slice(0, shown.length)).toBe(shown)
})

test('the page shows all lines that were edited, and they are 30 at most', async () => {
  const { lines } = await begun()
  const edited = changed(lines, read('examples/assembly/assembly.mock.overlay.yaml').split('\n'))
  const shown = blockOf('diff').split('\n').slice(0, -1)
  expect([...edited].sort()).toEqual([...shown].sort())
  expect(edited.length).toBeLessThanOrEqual(30)
})

test('its scenarios play, and its answers are those that the document has', () => {
  using mock = createMock({
    vendors: ['examples/assembly/openapi.yaml'],
    scenarios: ['examples/assembly/scenarios'],
    checkReplies: true,
  })
  for (const name of ['lost-answer', 'out-of-credits', 'blurred-photo']) mock.play(`assembly/${name}` as never)
})
