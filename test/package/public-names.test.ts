import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

/** A subpath of the package, as `exports` has it. */
interface Entry {
  readonly 'sparring-source'?: string
  readonly types: string
  readonly default: string
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly exports: Readonly<Record<string, Entry | string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional?: boolean }>>
}
const entries = Object.entries(manifest.exports).filter(
  (entry): entry is [string, Entry] => typeof entry[1] === 'object',
)
const sourced = entries.flatMap(([path, entry]) =>
  entry['sparring-source'] ? [[path, entry['sparring-source']] as const] : [],
)

/** Names of values and of types that a file exports; it says each by itself. */
function namesIn(file: string): { readonly values: string[]; readonly types: string[] } {
  const text = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
  const [values, types] = [[] as string[], [] as string[]]
  const last = (name: string): string =>
    name
      .trim()
      .split(/\s+as\s+/)
      .at(-1)!
  for (const [, onlyTypes, list] of text.matchAll(/^export (type )?\{([^}]*)\}/gm)) {
    for (const name of list!
      .split(',')
      .map((each) => each.trim())
      .filter(Boolean)) {
      const isType = onlyTypes !== undefined || name.startsWith('type ')
      ;(isType ? types : values).push(last(name.replace(/^type /, '')))
    }
  }
  for (const [, kind, name] of text.matchAll(
    /^export (?:declare )?(?:abstract )?(?:async )?(const|let|function\*?|class|enum|interface|type) (\w+)/gm,
  )) {
    ;(kind === 'interface' || kind === 'type' ? types : values).push(name!)
  }
  expect(text, `${file} exports by name`).not.toMatch(/^export \*/m)
  if (/^export default/m.test(text)) values.push('default')
  return { values: [...new Set(values)].sort(), types: [...new Set(types)].sort() }
}

test('the exports of each entry point change only on purpose', async () => {
  const lists = sourced.map(([path, file]) => {
    const { values, types } = namesIn(file)
    return [
      `sparring${path.slice(1)}`,
      ...values.map((name) => `  ${name}`),
      ...types.map((name) => `  type ${name}`),
    ].join('\n')
  })
  // After a change that is meant: npx vitest run test/package/public-names.test.ts -u
  await expect(`${lists.join('\n\n')}\n`).toMatchFileSnapshot('public-names.txt')
})

// The entry points of runners other than vitest need their runner: test/consumers imports those.
test.each(sourced.filter(([path]) => !/jest|setup|node-test|playwright/.test(path)))(
  '%s has at run time the values that its source names',
  async (_, file) => {
    const module = (await import(resolve(file))) as object
    expect(Object.keys(module).sort()).toEqual(namesIn(file).values)
  },
)

test('each entry point has a subpath of its own, with types first, and each vendor has one for pages, as the grammar has', () => {
  expect(Object.keys(manifest.exports).filter((path) => path.includes('*'))).toEqual([])
  for (const [path, entry] of entries) {
    const keys = Object.keys(entry)
    expect([path, keys.at(-1)]).toEqual([path, 'default'])
    expect([path, entry.types]).toEqual([path, entry.default.replace(/\.js$/, '.d.ts')])
    const source = entry['sparring-source']
    if (source)
      expect([path, entry.default]).toEqual([path, source.replace('./mocks/', './dist/').replace(/\.ts$/, '.js')])
  }
  const vendors = readdirSync('specs').filter((name) => existsSync(join('specs', name, 'openapi.yaml')))
  const pages = entries.flatMap(([path]) => (path.startsWith('./browser/') ? [path.slice('./browser/'.length)] : []))
  // The grammar is for vendors of one's own.
  expect(pages.sort()).toEqual([...vendors, 'grammar'].sort())
})

test('every package that the library imports is a dependency or a declared peer, and peers are optional', () => {
  const sources = readdirSync('mocks', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) =>
      readFileSync(join(entry.parentPath, entry.name), 'utf8').replaceAll(/^\s*(?:\*|\/\/|\/\*).*$/gm, ''),
    )
  const specifiers = sources.flatMap((text) =>
    [
      ...text.matchAll(
        /(?:^(?:import|export)\b[^'"`;]*?from |^import |\bimport\(|[rR]equire\w*(?:<[^()]*>)?\()'([^']+)'/gm,
      ),
    ].map(([, name]) => name!),
  )
  const packages = new Set(
    specifiers
      .filter(
        (name) =>
          !name.startsWith('.') && !name.includes(' ') && !name.startsWith('node:') && !builtinModules.includes(name),
      )
      .map((name) =>
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      ),
  )
  packages.delete('sparring')
  const { dependencies, peerDependencies, peerDependenciesMeta } = manifest
  const known = { ...dependencies, ...peerDependencies }
  expect([...packages].filter((name) => !(name in known))).toEqual([])
  expect(packages).toContain('msw')
  expect(Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional)).toEqual([])
})
