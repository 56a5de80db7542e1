import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { createMock } from 'sparring'
import { test } from 'vitest'
import { dump, load } from 'js-yaml'
import { document as writeDocument } from '../../support/data/folder.ts'
import { begin, command } from '../../support/processes/init.ts'

// Those of one file: what other files there are is not copied.
const fixtures = globSync('test/fixtures/**/*.yaml').filter((file) => {
  const text = readFileSync(file, 'utf8')
  return /^openapi:/m.test(text) && !/\$ref: ['"]?\./.test(text)
})
const own = globSync('specs/*/openapi.yaml')

test.for([...fixtures, ...own])(
  'every command reads what init writes for %s, without its x-mock',
  async (file, { expect }) => {
    const text = dump(withoutMock(load(readFileSync(file, 'utf8'))))
    const begun = await begin(text)
    expect(begun.code).toBe(0)
    const checked = await command('check', begun.document)
    // What the document itself has wrong stays wrong, and nothing comes to it.
    const alone = await command('check', writeDocument('vendor.yaml', text))
    const end = /\d+ scenarios: (?:no errors|\d+ errors?)/
    expect(end.exec(checked.out)![0]).toBe(end.exec(alone.out)![0])
    expect(checked.out).toContain('1 spec, 1 overlay, ')
    expect(checked.code).toBe(alone.code)
    expect(begun.text).not.toMatch(/limit: 0\b/)
    createMock({ vendors: [begun.document] })
  },
)

// A folder with documents as their publishers have them, which are too large to be kept here.
const folder = process.env['PUBLIC_DOCUMENTS'] ?? ''
const isThere = existsSync(folder)
const published = isThere ? readdirSync(folder).filter((name) => /\.(?:ya?ml|json)$/.test(name)) : ['(no folder)']

test.skipIf(!isThere).for(published)(
  'every command reads what init writes for the published %s of PUBLIC_DOCUMENTS',
  { timeout: 120_000 },
  async (name, { expect }) => {
    const text = readFileSync(`${folder}/${name}`, 'utf8')
    const begun = await begin(text, name)
    expect(begun.code).toBe(0)
    // What the document itself has wrong is not the fault of what was written.
    const problems = (await command('check', begun.document)).out.split('\n').filter((line) => / error /.test(line))
    expect(problems.filter((line) => line.includes('.overlay.yaml'))).toEqual([])
    createMock({ vendors: [begun.document] })
  },
)

/** A document as its vendor would have written it: all that is ours taken out. */
function withoutMock(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMock)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !key.startsWith('x-mock'))
      .map(([key, entry]) => [key, withoutMock(entry)]),
  )
}
