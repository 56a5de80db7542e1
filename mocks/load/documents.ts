import { readFileSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { applyOverlays } from '../spec/overlay/apply.ts'
import { bundle, type Bundle } from '../spec/read/bundle.ts'
import { brokenSource, lateSource, objectSource } from '../spec/read/data-source.ts'
import { hoist } from '../spec/read/hoist.ts'
import { withSeedData } from '../spec/read/seed-data.ts'
import { ownFile } from '../spec/read/node-require.ts'
import { parseSource, type Source } from '../spec/read/source.ts'
import { fromSwagger } from '../spec/read/swagger.ts'
import { isRecord } from '../spec/values/is-record.ts'
import { isSwagger } from '../spec/compile/check-document.ts'
import { overlayChain } from './dialect-files.ts'
import { packageFile } from './files/package-root.ts'
import { createParseCache, createProjectCache, type ParseCache } from './files/parse-cache.ts'
import { notAFile } from './files/regular-file.ts'
import { UnknownNameError } from './unknown-name.ts'

/** Reads each file once, and combines documents. Files are given by path, relative to the working directory. */
export interface Documents {
  readonly read: (file: string) => Source
  /** Reads the current content of a file. */
  readonly readAnew: (file: string) => Source
  /** A document with all the files that it references and the overlays applied, as OpenAPI 3. */
  readonly readWhole: (file: string, overlays: readonly Source[]) => Bundle
  /** Returns a function that reads the files a document references. */
  readonly readerOf: (document: string) => (file: string) => Source
  /** Uses an object as the file of that name from then on, and returns its path. */
  readonly give: (name: string, document: unknown) => string
  readonly isGiven: (file: string) => boolean
  /** Reads files again on the next access. A file with unchanged text is not parsed again. */
  readonly refresh: () => void
  /** Absolute paths of all files that were read or looked for so far. */
  readonly filesRead: () => readonly string[]
  /** The texts of those files. */
  readonly textsRead: () => FileTexts
  /** Whether files still have these texts. */
  readonly haveTexts: (texts: FileTexts) => boolean
}

/** Texts by absolute path; undefined for a file that cannot be read. */
export type FileTexts = ReadonlyMap<string, string | undefined>

/** The package's own documents. */
export const ownSpecs = (): string => packageFile('specs')

/**
 * @param displayPath - a path as messages show it
 * @param dialects - the merged documents of the package's dialects
 */
export function createDocuments(
  cwd: string,
  displayPath: (file: string) => string,
  dialects: ParseCache | undefined = builtDialects(),
): Documents {
  const sources = new Map<string, { readonly text: string | undefined; readonly source: Source }>()
  const wholes = new Map<string, Bundle>()
  /** Files that are not read again. */
  const current = new Set<string>()
  const asked = new Set<string>()
  const cache = createProjectCache(cwd, packageFile('dist/data'))
  const parse = (text: string, path: string): Source => {
    if (path.endsWith('.json')) return parseSource(text, displayPath(path))
    const known = cache.get(text)
    const source = parseSource(text, displayPath(path), known)
    if (known === undefined && source.problems.length === 0) cache.put(text, source.data)
    return source
  }
  /** Does not parse a file again if it has not changed. */
  const readAnew = (file: string): Source => {
    const path = resolve(cwd, file)
    asked.add(path)
    const other = notAFile(path)
    if (other !== undefined) return brokenSource(displayPath(path), 'not-a-file', `"${displayPath(path)}" ${other}.`)
    const text = readFileSync(path, 'utf8')
    const known = sources.get(path)
    current.add(path)
    if (known?.text === text) return known.source
    const source = parse(text, path)
    sources.set(path, { text, source })
    return source
  }
  const read = (file: string): Source => {
    const path = resolve(cwd, file)
    return (current.has(path) ? sources.get(path)?.source : undefined) ?? readAnew(file)
  }
  const textOf = (path: string): string | undefined => {
    asked.add(path)
    try {
      return notAFile(path) === undefined ? readFileSync(path, 'utf8') : undefined
    } catch {
      return undefined
    }
  }
  const isGiven = (file: string): boolean => sources.has(file) && sources.get(file)!.text === undefined
  /** A document given as an object is untrusted, so it may not read local files. */
  const readerOf = (document: string): typeof read => {
    if (!isGiven(document)) return read
    return (file) => {
      if (resolve(cwd, file) === document) return read(document)
      throw new Error(READS_NO_FILES)
    }
  }
  /** The package's own documents have no `$ref` to another file. */
  const complete = (source: Source, file: string): Bundle => {
    const reader = readerOf(file)
    const seeded = withSeedData(source, reader)
    if (file.startsWith(ownSpecs())) return seeded
    const bundled = bundle(seeded.source, reader)
    return { source: bundled.source, files: [...seeded.files, ...bundled.files] }
  }
  const wholeOf = (file: string): Bundle => {
    const known = wholes.get(file)
    if (known) return known
    const { source, files } = complete(documentOf(file, read), file)
    const whole = { source: hoist(isSwagger(source.data) ? fromSwagger(source) : source), files }
    wholes.set(file, whole)
    return whole
  }
  /** A dialect of the package, as merged before. The place where a part was written is looked up when it is needed. */
  const keptWhole = (
    kept: ParseCache,
    {
      whole,
      overlays,
      lay,
    }: { readonly whole: Bundle; readonly overlays: readonly Source[]; readonly lay: () => Bundle },
  ): Bundle => {
    const texts = [read(whole.source.file), ...whole.files.map(read), ...overlays].map((source) => source.text)
    const text = texts.join('\0')
    const known = kept.get(text)
    if (known !== undefined)
      return { source: lateSource(known, whole.source.file, () => lay().source), files: whole.files }
    const laid = lay()
    if (laid.source.problems.length === 0 && laid.files.length === whole.files.length) kept.put(text, laid.source.data)
    return laid
  }
  return {
    read,
    readAnew,
    readerOf,
    isGiven,
    readWhole: (file, overlays) => {
      const whole = wholeOf(file)
      // An overlay may refer to files too.
      const lay = (): Bundle =>
        overlays.reduce((before, overlay) => {
          const after = complete(applyOverlays(before.source, [overlay]), file)
          return { source: hoist(after.source), files: [...before.files, ...after.files] }
        }, whole)
      return overlays.length > 0 && dialects && file.startsWith(ownSpecs())
        ? keptWhole(dialects, { whole, overlays, lay })
        : lay()
    },
    give: (name, document) => {
      const file = resolve(cwd, name)
      sources.set(file, { text: undefined, source: objectSource(document, name) })
      current.add(file)
      wholes.delete(file)
      return file
    },
    refresh: () => {
      for (const path of current) if (!isGiven(path)) current.delete(path)
      for (const file of wholes.keys()) if (!isGiven(file)) wholes.delete(file)
    },
    filesRead: () => [...asked],
    textsRead: () => new Map([...asked].map((path) => [path, sources.get(path)?.text])),
    haveTexts: (texts) => [...texts].every(([path, text]) => textOf(path) === text),
  }
}

/** The built dialects were made by the same version of this code, so only built code reads them. */
function builtDialects(): ParseCache | undefined {
  const isBuilt = ownFile.startsWith(packageFile('dist') + sep)
  return isBuilt ? { get: createParseCache(packageFile('dist/data')).get, put: () => {} } : undefined
}

const READS_NO_FILES =
  'a document that is given as an object reads no files. Give its path instead, or combine its files: sparring bundle FILE'

/** Refuses an overlay given in place of its document, and names the document, which the lowest overlay extends. */
function documentOf(file: string, read: (file: string) => Source): Source {
  const source = read(file)
  const { data } = source
  if (data === null || typeof data !== 'object' || !('overlay' in data) || 'openapi' in data) return source
  const lowest = overlayChain(file, read)[0]!.data
  const document = isRecord(lowest) && 'extends' in lowest ? ` "${String(lowest['extends'])}"` : ''
  throw new UnknownNameError(
    `Failed to load the vendor "${source.file}": it is an overlay. Give the document that it belongs to${document}; an overlay next to it is found automatically.`,
  )
}
