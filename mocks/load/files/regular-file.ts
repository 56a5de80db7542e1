import { readFileSync, statSync, type Stats } from 'node:fs'

/**
 * Says what is at a path if it is not a file, as the end of a sentence; undefined for a regular file, and if nothing is
 * there. It opens nothing, because a FIFO would block and a device may be endless.
 *
 * @example
 * notAFile('scenarios')
 * //=> 'is a folder, not a file'
 */
export function notAFile(path: string): string | undefined {
  const stats = statOf(path)
  return stats === undefined || stats.isFile() ? undefined : `is ${kindOf(stats)}, not a file`
}

/** The same for what is there in place of a folder: `is a file, not a folder`. */
export function notAFolder(path: string): string | undefined {
  const stats = statOf(path)
  return stats === undefined || stats.isDirectory() ? undefined : `is ${kindOf(stats)}, not a folder`
}

/** Whether there is a regular file, directly or through a link. */
export function isFile(path: string): boolean {
  return statOf(path)?.isFile() ?? false
}

export function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory() ?? false
}

/**
 * Reads a regular file.
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

/** Undefined for a path that cannot be followed. */
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
