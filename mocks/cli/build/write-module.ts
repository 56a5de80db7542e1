import type { BrowserVendor } from '../../connect/browser/vendor-module.ts'

export interface ModuleImports {
  /** Where the module finds what it shares with others: `sparring/browser`. */
  readonly library: string
  /** Where it finds the grammar of scenarios. */
  readonly grammar: string
  /** Where the code of the vendor's operations is. */
  readonly operations: string | undefined
}

/** The first words of each module that is written. */
export const WRITTEN = '// Written by `sparring build`'

/** The module of a vendor, and its types. Data is parsed from a text, which browsers do faster than they read code. */
export function writeModule(
  vendor: BrowserVendor,
  imports: ModuleImports,
): { readonly js: string; readonly types: string } {
  const name = exportName(vendor.name)
  const head = `${WRITTEN} from ${vendor.file}; do not edit.\n`
  const lines = [
    `import { grammar } from '${imports.grammar}'`,
    ...(imports.operations === undefined ? [] : [`import { operations } from '${imports.operations}'`]),
    '',
    `export const ${name} = {`,
    `  name: ${literal(vendor.name)},`,
    `  file: ${literal(vendor.file)},`,
    `  document: ${parsed(vendor.document)},`,
    ...(vendor.dialects === undefined ? [] : [`  dialects: ${parsed(vendor.dialects)},`]),
    `  scenarios: ${parsed(vendor.scenarios)},`,
    ...(imports.operations === undefined ? [] : ['  operations,']),
    '  grammar,',
    '}',
    '',
  ]
  const types = `import type { BrowserVendor } from '${imports.library}'\n\nexport declare const ${name}: BrowserVendor\n`
  return { js: `${head}${lines.join('\n')}`, types: `${head}${types}` }
}

/** The module of what a scenario may be made of, which those of all vendors share. */
export function writeGrammar(grammar: unknown, library: string): { readonly js: string; readonly types: string } {
  return {
    js: `export const grammar = ${parsed(grammar)}\n`,
    types: `import type { BrowserVendor } from '${library}'\n\nexport declare const grammar: BrowserVendor['grammar']\n`,
  }
}

/** `acme-pets` is exported as `acmePets`. */
export function exportName(vendor: string): string {
  const name = vendor.replaceAll(/-+(.)?/g, (_, letter: string | undefined) => letter?.toUpperCase() ?? '')
  return RESERVED.has(name) ? `${name}Vendor` : name
}

function parsed(data: unknown): string {
  const text = JSON.stringify(data)
  const isKept = JSON.stringify(JSON.parse(text)) === text
  return `/* @__PURE__ */ JSON.parse(${literal(text)}${isKept ? '' : `, ${EXACTLY}`})`
}

/** Keeps integers that a number of JavaScript cannot hold, where the browser can (ES2026). */
const EXACTLY = String.raw`(_, value, context) =>
    typeof value === 'number' && /^-?\d{16,}$/.test(context?.source) && String(value) !== context.source
      ? JSON.rawJSON(context.source)
      : value`

function literal(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}'`
}

const RESERVED = new Set([
  'default',
  'delete',
  'export',
  'import',
  'new',
  'switch',
  'void',
  'with',
  'grammar',
  'operations',
])
