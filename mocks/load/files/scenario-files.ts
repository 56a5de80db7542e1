import { readdirSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { isPath } from './is-path.ts'
import { isFile, isFolder } from './regular-file.ts'

/** Scenarios on disk: `<vendor>/<name>.yaml` in some folders, and any file by its path. They are looked for when they are named. */
export interface ScenarioFiles {
  /** Of two with one name, the first folder's is meant. */
  readonly folders: readonly string[]
  /** All that have a name, with their files. */
  readonly list: () => ReadonlyMap<string, string>
  /**
   * The file that a name or a path means, whether something is there or not; undefined for a name that nothing has.
   *
   * @param folder - where a path begins
   */
  readonly find: (name: string, folder: string) => string | undefined
}

/** @param folders - absolute */
export function createScenarioFiles(folders: readonly string[]): ScenarioFiles {
  const named = (name: string): string | undefined =>
    folders.flatMap((folder) => ENDINGS.map((ending) => resolve(folder, `${name}${ending}`))).find(isFile)
  return {
    folders,
    list: () => new Map([...folders].reverse().flatMap(listFolder)),
    find: (name, folder) =>
      (isName(name) ? named(name) : undefined) ?? (isPath(name) ? resolve(folder, name) : undefined),
  }
}

const ENDINGS = ['.yaml', '.yml']

/** `seek/out-of-credits`: words between slashes, none of which leads upwards. */
function isName(name: string): boolean {
  return name.split('/').every((word) => word !== '' && word !== '.' && word !== '..' && !/[\\\0]/.test(word))
}

function listFolder(folder: string): Array<[string, string]> {
  if (!isFolder(folder)) return []
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => {
      const file = resolve(entry.parentPath, entry.name)
      const name = relative(folder, file)
        .replaceAll('\\', '/')
        .replace(/\.ya?ml$/, '')
      return [name, file] as [string, string]
    })
    .sort(([left], [right]) => (left < right ? -1 : 1))
}
