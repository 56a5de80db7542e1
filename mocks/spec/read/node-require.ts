import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The file that this code is in. A bundler may have moved it, or left no address at all; then the working directory stands
 * in. The address is read by itself, since bundlers rewrite `new URL(…, import.meta.url)` as one of their assets.
 */
export const ownFile = fileOf(import.meta.url) ?? resolve('index.js')

/** Loads packages when they are first needed; synchronous, since `createMock` is. */
export const nodeRequire = createRequire(ownFile)

/** Loads a package when it is first needed, and then keeps it. */
export function lazyRequire<T>(name: string): () => T {
  let loaded: T | undefined
  return () => (loaded ??= nodeRequire(name) as T)
}

function fileOf(url: string | undefined): string | undefined {
  return url?.startsWith('file:') ? fileURLToPath(url) : undefined
}
