import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { assemble } from '../mocks/connect/create-mock.ts'
import { createLibrary } from '../mocks/connect/library.ts'
import { listScenarioNames } from '../mocks/connect/situations.ts'
import { spokenVendor } from '../mocks/spec/dialects.ts'
import { changedOperations } from './pairs/changed.ts'
import type { Pair } from './pairs/pair.ts'
import { provePairs, type Send } from './pairs/prove.ts'
import { type DialectPart, vendorPage } from './vendor-page.ts'

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
  const vendor = library.vendor(name)
  const proven = await prove(name, vendor.dialects?.base)
  const dialects: DialectPart[] = []
  for (const dialect of vendor.dialects?.names.slice(1) ?? []) {
    const spoken = spokenVendor(vendor, dialect)
    const changed = changedOperations(library.specOf(vendor).source.data, library.specOf(spoken).source.data)
    const pairs = await prove(name, dialect, changed)
    dialects.push({
      vendor: spoken,
      pairs,
      lost: [...vendor.operations.keys()].filter((id) => !spoken.operations.has(id)),
    })
  }
  const options = await resolveConfig(`${root}docs/README.md`)
  return format(vendorPage(library, vendor, proven, dialects), { ...options, parser: 'markdown' })
}

/** Comes by every documented answer of a vendor in one of its dialects. */
async function prove(name: string, dialect: string | undefined, only?: ReadonlySet<string>): Promise<readonly Pair[]> {
  const vendors = { [name]: dialect === undefined ? {} : { dialect } }
  const assembled = assemble({ vendors, clock: { at: '2026-03-16T10:00:00Z', frozen: true } })
  using mock = assembled.mock
  const send: Send = async (_, { method, path, headers, body }) => {
    const fields = headers.map(([field, value]): [string, string] => [field, value])
    const url = assembled.origins[0]!.base + path
    const sent = { method, headers: fields, redirect: 'manual' as const, ...(body !== undefined && { body }) }
    const response = await mock.fetch(url, sent)
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() }
  }
  const { pairs, missing } = await provePairs(assembled, name, send, only)
  if (missing.length > 0) {
    const where = dialect === undefined ? name : `${name} in its dialect ${dialect}`
    console.error(`Failed to come by documented answers of ${where}: ${missing.join(', ')}.`)
    process.exitCode = 1
  }
  return pairs
}

function read(file: string): string | undefined {
  try {
    return readFileSync(root + file, 'utf8')
  } catch {
    return undefined
  }
}
