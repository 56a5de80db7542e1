import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isPath, urlAdvice } from '../../load/files/is-path.ts'
import type { Library } from '../../load/library.ts'
import { packageFile } from '../../load/files/package-root.ts'
import { isFile, isFolder, notAFile } from '../../load/files/regular-file.ts'
import { asRecord } from '../../scenario/raw.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import { UsageError } from '../arguments.ts'
import { isOverlay, type OverlayTarget, overlayTarget } from './check-overlay.ts'

/** What `sparring check` checks. */
export interface Targets {
  /** Paths of documents. */
  readonly specs: readonly string[]
  readonly overlays: readonly OverlayTarget[]
  readonly scenarios: ReadonlyArray<{ readonly name: string; readonly file: string }>
}

/** All specs of the package, and all scenarios found. */
export function allTargets(library: Library): Targets {
  return {
    specs: library.vendorNames().sort().map(specFile),
    overlays: [],
    scenarios: [...library.scenarioFiles()].map(([name, file]) => ({ name, file })),
  }
}

/**
 * Resolves the user's arguments: files, folders of files, vendors, scenarios.
 *
 * @throws {@link UsageError} for an unknown name, and when there is nothing to check
 */
export function namedTargets(library: Library, words: readonly string[]): Targets {
  const specs = new Set<string>()
  const overlays = new Map<string, OverlayTarget>()
  const scenarios = new Map<string, string>()
  const named = new Map([...library.scenarioFiles()].map(([name, file]) => [file, name]))
  for (const word of words) {
    const listed = library.scenarioFiles().get(word)
    if (listed !== undefined) scenarios.set(word, listed)
    else if (!isPath(word) && library.vendorNames().includes(word)) specs.add(specFile(word))
    else {
      for (const file of filesAt(library, word)) {
        if (isSpec(library, file)) specs.add(file)
        else if (isOverlay(library, file)) overlays.set(file, overlayTarget(library, file))
        else scenarios.set(named.get(file) ?? file, file)
      }
    }
  }
  // In a folder, the parts of a document are checked with the document.
  const parts = new Set([...specs].flatMap(library.filesOf))
  for (const [name, file] of scenarios) {
    if (parts.has(file) && !words.some((word) => resolve(word) === file)) scenarios.delete(name)
  }
  // A sidecar or a dialect is checked together with its document.
  for (const { document, isFound } of overlays.values()) if (document !== undefined && isFound) specs.add(document)
  return {
    specs: [...specs],
    overlays: [...overlays.values()],
    scenarios: [...scenarios].map(([name, file]) => ({ name, file })),
  }
}

function filesAt(library: Library, word: string): string[] {
  const advice = urlAdvice(word, 'what is checked')
  if (advice !== undefined) throw new UsageError(`"${word}" cannot be checked: ${advice}.`, 'check')
  const path = resolve(word)
  if (isFile(path)) return [path]
  const isDirectory = isFolder(path)
  const other = isDirectory ? undefined : notAFile(path)
  if (other !== undefined) throw new UsageError(`"${word}" ${other}.`, 'check')
  if (!isDirectory) {
    const names = isPath(word) ? [] : [...library.vendorNames(), ...library.scenarioFiles().keys()]
    throw new UsageError(`There is no file "${word}" to check.${didYouMean(word, names)}`, 'check')
  }
  const files = readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => resolve(entry.parentPath, entry.name))
    .filter((file) => !/[\\/](?:node_modules|\.[^\\/]+)[\\/]/.test(file.slice(path.length)))
    .sort()
  if (files.length === 0)
    throw new UsageError(`There is nothing to check in "${word}": it has no .yaml files.`, 'check')
  return files
}

function isSpec(library: Library, file: string): boolean {
  const { data } = library.read(file)
  // Text that cannot be parsed is classified by its first key.
  if (data === undefined) return /^[\s{]*["']?(?:openapi|swagger)["']?\s*:/m.test(readFileSync(file, 'utf8'))
  const raw = asRecord(data)
  return DOCUMENTS.some((key) => key in raw)
}

/** Top-level keys of OpenAPI documents, and of formats that are easily mistaken for OpenAPI. */
const DOCUMENTS = ['openapi', 'swagger', 'swaggerVersion', 'asyncapi', 'arazzo']

function specFile(vendor: string): string {
  return packageFile(`specs/${vendor}/openapi.yaml`)
}
