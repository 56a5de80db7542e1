import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, resolve, sep } from 'node:path'
import type { Operations } from '../behaviour/operations.ts'
import { type Bundle, inlineParts } from '../spec/read/bundle.ts'
import { isSwagger } from '../spec/compile/check-document.ts'
import { compileVendor, type Tools } from '../spec/compile/compile-vendor.ts'
import { didYouMean } from '../spec/problems/nearest.ts'
import type { DialectFiles } from '../spec/model/dialects.ts'
import { InvalidFileError } from '../spec/problems/problem.ts'
import type { Source } from '../spec/read/source.ts'
import type { Vendor } from '../spec/model/vendor.ts'
import { builtIn } from '../vendors/built-in.ts'
import { findDialects, overlayChain } from './dialect-files.ts'
import { createDocuments, type FileTexts, ownSpecs } from './documents.ts'
import { isPath, urlAdvice } from './files/is-path.ts'
import { nodeTools, readGrammar } from './node-tools.ts'
import { checkMarks, findOperations, loadOperations } from './operations.ts'
import { createDisplayPath } from './files/display-path.ts'
import { packageFile } from './files/package-root.ts'
import { createScenarioFiles } from './files/scenario-files.ts'
import type { FoundScenario, ScenarioSource } from './scenario-source.ts'
import { findSidecar, vendorNameOf, type Overlays } from './sidecar.ts'
import { UnknownNameError } from './unknown-name.ts'

/** Finds specs and scenarios on disk: the package's, the project's, and those named by path. */
export interface Library extends ScenarioSource {
  readonly tools: Tools
  /** Reads a file once; every later call returns the same source. */
  readonly read: (file: string) => Source
  /**
   * Loads a vendor by name (`seek`) or by the path of its document, with its overlays, once.
   *
   * @param as - the name of a vendor of your own, in place of its usual name
   */
  readonly vendor: (nameOrPath: string, overlays?: Overlays, as?: string) => Vendor
  /** Compiles a document given as an object, with the named overlays only. */
  readonly givenVendor: (name: string, document: unknown, overlays?: Overlays) => Vendor
  /** The files that a vendor was compiled from. */
  readonly specOf: (vendor: Vendor) => Spec
  /** A document with all the files that it references, without overlays. */
  readonly whole: (path: string) => Bundle
  /** The other files that a document references. */
  readonly filesOf: (file: string) => readonly string[]
  /** The vendor's code, if it has some. */
  readonly operations: (vendor: Vendor) => Operations | undefined
  readonly vendorNames: () => string[]
  /** Names such as `seek/out-of-credits`, with the paths of their files. */
  readonly scenarioFiles: () => ReadonlyMap<string, string>
  /** The file for a scenario's name or path, whether it exists or not; undefined for an unknown name. */
  readonly scenarioFile: (nameOrPath: string, from?: FoundScenario) => string | undefined
  /** Folders of named scenarios; absolute paths. */
  readonly scenarioFolders: readonly string[]
  /**
   * Reads files again from disk. Vendors that are already loaded do not change.
   *
   * @param code - exports of reloaded vendor code, by its path
   */
  readonly refresh: (code?: ReadonlyMap<string, unknown>) => void
  /** Absolute paths of all files that were read or looked for so far. */
  readonly filesRead: () => readonly string[]
  /** A path for messages, as the user would type it. */
  readonly displayPath: (file: string) => string
}

export interface Spec {
  /** The document with its overlays applied; places refer to the file in which something was written. */
  readonly source: Source
  /** Paths of the files, as shown in messages. */
  readonly overlays: readonly string[]
  /** The overlay of each dialect, by name. */
  readonly dialects: ReadonlyMap<string, string>
  /** The file on disk. It stays valid when the working directory changes, unlike a package vendor's `file`. */
  readonly path: string
  /** Whether the document is Swagger 2.0, played as OpenAPI 3. */
  readonly isConverted: boolean
}

export interface LibraryOptions {
  /** Folders with `<vendor>/<name>.yaml`, searched before the project's own `scenarios/`. */
  readonly scenarios?: readonly string[] | undefined
  readonly cwd?: string | undefined
  /** Whether to check the package's own specs again. Its tests have checked them, and starting is faster without. */
  readonly checkOwn?: boolean | undefined
  /** Refuses a document with any flaw, instead of leaving the affected parts out. */
  readonly strict?: boolean | undefined
}

/** What is compiled from a document, apart from its file and overlays. */
interface Named {
  readonly as?: string | undefined
  readonly dialect?: string | undefined
  /** The dialects of the same document. */
  readonly spoken?: DialectFiles | undefined
}

const vendors = new Map<string, Vendor>()
/** Vendors of a project, with what they were compiled from: the files of a test run mostly load the same ones. */
const compiled = new Map<string, { readonly vendor: Vendor; readonly texts: FileTexts }>()
/** How many of them are kept. */
const MOST_COMPILED = 16
const specs = new WeakMap<Vendor, Spec>()

export function createLibrary(options: LibraryOptions = {}): Library {
  const cwd = options.cwd ?? process.cwd()
  const tools = nodeTools()
  const displayPath = createDisplayPath(cwd)
  const documents = createDocuments(cwd, displayPath)
  const { read, readAnew, readWhole, readerOf } = documents
  const vendorNames = (): string[] =>
    readdirSync(ownSpecs(), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(resolve(ownSpecs(), entry.name, 'openapi.yaml')))
      .map((entry) => entry.name)
  const loaded = new Map<string, Vendor>()
  let newCode: ReadonlyMap<string, unknown> = new Map()
  /** Whether vendors may be those of other libraries: not after a reload, nor beside a document given as an object. */
  let isShared = options.checkOwn !== true
  const isOwn = (layer: Source): boolean => resolve(cwd, layer.file).startsWith(ownSpecs())
  const compile = (file: string, layers: readonly Source[], named: Named = {}): Vendor => {
    const { as, dialect, spoken } = named
    const isBuiltIn = file.startsWith(ownSpecs())
    const { source: whole } = readWhole(file, layers)
    const source = isBuiltIn ? whole : inlineParts(whole)
    let dialects: Spec['dialects'] = new Map()
    const isProven = isBuiltIn && layers.every(isOwn) && options.checkOwn !== true
    const vendor: Vendor = compileVendor(source, {
      tools: isProven ? { loadCel: tools.loadCel, parseXml: tools.parseXml, grammar: undefined } : tools,
      name: vendorNameOf(file),
      as,
      read: readerOf(file),
      dialect,
      lenient: !isBuiltIn && options.strict !== true,
      dialects: (folder) => {
        if (spoken) return spoken
        dialects = documents.isGiven(file) ? new Map() : findDialects(file, folder)
        return dialectsOf({ file, layers, as }, displayPath(resolve(dirname(file), folder)), dialects, () => vendor)
      },
    })
    const isConverted = !isBuiltIn && isSwagger(read(file).data)
    specs.set(vendor, { source, overlays: layers.map((layer) => layer.file), dialects, path: file, isConverted })
    return vendor
  }
  /** Compiles a project's document, or takes what another library of this process has compiled from the same texts. */
  const compileOnce = (file: string, key: string, make: () => Vendor): Vendor => {
    // A project's code may change what it is given.
    if (!isShared || findOperations(file) !== undefined) return make()
    const whole = JSON.stringify([cwd, key, options.strict === true])
    const known = compiled.get(whole)
    if (known && documents.haveTexts(known.texts)) return known.vendor
    const vendor = make()
    // Dialects are read when they are first used.
    if (vendor.dialects) return vendor
    compiled.delete(whole)
    compiled.set(whole, { vendor, texts: documents.textsRead() })
    if (compiled.size > MOST_COMPILED) compiled.delete(compiled.keys().next().value!)
    return vendor
  }
  /** The dialects of a document, each compiled on first use. A dialect's overlay is applied after all others. */
  const dialectsOf = (
    { file, layers, as }: Pick<Named, 'as'> & { readonly file: string; readonly layers: readonly Source[] },
    folder: string,
    found: Spec['dialects'],
    base: () => Vendor,
  ): DialectFiles => {
    const made = new Map<string, Vendor>()
    const dialects: DialectFiles = {
      folder,
      names: [...found.keys()],
      vendor: (name) => {
        const overlay = found.get(name)
        let vendor = overlay === undefined ? base() : made.get(name)
        if (!vendor) {
          const all = [...layers, ...overlayChain(overlay!, read)]
          made.set(name, (vendor = compile(file, all, { as, dialect: name, spoken: dialects })))
        }
        return vendor
      },
    }
    return dialects
  }
  const specOf = (vendor: Vendor): Spec => {
    const known = specs.get(vendor)
    if (known) return known
    const path = resolve(cwd, vendor.file)
    return { source: read(path), overlays: [], dialects: new Map(), path, isConverted: false }
  }
  /** The code of a vendor, and its name in messages; a document given as an object has none. */
  const codeOf = (vendor: Vendor): { readonly operations?: Operations | undefined; readonly code?: string } => {
    const file = specOf(vendor).path
    if (file.startsWith(ownSpecs())) return { operations: builtIn[vendor.name], code: 'The code of the package' }
    const path = documents.isGiven(file) ? undefined : findOperations(file)
    return path === undefined
      ? {}
      : {
          operations: loadOperations(vendor, path, { displayPath, exported: newCode.get(path) }),
          code: displayPath(path),
        }
  }
  /** Uses the document from then on as the file of that name. */
  const givenVendor = (name: string, document: unknown, overlays?: Overlays): Vendor => {
    isShared = false
    const file = documents.give(name, document)
    return compile(file, overlayFiles(file, overlays ?? false, cwd).map(read))
  }
  const folders = [...(options.scenarios ?? []), 'scenarios', packageFile('scenarios')].map((folder) =>
    resolve(cwd, folder),
  )
  const files = createScenarioFiles([...new Set(folders)])
  const scenarioFile: Library['scenarioFile'] = (name, from) =>
    files.find(name, resolve(cwd, from ? dirname(from.source.file) : ''))
  return {
    tools,
    read,
    displayPath,
    vendorNames,
    givenVendor,
    whole: (path) => readWhole(findSpec(path, cwd, vendorNames), []),
    filesOf: (file) => {
      const path = resolve(cwd, file)
      const { files } = readWhole(path, overlayFiles(path, undefined, cwd).map(read))
      return files.map((other) => resolve(cwd, other))
    },
    operations: (vendor) => {
      const { operations, code } = codeOf(vendor)
      // Checking the marks of operations that only dialects have would compile every dialect.
      const isProven = specOf(vendor).path.startsWith(ownSpecs()) && options.checkOwn !== true
      const findings = isProven ? [] : checkMarks(vendor, operations, code)
      if (findings.length > 0)
        throw new InvalidFileError(`the code of ${vendor.name}`, findings.map(specOf(vendor).source.problem))
      return operations
    },
    specOf,
    vendor: (nameOrPath, overlays, as) => {
      const file = findSpec(nameOrPath, cwd, vendorNames)
      const paths = overlayFiles(file, overlays, cwd)
      // The package's own specs do not change while a process runs, so they are compiled once for all mocks.
      const isOwn = file.startsWith(ownSpecs()) && overlays === undefined && options.checkOwn !== true
      const known = isOwn ? vendors : loaded
      const key = isOwn ? file : JSON.stringify([file, paths, as])
      let vendor = known.get(key)
      if (!vendor) {
        const make = (): Vendor => compile(file, paths.map(read), { as })
        known.set(key, (vendor = isOwn ? make() : compileOnce(file, key, make)))
      }
      return vendor
    },
    refresh: (code = newCode) => {
      newCode = code
      isShared = false
      loaded.clear()
      documents.refresh()
    },
    filesRead: documents.filesRead,
    scenarioFiles: files.list,
    scenarioFile,
    scenarioFolders: files.folders,
    scenarioNames: () => files.list().keys(),
    scenarioGrammar: () => readGrammar('scenarios/scenario.schema.json'),
    scenario: (name, from) => {
      refuseUrl(name, 'play', 'a scenario')
      const file = scenarioFile(name, from)
      if (file === undefined) return undefined
      if (!existsSync(file)) throw new UnknownNameError(`Failed to play "${name}": there is no file ${file}.`, name)
      return {
        name: isPath(name) ? displayPath(file).replace(/\.ya?ml$/, '') : name,
        source: readAnew(file),
        vendor: basename(dirname(file)),
        isProven: options.checkOwn !== true && file.startsWith(packageFile('scenarios') + sep),
      }
    },
  }
}

function findSpec(nameOrPath: string, cwd: string, names: () => string[]): string {
  refuseUrl(nameOrPath, 'load the vendor', 'a document')
  if (isPath(nameOrPath)) {
    const file = resolve(cwd, nameOrPath)
    if (existsSync(file)) return file
    throw new UnknownNameError(`Failed to load the vendor "${nameOrPath}": there is no file ${file}.`, nameOrPath)
  }
  const file = resolve(ownSpecs(), nameOrPath, 'openapi.yaml')
  if (/^[\w-]+$/.test(nameOrPath) && existsSync(file)) return file
  throw new UnknownNameError(
    `Failed to load the vendor "${nameOrPath}": no such vendor.${didYouMean(nameOrPath, names())} For a vendor of your own give the path of its OpenAPI document, as "./acme/openapi.yaml".`,
    nameOrPath,
    names(),
  )
}

/** @throws {@link UnknownNameError} for a URL, since nothing is read from URLs */
function refuseUrl(word: string, doing: string, what: string): void {
  const advice = urlAdvice(word, what)
  if (advice !== undefined) throw new UnknownNameError(`Failed to ${doing} "${word}": ${advice}.`, word)
}

function overlayFiles(file: string, overlays: Overlays, cwd: string): string[] {
  if (overlays === false) return []
  if (overlays === undefined) return file.startsWith(ownSpecs()) ? [] : [findSidecar(file) ?? []].flat()
  return [overlays].flat().map((overlay) => {
    refuseUrl(overlay, 'load the overlay', 'an overlay')
    const path = resolve(cwd, overlay)
    if (existsSync(path)) return path
    throw new UnknownNameError(`Failed to load the overlay "${overlay}": there is no file ${path}.`, overlay)
  })
}
