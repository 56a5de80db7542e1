import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A folder in which files may come and go. */
export interface WatchedFolder {
  readonly path: string
  /** Names of the files that count. */
  readonly names: RegExp
  /** Whether folders below it count too. */
  readonly isDeep: boolean
}

/** What is looked at; paths are absolute. */
export interface Watched {
  readonly files: Iterable<string>
  readonly folders: readonly WatchedFolder[]
}

/** What was seen at one moment: what tells one version of a file from another, by its path. */
export type Look = ReadonlyMap<string, string>

/** No file is there. */
const ABSENT = 'absent'

/**
 * Looks at files. Asking the file system works where its events do not arrive: in containers, on shares, and with editors
 * that put another file in the place of the one that is watched.
 */
export function look({ files, folders }: Watched): Look {
  const listed = folders.flatMap(listFolder)
  return new Map([...files, ...listed].map((path) => [path, versionOf(path)]))
}

/**
 * The files that differ between two looks. A file that is known only to the later one and is in no watched folder was not
 * looked at before: it has not changed.
 */
export function changesBetween(before: Look, after: Look, folders: readonly WatchedFolder[]): string[] {
  const changed = [...after].filter(([path, version]) => {
    const known = before.get(path)
    return known === undefined ? version !== ABSENT && folders.some((folder) => isIn(folder, path)) : known !== version
  })
  const gone = [...before].filter(([path, version]) => !after.has(path) && version !== ABSENT)
  return [...changed, ...gone].map(([path]) => path)
}

function versionOf(path: string): string {
  try {
    const { mtimeNs, ctimeNs, size, ino } = statSync(path, { bigint: true })
    return `${mtimeNs} ${ctimeNs} ${size} ${ino}`
  } catch {
    return ABSENT
  }
}

function listFolder({ path, names, isDeep }: WatchedFolder): string[] {
  try {
    return readdirSync(path, { withFileTypes: true, recursive: isDeep })
      .filter((entry) => !entry.isDirectory() && names.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
  } catch {
    // A folder that is not there, or goes while it is read, holds nothing.
    return []
  }
}

function isIn({ path, names, isDeep }: WatchedFolder, file: string): boolean {
  const below = file.startsWith(join(path, '/')) ? file.slice(join(path, '/').length) : undefined
  if (below === undefined) return false
  const parts = below.split(/[\\/]/)
  return names.test(parts.at(-1)!) && (isDeep || parts.length === 1)
}
