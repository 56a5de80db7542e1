import { readdirSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { isPath } from './is-path.ts'
import { isFile, isFolder } from './regular-file.ts'

/** Scenarios on disk: `<vendor>/<name>.yaml` in some folders, and any file by its path. Searched when one is named. */
export interface ScenarioFiles {
  /** If two have the same name, the one in the earlier folder is used. */
  readonly folders: readonly string[]
  /** All named scenarios, with their files. */
  readonly list: () => ReadonlyMap<string, string>
  /**
   * The file for a name or a path, whether it exists or not; undefined for an unknown name.
   *
   * @param folder - the base of relative paths
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

/** `seek/out-of-credits`: words between slashes, without `..`. */
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
