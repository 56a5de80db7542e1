import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { resolve } from 'node:path'
import { createParseCache } from '../mocks/load/files/parse-cache.ts'
import { createLibrary } from '../mocks/load/library.ts'
import { createDocuments } from '../mocks/load/documents.ts'
import { overlayChain } from '../mocks/load/dialect-files.ts'
import { parseSource } from '../mocks/spec/read/source.ts'

/**
 * Parses the package's own specs and scenarios at build time. The package contains them as JSON, in `dist/data`, together
 * with the default dialects, which are made of several documents.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const cache = createParseCache(resolve(root, process.argv[2] ?? 'dist', 'data'))
for (const folder of ['specs', 'scenarios']) {
  for (const entry of readdirSync(resolve(root, folder), { recursive: true, encoding: 'utf8' })) {
    if (!entry.endsWith('.yaml')) continue
    const text = readFileSync(resolve(root, folder, entry), 'utf8')
    const { data, problems } = parseSource(text, entry)
    if (problems.length > 0) throw new Error(`Failed to read ${entry}: ${problems[0]!.message}`)
    cache.put(text, data)
  }
}

const library = createLibrary({ cwd: root })
const documents = createDocuments(root, library.displayPath, cache)
for (const name of library.vendorNames()) {
  const vendor = library.vendor(name)
  const { path, dialects } = library.specOf(vendor)
  const overlay = dialects.get(vendor.dialects?.default ?? '')
  if (overlay !== undefined) documents.readWhole(path, overlayChain(overlay, documents.read))
}
