import { readFileSync, statSync, type Stats } from 'node:fs'

/**
 * Says what stands at a path in place of a file, as the end of a sentence; undefined for a regular file, and where nothing
 * is. Nothing is opened: a FIFO would be waited for, and a device may have no end.
 *
 * @example
 * notAFile('scenarios')
 * //=> 'is a folder, not a file'
 */
export function notAFile(path: string): string | undefined {
  const stats = statOf(path)
  return stats === undefined || stats.isFile() ? undefined : `is ${kindOf(stats)}, not a file`
}

/** The same for what stands in place of a folder: `is a file, not a folder`. */
export function notAFolder(path: string): string | undefined {
  const stats = statOf(path)
  return stats === undefined || stats.isDirectory() ? undefined : `is ${kindOf(stats)}, not a folder`
}

/** Whether a regular file is there, by itself or behind a link. */
export function isFile(path: string): boolean {
  return statOf(path)?.isFile() ?? false
}

export function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory() ?? false
}

/**
 * The text of a regular file.
 *
 * @throws Error whose message ends the sentence "the file …", for anything else
 */
export function readRegular(path: string): string {
  const other = notAFile(path)
  if (other !== undefined) throw new Error(other)
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Error(`cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

/** A path that cannot be followed leads nowhere. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

function kindOf(stats: Stats): string {
  if (stats.isFile()) return 'a file'
  if (stats.isDirectory()) return 'a folder'
  if (stats.isFIFO()) return 'a FIFO'
  if (stats.isSocket()) return 'a socket'
  return 'a device'
}
