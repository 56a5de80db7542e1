import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Keeps what YAML files were read to, under `node_modules/.cache/sparring` of the project: reading YAML is most of the
 * time a server takes to start, and the files seldom change. An entry is named by the hash of its text, so a changed
 * file is read anew; where nothing can be written the cache does nothing.
 */
export interface ParseCache {
  readonly get: (text: string) => unknown
  readonly put: (text: string, data: unknown) => void
}

/** Texts shorter than this are read faster than a file is opened. */
const WORTHWHILE = 16 * 1024
/** Changes when the same text comes to mean something else. */
const VERSION = 1

export function createParseCache(cwd: string): ParseCache {
  const root = join(cwd, 'node_modules')
  const folder = join(root, '.cache', 'sparring')
  const fileOf = (text: string): string =>
    join(folder, `${createHash('sha256').update(`${VERSION}\n${text}`).digest('hex')}.json`)
  return {
    get: (text) => {
      if (text.length < WORTHWHILE) return undefined
      try {
        return JSON.parse(readFileSync(fileOf(text), 'utf8')) as unknown
      } catch {
        return undefined
      }
    },
    put: (text, data) => {
      if (text.length < WORTHWHILE || !existsSync(root)) return
      try {
        mkdirSync(folder, { recursive: true })
        // Two processes may write at once: each writes its own file, and the rename is atomic.
        const file = fileOf(text)
        const own = `${file}.${process.pid}`
        writeFileSync(own, JSON.stringify(data))
        renameSync(own, file)
      } catch {
        // A read-only project is no reason to fail.
      }
    },
  }
}
