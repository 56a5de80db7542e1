import type { BrowserVendor } from '../../connect/browser/vendor-module.ts'

export interface ModuleImports {
  /** Import path of the shared library: `sparring/browser`. */
  readonly library: string
  /** Import path of the JSON Schema of scenarios. */
  readonly grammar: string
  /** Import path of the vendor's operations, if any. */
  readonly operations: string | undefined
}

/** First words of each generated module. */
export const WRITTEN = '// Written by `sparring build`'

/**
 * The module of a vendor, and its types. Data is parsed from a JSON string, which browsers do faster than parsing code.
 */
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

/** The module with the JSON Schema of scenarios, shared by the modules of all vendors. */
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

/** Preserves integers beyond JavaScript's safe range in browsers that can (ES2026). */
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
