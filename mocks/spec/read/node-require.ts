import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * This file's path. A bundler may have moved it or removed its URL; then the working directory is used.
 * `import.meta.url` stands alone, since bundlers rewrite `new URL(…, import.meta.url)` as an asset.
 */
export const ownFile = fileOf(import.meta.url) ?? resolve('index.js')

/** Loads packages on demand; synchronous, since `createMock` is. */
export const nodeRequire = createRequire(ownFile)

/** Loads a package on first use and caches it. */
export function lazyRequire<T>(name: string): () => T {
  let loaded: T | undefined
  return () => (loaded ??= nodeRequire(name) as T)
}

function fileOf(url: string | undefined): string | undefined {
  return url?.startsWith('file:') ? fileURLToPath(url) : undefined
}
