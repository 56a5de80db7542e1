import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A folder whose files may be added or removed. */
export interface WatchedFolder {
  readonly path: string
  /** Matches the names of the watched files. */
  readonly names: RegExp
  /** Whether subfolders are watched too. */
  readonly isDeep: boolean
}

/** What is watched; paths are absolute. */
export interface Watched {
  readonly files: Iterable<string>
  readonly folders: readonly WatchedFolder[]
}

/** A snapshot of file versions, by path. */
export type FileVersions = ReadonlyMap<string, string>

/** The file does not exist. */
const ABSENT = 'absent'

/**
 * Polls files. Polling works where file system events do not: in containers, on network shares, and with editors that
 * replace the watched file.
 */
export function readVersions({ files, folders }: Watched): FileVersions {
  const listed = folders.flatMap(listFolder)
  return new Map([...files, ...listed].map((path) => [path, versionOf(path)]))
}

/**
 * The files that differ between two snapshots. A file that only the later one has, outside of any watched folder, was
 * not watched before: it has not changed.
 */
export function changesBetween(before: FileVersions, after: FileVersions, folders: readonly WatchedFolder[]): string[] {
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
    // A folder that is missing, or removed while it is read, counts as empty.
    return []
  }
}

function isIn({ path, names, isDeep }: WatchedFolder, file: string): boolean {
  const below = file.startsWith(join(path, '/')) ? file.slice(join(path, '/').length) : undefined
  if (below === undefined) return false
  const parts = below.split(/[\\/]/)
  return names.test(parts.at(-1)!) && (isDeep || parts.length === 1)
}
