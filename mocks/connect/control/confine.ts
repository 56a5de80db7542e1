import { realpathSync } from 'node:fs'
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import type { Library } from '../../load/library.ts'
import { notAFile } from '../../load/files/regular-file.ts'
import type { ScenarioSource } from '../../load/scenario-source.ts'
import { ControlError } from './problem.ts'

/**
 * The scenarios that may be played over HTTP: those in the server's folders, after links are resolved, and the files
 * that the server was started with. No other file is read.
 *
 * @param given - files that the server was started with
 */
export function confine(library: Library, given: readonly string[]): ScenarioSource {
  const allowed = given.map(realPath)
  const isAllowed = (file: string): boolean => {
    const real = realPath(file)
    return allowed.includes(real) || library.scenarioFolders.some((folder) => isWithin(realPath(folder), real))
  }
  return {
    ...library,
    scenario: (name, from) => {
      const file = library.scenarioFile(name, from)
      // A path that is not a file is reported as such, whatever its folder.
      if (file !== undefined && notAFile(file) === undefined && !isAllowed(file)) throw outside(library, name)
      return library.scenario(name, from)
    },
  }
}

function outside({ scenarioFolders, displayPath }: Library, name: string): ControlError {
  return new ControlError(
    403,
    'forbidden',
    `Failed to play "${name}": that file is in none of the folders whose scenarios can be played over HTTP, ${scenarioFolders.map(displayPath).join(', ')}. Put it there, or start the server with its folder: --scenarios DIR.`,
  )
}

function isWithin(folder: string, file: string): boolean {
  const path = relative(folder, file)
  return path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)
}

/** Resolves all links of a path, as far as the path exists. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : resolve(realPath(parent), relative(parent, path))
  }
}
