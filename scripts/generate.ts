import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { assemble } from '../mocks/connect/mock/create-mock.ts'
import { createLibrary } from '../mocks/load/library.ts'
import { dialectVendor } from '../mocks/spec/model/dialects.ts'
import { type JobNames, type Names, namesOf } from './names.ts'
import { overlaySchema } from './overlay-schema.ts'
import { changedOperations } from '../mocks/request/proof/changed-operations.ts'
import type { Pair } from '../mocks/request/proof/pair.ts'
import { provePairs } from '../mocks/request/proof/prove.ts'
import { inProcess } from '../mocks/request/proof/send.ts'
import { type Schema, scenarioSchema } from './scenario-schema.ts'
import { findExample } from './vendor-page/example.ts'
import { type DialectPart, vendorPage } from './vendor-page/page.ts'

/**
 * Writes files derived from specs and scenarios: the names of the package's vendors, as types and as schemas for editor
 * completion, and a page of documentation for each vendor; `--check` only compares.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const library = createLibrary({ cwd: root })
const names = library.vendorNames().sort()
const known = new Map(names.map((name) => [name, namesOf(library, name)]))

const files = new Map([['mocks/generated/catalogue.ts', catalogue()]])
files.set(
  'specs/overlay.schema.json',
  await print(overlaySchema(grammarIn('specs/x-mock.schema.json'), grammarIn('specs/openapi.schema.json'))),
)
for (const name of names) {
  const schema = scenarioSchema(grammarIn('scenarios/scenario.schema.json'), name, known.get(name)!)
  files.set(`scenarios/${name}/scenario.schema.json`, await print(schema))
}
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
  return `// Written by \`npm run generate\` from specs/ and scenarios/; do not edit.

/** Names of the package's own vendors. */
export interface Catalogue {
${[...known].map(([name, all]) => entry(name, all)).join('\n')}
}
`
}

function entry(name: string, all: Names): string {
  return [
    `  readonly ${name}: {`,
    `    readonly operation: ${union(all.operations)}`,
    `    readonly tag: ${union(all.tags)}`,
    `    readonly error: ${union(all.errors)}`,
    `    readonly scenario: ${union(all.scenarios)}`,
    `    readonly dialect: ${union(all.dialects)}`,
    `    readonly plan: ${all.plans.length === 0 ? 'string' : union(all.plans)}`,
    `    readonly collection: ${union(all.collections)}`,
    `    readonly webhook: ${union(all.webhooks)}`,
    `    readonly tokens: ${union(all.tokens)}`,
    `    /** Limits, each with what may be changed of it. */`,
    `    readonly limit: {${[...all.limits].map(([limit, keywords]) => ` readonly '${limit}': ${union(keywords)}`).join(';')} }`,
    `    readonly job: {${[...all.jobs].map(([job, parts]) => ` readonly '${job}': ${jobEntry(parts)}`).join(';')} }`,
    `  }`,
  ].join('\n')
}

function jobEntry({ outcome, state, slots }: JobNames): string {
  return `{ readonly outcome: ${union(outcome)}; readonly state: ${union(state)}; readonly slots: ${union(slots)} }`
}

function grammarIn(file: string): Schema {
  return JSON.parse(readFileSync(root + file, 'utf8')) as Schema
}

async function print(schema: Schema): Promise<string> {
  const options = await resolveConfig(`${root}docs/README.md`)
  return format(JSON.stringify(schema), { ...options, parser: 'json' })
}

function union(members: Iterable<string>): string {
  const texts = [...members].map((name) => `'${name}'`)
  return texts.length === 0 ? 'never' : texts.join(' | ')
}

async function page(name: string): Promise<string> {
  const vendor = library.vendor(name)
  const pairs = await prove(name, vendor.dialects?.base)
  const dialects: DialectPart[] = []
  for (const dialect of vendor.dialects?.names.slice(1) ?? []) {
    const spoken = dialectVendor(vendor, dialect)
    const changed = changedOperations(library.specOf(vendor).source.data, library.specOf(spoken).source.data)
    const changedPairs = await prove(name, dialect, changed)
    dialects.push({
      vendor: spoken,
      pairs: changedPairs,
      lost: [...vendor.operations.keys()].filter((id) => !spoken.operations.has(id)),
    })
  }
  const options = await resolveConfig(`${root}docs/README.md`)
  return format(vendorPage(library, vendor, { example: await findExample(name), pairs, dialects }), {
    ...options,
    parser: 'markdown',
  })
}

/** Visits every documented answer of a vendor in one of its dialects. */
async function prove(name: string, dialect: string | undefined, only?: ReadonlySet<string>): Promise<readonly Pair[]> {
  const vendors = { [name]: dialect === undefined ? {} : { dialect } }
  const assembled = assemble({ vendors, clock: { at: '2026-03-16T10:00:00Z', frozen: true } })
  using _ = assembled.mock
  const { pairs, missing } = await provePairs(assembled, name, inProcess(assembled), ({ id }) => only?.has(id) ?? true)
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
