import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, isAbsolute, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileVendor, type Tools } from '../spec/compile/vendor.ts'
import { didYouMean } from '../spec/nearest.ts'
import { parseSource, type Source } from '../spec/source.ts'
import type { Vendor } from '../spec/vendor.ts'
import { nodeTools, packageRoot } from './node-tools.ts'
import { createParseCache } from './parse-cache.ts'
import { UnknownNameError } from './unknown-name.ts'

/** Finds specs and scenarios on disk: the package's own, the project's, and those named by path. */
export interface Library {
  readonly tools: Tools
  /** Reads a file once; every later call gives the same source. */
  readonly read: (file: string) => Source
  /** Loads a vendor by name (`seek`) or by the path of its document. */
  readonly vendor: (nameOrPath: string) => Vendor
  readonly vendorNames: () => string[]
  /** `seek/out-of-credits` and where its file is. */
  readonly scenarioFiles: () => ReadonlyMap<string, string>
  /** Text for messages: a path as the user would type it. */
  readonly shown: (file: string) => string
}

export interface LibraryOptions {
  /** Folders with `<vendor>/<name>.yaml`, before the project's own `scenarios/`. */
  readonly scenarios?: readonly string[] | undefined
  readonly cwd?: string | undefined
}

const SPECS = fileURLToPath(new URL('specs', packageRoot))
const SCENARIOS = fileURLToPath(new URL('scenarios', packageRoot))
const vendors = new Map<string, Vendor>()

export function createLibrary(options: LibraryOptions = {}): Library {
  const cwd = options.cwd ?? process.cwd()
  const tools = nodeTools()
  const sources = new Map<string, Source>()
  const shown = (file: string): string => {
    const path = relative(cwd, file)
    return path.startsWith('..') ? file : path
  }
  const cache = createParseCache(cwd)
  const readSource = (path: string): Source => {
    const text = readFileSync(path, 'utf8')
    if (path.endsWith('.json')) return parseSource(text, shown(path))
    const known = cache.get(text)
    const source = parseSource(text, shown(path), known)
    if (known === undefined && source.problems.length === 0) cache.put(text, source.data)
    return source
  }
  const read = (file: string): Source => {
    const path = resolve(cwd, file)
    let source = sources.get(path)
    if (!source) {
      source = readSource(path)
      sources.set(path, source)
    }
    return source
  }
  const vendorNames = (): string[] =>
    readdirSync(SPECS, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(resolve(SPECS, entry.name, 'openapi.yaml')))
      .map((entry) => entry.name)
  let files: Map<string, string> | undefined
  return {
    tools,
    read,
    shown,
    vendorNames,
    vendor: (nameOrPath) => {
      const file = findSpec(nameOrPath, cwd, vendorNames)
      // The package's own specs do not change while a process runs: compiled once for all mocks.
      const own = file.startsWith(SPECS)
      const known = own ? vendors.get(file) : undefined
      if (known) return known
      const vendor = compileVendor(read(file), {
        tools,
        name: nameOf(file),
        read: (other) => read(resolve(dirname(file), other)),
      })
      if (own) vendors.set(file, vendor)
      return vendor
    },
    scenarioFiles: () => {
      files ??= new Map(
        // The first folder that has a name wins, so the last ones are laid down first.
        [
          SCENARIOS,
          resolve(cwd, 'scenarios'),
          ...[...(options.scenarios ?? [])].reverse().map((folder) => resolve(cwd, folder)),
        ].flatMap(listScenarios),
      )
      return files
    },
  }
}

export function isPath(name: string): boolean {
  return /\.(?:ya?ml|json)$/.test(name) || name.startsWith('.') || isAbsolute(name)
}

function findSpec(nameOrPath: string, cwd: string, names: () => string[]): string {
  if (isPath(nameOrPath)) {
    const file = resolve(cwd, nameOrPath)
    if (existsSync(file)) return file
    throw new UnknownNameError(`Failed to load the vendor "${nameOrPath}": there is no file ${file}.`)
  }
  const file = resolve(SPECS, nameOrPath, 'openapi.yaml')
  if (/^[\w-]+$/.test(nameOrPath) && existsSync(file)) return file
  throw new UnknownNameError(
    `Failed to load the vendor "${nameOrPath}": no such vendor.${didYouMean(nameOrPath, names())} For a vendor of your own give the path of its OpenAPI document, as "./acme/openapi.yaml".`,
  )
}

function nameOf(file: string): string {
  const name = basename(file).replace(/\.(?:ya?ml|json)$/, '')
  const chosen = name === 'openapi' ? basename(dirname(file)) : name
  return (
    chosen
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]+/g, '-')
      .replace(/^[^a-z]+/, '') || 'vendor'
  )
}

function listScenarios(folder: string): Array<[string, string]> {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => {
      const file = resolve(entry.parentPath, entry.name)
      return [
        relative(folder, file)
          .replaceAll('\\', '/')
          .replace(/\.ya?ml$/, ''),
        file,
      ] as [string, string]
    })
    .sort(([left], [right]) => (left < right ? -1 : 1))
}
