import { readFileSync, writeFileSync } from 'node:fs'
import { createLibrary } from '../mocks/connect/library.ts'
import { listScenarioNames } from '../mocks/connect/situations.ts'

/** Writes the literal names of the package's vendors, so that editors complete them; `--check` only compares. */
const file = new URL('../mocks/generated/catalogue.ts', import.meta.url)
const library = createLibrary({ cwd: new URL('..', import.meta.url).pathname })

const union = (names: Iterable<string>): string => {
  const texts = [...names].map((name) => `'${name}'`)
  return texts.length === 0 ? 'never' : texts.join(' | ')
}

const vendors = library
  .vendorNames()
  .sort()
  .map((name) => {
    const vendor = library.vendor(name)
    return [
      `  readonly ${name}: {`,
      `    readonly operation: ${union(vendor.operations.keys())}`,
      `    readonly error: ${union(vendor.errors.keys())}`,
      `    readonly scenario: ${union(listScenarioNames(library, name))}`,
      `  }`,
    ].join('\n')
  })

const text = `// Written by \`npm run generate\` from specs/ and scenarios/; do not edit.

/** Names of the package's own vendors. */
export interface Catalogue {
${vendors.join('\n')}
}
`

if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== text) {
    console.error('mocks/generated/catalogue.ts is not up to date with specs/ and scenarios/. Run: npm run generate')
    process.exitCode = 1
  }
} else {
  writeFileSync(file, text)
}
