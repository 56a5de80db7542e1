import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it, where they are missing. One at a time: Node's own `recursive` never ends where a file
 * system takes no folders, as below /proc.
 *
 * @throws Error of `mkdir`
 */
export function makeFolder(folder: string): void {
  if (existsSync(folder) || folder === dirname(folder)) return
  makeFolder(dirname(folder))
  try {
    mkdirSync(folder)
  } catch (error) {
    // Another process may have made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
