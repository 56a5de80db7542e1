import { isRecord } from '../values/is-record.ts'
import { createPatchwork, type Patchwork, patchworkSource } from '../overlay/patchwork.ts'
import { getPointer, parsePointer, escapeSegment } from '../references/pointer.ts'
import { beside, decode, isRemote, type ReadSource } from '../references/ref.ts'
import { FILES, indexRefs, placesOfRefs, type RefIndex } from '../references/ref-walk.ts'
import type { Source } from './source.ts'

/** A document that is whole in itself. */
export interface Bundle {
  readonly source: Source
  /** The other files that were taken in, as messages show them. */
  readonly files: readonly string[]
}

/**
 * Makes one document of a document of several files (OpenAPI 3.1.1 section 4.6): what a `$ref` leads to in another file
 * is taken in, with all that it leads to, and every place is still told as that of the file in which it was written. A
 * `$ref` that cannot be followed stays, as seen from the document. Nothing is read from the network.
 *
 * @param read - reads a file by a path as messages show it; throws when there is none
 * @example
 * bundle(source, read).source.data // { paths: { '/parcels': { get: … } }, 'x-bundled': { 'paths/parcels.yaml': … } }
 */
export function bundle(source: Source, read: ReadSource): Bundle {
  if (!isRecord(source.data)) return { source, files: [] }
  const refs = outsideRefs(source)
  if (refs.size === 0) return { source, files: [] }
  const patchwork = createPatchwork(source)
  const names = new Map<string, string>([[source.file, '']])
  const sources = new Map<string, Source | undefined>([[source.file, source]])
  const open: Source[] = []

  /** The text of a `$ref` as it reads in the one document. */
  const rewritten = (ref: string, from: Source): string => {
    const hash = ref.indexOf('#')
    const [path, fragment] = [decode(hash < 0 ? ref : ref.slice(0, hash)), decode(hash < 0 ? '' : ref.slice(hash + 1))]
    if (path === undefined || fragment === undefined || isRemote(path)) return ref
    if (path !== '' && indexOf(from).ids.has(path)) return ref
    const file = path === '' ? from.file : beside(from.file, path)
    const target = load(file)
    const name = path === '' ? names.get(from.file)! : (names.get(target?.file ?? file) ?? nameBeside(from, path))
    const written = from === source ? ref : `${encodePath(name)}${hash < 0 ? '' : ref.slice(hash)}`
    if (!target) return written
    const pointer = fragment === '' || fragment.startsWith('/') ? fragment : indexOf(target).anchors.get(fragment)
    // The document's own places are looked up when it is whole.
    if (target.file === source.file) return `#${encodePointer(pointer ?? fragment)}`
    if (pointer === undefined || getPointer(target.data, pointer) === undefined) return written
    if (!names.has(target.file)) {
      names.set(target.file, name)
      open.push(target)
    }
    return `#/${FILES}/${encodePointer(escapeSegment(name))}${encodePointer(pointer)}`
  }
  const load = (file: string): Source | undefined => {
    if (sources.has(file)) return sources.get(file)
    const found = attempt(() => read(file))
    const target = found && (sources.get(found.file) ?? found)
    sources.set(file, target)
    if (target) sources.set(target.file, target)
    return target
  }
  const indexes = new Map<Source, RefIndex>()
  const indexOf = (file: Source): RefIndex => {
    let index = indexes.get(file)
    if (!index) indexes.set(file, (index = indexRefs(file.data)))
    return index
  }
  const nameBeside = (from: Source, path: string): string => beside(names.get(from.file) ?? '', path)

  const known = getPointer(source.data, [FILES])
  if (!isRecord(known)) patchwork.put([FILES], {}, { source, pointer: '' })
  for (const [ref, places] of placesOfRefs(source.data, refs)) {
    const text = rewritten(ref, source)
    if (text === ref) continue
    for (const place of places) patchwork.put(parsePointer(place), text, { source, pointer: place })
  }
  for (let file = open.shift(); file; file = open.shift()) {
    const inside = file
    patchwork.put(
      [FILES, names.get(file.file)!],
      rewriteAll(file, (ref) => rewritten(ref, inside)),
      {
        source: file,
        pointer: '',
      },
    )
  }
  inline(patchwork, (ref) => ref.startsWith(`#/${FILES}/`))
  return { source: patchworkSource(source, patchwork), files: [...names.keys()].filter((file) => file !== source.file) }
}

/**
 * Puts path items and operations that stand elsewhere in the document where they are referred to, so that whoever goes
 * through the paths meets them all.
 */
export function inlinePaths(source: Source): Source {
  const paths = isRecord(source.data) ? source.data['paths'] : undefined
  const items = isRecord(paths) ? Object.values(paths).filter(isRecord) : []
  const hasRef = (node: unknown): boolean => isRecord(node) && typeof node['$ref'] === 'string'
  if (!items.some((item) => hasRef(item) || Object.values(item).some(hasRef))) return source
  const patchwork = createPatchwork(source)
  inline(patchwork, (ref) => ref.startsWith('#/'))
  return patchworkSource(source, patchwork)
}

/** Maps of names that are themselves a reference, then path items, then operations. */
function inline(patchwork: Patchwork, isMeant: (ref: string) => boolean): void {
  const keysOf = (path: readonly string[]): string[] => {
    const node = patchwork.get(path)
    return isRecord(node) ? Object.keys(node) : []
  }
  const put = (path: readonly string[]): void => {
    for (let hops = 0; hops < 32; hops++) {
      const node = patchwork.get(path)
      const ref = isRecord(node) ? node['$ref'] : undefined
      if (!isRecord(node) || typeof ref !== 'string' || !isMeant(ref)) return
      const place = parsePointer(decode(ref.slice(1)) ?? '')
      const target = patchwork.get(place)
      if (!isRecord(target)) return
      const { $ref: _, ...beside } = node
      patchwork.share(place)
      patchwork.put(path, { ...target, ...beside }, patchwork.originOf(place))
    }
  }
  put(['paths'])
  for (const key of keysOf(['components'])) put(['components', key])
  for (const path of keysOf(['paths'])) {
    put(['paths', path])
    for (const method of keysOf(['paths', path])) put(['paths', path, method])
  }
}

/** The `$ref`s that lead to other files. */
function outsideRefs({ data, file }: Source): ReadonlySet<string> {
  const { refs, ids } = indexRefs(data)
  return new Set(
    [...refs].filter((ref) => {
      const path = ref.split('#', 1)[0]!
      return path !== '' && path !== file && !isRemote(path) && !ids.has(path)
    }),
  )
}

function rewriteAll({ data }: Source, rewritten: (ref: string) => string): unknown {
  const copy = structuredClone(data)
  for (const [ref, places] of placesOfRefs(copy, { has: () => true })) {
    const text = rewritten(ref)
    for (const place of places) {
      const path = parsePointer(place)
      const holder = getPointer(copy, path.slice(0, -1)) as Record<string, unknown>
      holder[path.at(-1)!] = text
    }
  }
  return copy
}

/** Undefined for a file that cannot be read. The problem is reported at the `$ref` that leads to it. */
function attempt(read: () => Source): Source | undefined {
  try {
    const source = read()
    return source.data === undefined ? undefined : source
  } catch {
    return undefined
  }
}

/** A pointer as the fragment of a URI. */
function encodePointer(pointer: string): string {
  return pointer.split('/').map(encodeURIComponent).join('/')
}

function encodePath(path: string): string {
  return path.replaceAll('%', '%25').replaceAll('#', '%23')
}
