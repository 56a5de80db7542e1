import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseExactly } from '../../spec/values/exact-number.ts'
import { makeFolder } from './make-folder.ts'

/**
 * Caches parsed YAML files as JSON, which is read many times faster. An entry is named by the hash of its text, so a
 * changed file is parsed again. Where nothing can be written, the cache does nothing.
 */
export interface ParseCache {
  readonly get: (text: string) => unknown
  readonly put: (text: string, data: unknown) => void
}

/** Increase it when the same text is parsed to another value. */
const VERSION = 3

/** Shorter texts are parsed faster than a file is written. */
const WORTHWHILE = 16 * 1024

/** A cache that stores its entries as files in one folder. */
export function createParseCache(folder: string): ParseCache {
  const fileOf = (text: string): string =>
    join(folder, `${createHash('sha256').update(`${VERSION}\n${text}`).digest('hex')}.json`)
  return {
    get: (text) => {
      try {
        return parseExactly(readFileSync(fileOf(text), 'utf8'))
      } catch {
        return undefined
      }
    },
    put: (text, data) => {
      try {
        makeFolder(folder)
        // Two processes may write at once: each writes its own file, and the rename is atomic.
        const file = fileOf(text)
        const own = `${file}.${process.pid}`
        writeFileSync(own, JSON.stringify(data))
        renameSync(own, file)
      } catch {
        // A read-only project must not fail here.
      }
    },
  }
}

/**
 * The cache of a project: the entries built into the package, then `node_modules/.cache/sparring`, to which longer
 * texts are added.
 *
 * @param built - the folder of the built-in entries
 */
export function createProjectCache(cwd: string, built: string): ParseCache {
  const root = join(cwd, 'node_modules')
  const shipped = createParseCache(built)
  const own = createParseCache(join(root, '.cache', 'sparring'))
  return {
    get: (text) => shipped.get(text) ?? (text.length < WORTHWHILE ? undefined : own.get(text)),
    put: (text, data) => {
      if (text.length >= WORTHWHILE && existsSync(root)) own.put(text, data)
    },
  }
}
