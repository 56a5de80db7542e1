import { dirname, sep } from 'node:path'
import { findOperations } from '../../load/operations.ts'
import type { Library } from '../../load/library.ts'
import { packageFile } from '../../load/files/package-root.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import type { Watched, WatchedFolder } from './file-versions.ts'

/** Names of files that belong to the document beside them: overlays and code. */
const BESIDE = /(?:\.overlay\.(?:ya?ml|json)|\boperations\.m?[jt]s)$/
const SCENARIO = /\.ya?ml$/

/** All files of a server that may change while it runs: the project's own, not the package's specs. */
export function watchedOf(library: Library, vendors: Iterable<Vendor>, modules: Iterable<string>): Watched {
  const own = ownVendors(library, vendors)
  const beside = own.flatMap((vendor) => {
    const { path, dialects } = library.specOf(vendor)
    return [path, ...dialects.values()].map((file) => dirname(file))
  })
  const specs = packageFile('specs') + sep
  return {
    files: [...library.filesRead(), ...modules].filter((path) => !path.startsWith(specs)),
    folders: [
      ...[...new Set(beside)].map((path): WatchedFolder => ({ path, names: BESIDE, isDeep: false })),
      ...library.scenarioFolders.map((path): WatchedFolder => ({ path, names: SCENARIO, isDeep: true })),
    ],
  }
}

/** The code of the project's own vendors: absolute paths. */
export function codeOf(library: Library, vendors: Iterable<Vendor>): string[] {
  return ownVendors(library, vendors).flatMap((vendor) => findOperations(library.specOf(vendor).path) ?? [])
}

/** Whether a file affects only scenarios, and no document: `--scenarios` may name a folder that has both. */
export function isScenario(library: Library, vendors: Iterable<Vendor>, path: string): boolean {
  if (!SCENARIO.test(path) || BESIDE.test(path)) return false
  if (!library.scenarioFolders.some((folder) => path.startsWith(folder + sep))) return false
  return !ownVendors(library, vendors).some((vendor) => {
    const document = library.specOf(vendor).path
    return path === document || library.filesOf(document).includes(path)
  })
}

function ownVendors(library: Library, vendors: Iterable<Vendor>): Vendor[] {
  return [...vendors].filter((vendor) => !library.specOf(vendor).path.startsWith(packageFile('specs') + sep))
}
