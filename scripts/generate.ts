import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { assemble } from '../mocks/connect/create-mock.ts'
import { createLibrary } from '../mocks/connect/library.ts'
import { listScenarioNames } from '../mocks/connect/situations.ts'
import { provePairs, type Send } from './pairs/prove.ts'
import { vendorPage } from './vendor-page.ts'

/**
 * Writes what follows from specs and scenarios: the literal names of the package's vendors, so that editors complete
 * them, and a page of documentation for each vendor; `--check` only compares.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const library = createLibrary({ cwd: root })
const names = library.vendorNames().sort()

const files = new Map([['mocks/generated/catalogue.ts', catalogue()]])
for (const name of names) files.set(`docs/vendors/${name}.md`, await page(name))

if (process.argv.includes('--check')) {
  const stale = [...files].filter(([file, text]) => read(file) !== text).map(([file]) => file)
  if (stale.length > 0) {
    console.error(`${stale.join(', ')}: not up to date with specs/ and scenarios/. Run: npm run generate`)
    process.exitCode = 1
  }
} else {
  mkdirSync(`${root}docs/vendors`, { recursive: true })
  for (const [file, text] of files) if (read(file) !== text) writeFileSync(root + file, text)
}

function catalogue(): string {
  const vendors = names.map((name) => {
    const vendor = library.vendor(name)
    return [
      `  readonly ${name}: {`,
      `    readonly operation: ${union(vendor.operations.keys())}`,
      `    readonly error: ${union(vendor.errors.keys())}`,
      `    readonly scenario: ${union(listScenarioNames(library, name))}`,
      `    readonly dialect: ${union(vendor.dialects?.names ?? [])}`,
      `  }`,
    ].join('\n')
  })
  return `// Written by \`npm run generate\` from specs/ and scenarios/; do not edit.

/** Names of the package's own vendors. */
export interface Catalogue {
${vendors.join('\n')}
}
`
}

function union(members: Iterable<string>): string {
  const texts = [...members].map((name) => `'${name}'`)
  return texts.length === 0 ? 'never' : texts.join(' | ')
}

async function page(name: string): Promise<string> {
  const assembled = assemble({ vendors: [name], clock: { at: '2026-03-16T10:00:00Z', frozen: true } })
  using mock = assembled.mock
  const send: Send = async (_, { method, path, headers, body }) => {
    const fields = headers.map(([field, value]): [string, string] => [field, value])
    const url = assembled.origins[0]!.base + path
    const response = await mock.fetch(url, { method, headers: fields, ...(body !== undefined && { body }) })
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() }
  }
  const { pairs, missing } = await provePairs(assembled, name, send)
  if (missing.length > 0) {
    console.error(`Failed to come by documented answers of ${name}: ${missing.join(', ')}.`)
    process.exitCode = 1
  }
  const options = await resolveConfig(`${root}docs/README.md`)
  return format(vendorPage(library, library.vendor(name), pairs), { ...options, parser: 'markdown' })
}

function read(file: string): string | undefined {
  try {
    return readFileSync(root + file, 'utf8')
  } catch {
    return undefined
  }
}
