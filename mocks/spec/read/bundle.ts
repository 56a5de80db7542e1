import { isRecord } from '../values/is-record.ts'
import { createPatchwork, type Patchwork, patchworkSource } from '../overlay/patchwork.ts'
import { escapeSegment, formatPointer, getPointer, parsePointer } from '../references/pointer.ts'
import { relativeTo, isRemote, type ReadSource, tryRead } from '../references/ref.ts'
import { FILES, indexRefs, placesOfRefs } from '../references/ref-walk.ts'
import { withPointers } from '../references/ids.ts'
import type { Source } from './source.ts'
import { copyShared } from '../values/copy.ts'
import { percentDecode } from '../../state/text.ts'

/** A self-contained document. */
export interface Bundle {
  readonly source: Source
  /** The other files included, as messages show them. */
  readonly files: readonly string[]
}

/**
 * Bundles a document of several files (OpenAPI 3.1.1 section 4.6). It includes the targets of `$ref`s in other files,
 * transitively. Messages still name the file, line and column of origin. A broken `$ref` stays, rewritten relative to
 * the document. Nothing is read from the network.
 *
 * @param read - reads a file by its path in messages; throws when there is none
 * @example
 * bundle(source, read).source.data // { paths: { '/parcels': { get: … } }, 'x-bundled': { 'paths/parcels.yaml': … } }
 */
export function bundle(source: Source, read: ReadSource): Bundle {
  if (!isRecord(source.data)) return { source, files: [] }
  const sources = new Map<string, Source | undefined>()
  const inserted = new Set<string>()
  const load = (file: string): Source | undefined => {
    if (sources.has(file)) return sources.get(file)
    const found = attempt(() => read(file))
    const target = found && (sources.get(found.file) ?? withInserts(withPointers(found), read, inserted))
    sources.set(file, target)
    if (target) sources.set(target.file, target)
    return target
  }
  sources.set(source.file, source)
  const whole = withInserts(withPointers(source), read, inserted)
  sources.set(source.file, whole)
  const refs = outsideRefs(whole)
  if (refs.size === 0) return { source: whole, files: filesIn([...sources.values()], whole, inserted) }
  const patchwork = createPatchwork(whole)
  const names = new Map<string, string>([[whole.file, '']])
  const open: Source[] = []

  /** The text of a `$ref` in the bundled document. */
  const rewritten = (ref: string, from: Source, hops = 0): string => {
    const hash = ref.indexOf('#')
    const [path, fragment] = [
      percentDecode(hash < 0 ? ref : ref.slice(0, hash)),
      percentDecode(hash < 0 ? '' : ref.slice(hash + 1)),
    ]
    if (path === undefined || fragment === undefined || isRemote(path)) return ref
    if (path !== '' && indexRefs(from.data).ids.has(path)) return ref
    const file = path === '' ? from.file : relativeTo(from.file, path)
    const target = load(file)
    const name = path === '' ? names.get(from.file)! : (names.get(target?.file ?? file) ?? nameBeside(from, path))
    const written = from === whole ? ref : `${encodePath(name)}${hash < 0 ? '' : ref.slice(hash)}`
    if (!target) return written
    const pointer =
      fragment === '' || fragment.startsWith('/') ? fragment : indexRefs(target.data).anchors.get(fragment)
    // Places of the document itself are resolved once it is complete.
    if (target.file === whole.file) return `#${encodePointer(pointer ?? fragment)}`
    if (pointer === undefined) return written
    if (!names.has(target.file)) {
      names.set(target.file, name)
      open.push(target)
    }
    if (getPointer(target.data, pointer) !== undefined) return placeIn(name, pointer)
    const further = hops < MOST_HOPS ? refOnTheWay(target.data, pointer) : undefined
    return further === undefined ? written : rewritten(further, target, hops + 1)
  }
  const nameBeside = (from: Source, path: string): string => relativeTo(names.get(from.file) ?? '', path)

  const known = getPointer(whole.data, [FILES])
  if (!isRecord(known)) patchwork.put([FILES], {}, { source: whole, pointer: '' })
  for (const [ref, places] of placesOfRefs(whole.data, refs)) {
    const text = rewritten(ref, whole)
    if (text === ref) continue
    for (const place of places) patchwork.put(parsePointer(place), text, { source: whole, pointer: place })
  }
  for (let file = open.shift(); file; file = open.shift()) {
    const inside = file
    const data = rewriteAll(file, (ref) => rewritten(ref, inside))
    patchwork.put([FILES, names.get(file.file)!], data, { source: file, pointer: '' })
  }
  return {
    source: inlineParts(patchworkSource(whole, patchwork)),
    files: filesIn([...sources.values()], whole, inserted),
  }
}

/** The longest chain of references to references. */
const MOST_HOPS = 32

function filesIn(
  sources: ReadonlyArray<Source | undefined>,
  whole: Source,
  inserted: ReadonlySet<string>,
): readonly string[] {
  const files = sources.flatMap((source) => (source && source !== whole ? source.file : []))
  return [...new Set([...files, ...inserted])]
}

function placeIn(name: string, pointer: string): string {
  return `#/${FILES}/${encodePointer(escapeSegment(name))}${encodePointer(pointer)}`
}

/** The remainder of a pointer that passes a `$ref`, as a `$ref`. */
function refOnTheWay(data: unknown, pointer: string): string | undefined {
  const path = parsePointer(pointer)
  for (let depth = 0; depth < path.length; depth++) {
    const node = getPointer(data, path.slice(0, depth))
    if (!isRecord(node)) return undefined
    const ref = node['$ref']
    if (typeof ref !== 'string' || Object.hasOwn(node, path[depth]!)) continue
    return `${ref}${ref.includes('#') ? '' : '#'}${encodePointer(formatPointer(path.slice(depth)))}`
  }
  return undefined
}

/**
 * Inlines each `$ref` where the compiler follows none: in place of a list, a map of names, a path item or an operation.
 * A walk through the document then finds all of them.
 */
export function inlineParts(source: Source): Source {
  let whole = source
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { fixed } = indexRefs(whole.data)
    const patchwork = fixed.length > 0 ? createPatchwork(whole) : undefined
    if (!patchwork || !fixed.map((place) => inlineAt(patchwork, parsePointer(place))).includes(true)) break
    whole = patchworkSource(whole, patchwork)
  }
  return withDirectRefs(whole)
}

/** Inlined parts may contain such references too; this limit ends cycles. */
const MOST_ROUNDS = 12

/** Inlines the target of a `$ref`; returns whether it could. */
function inlineAt(patchwork: Patchwork, path: readonly string[]): boolean {
  let isDone = false
  for (let hops = 0; hops < MOST_HOPS; hops++) {
    const node = patchwork.get(path)
    const ref = isRecord(node) ? node['$ref'] : undefined
    if (!isRecord(node) || typeof ref !== 'string' || !ref.startsWith('#/')) return isDone
    const place = parsePointer(percentDecode(ref.slice(1)) ?? '')
    const target = patchwork.get(place)
    if (target === undefined || place.every((segment, index) => segment === path[index])) return isDone
    const { $ref: _, ...beside } = node
    patchwork.share(place)
    patchwork.put(path, isRecord(target) ? { ...target, ...beside } : target, patchwork.originOf(place))
    isDone = true
  }
  return isDone
}

/** Makes references to references point to the value itself. */
function withDirectRefs(source: Source): Source {
  const direct = new Map<string, string>()
  for (const ref of indexRefs(source.data).refs) {
    let at = ref
    for (let hops = 0; hops < MOST_HOPS && at.startsWith('#/'); hops++) {
      const pointer = percentDecode(at.slice(1))
      if (pointer === undefined) break
      if (getPointer(source.data, pointer) !== undefined) {
        if (at !== ref) direct.set(ref, at)
        break
      }
      const further = refOnTheWay(source.data, pointer)
      if (further === undefined) break
      at = further
    }
  }
  return replaceRefs(source, direct)
}

/** A source with replaced `$ref` texts. */
function replaceRefs(source: Source, texts: ReadonlyMap<string, string>): Source {
  if (texts.size === 0) return source
  const patchwork = createPatchwork(source)
  for (const [ref, places] of placesOfRefs(source.data, texts))
    for (const place of places) patchwork.put(parsePointer(place), texts.get(ref)!, { source, pointer: place })
  return patchworkSource(source, patchwork)
}

/** Inserts texts and examples from other files; unreadable ones stay. */
function withInserts(source: Source, read: ReadSource, files: Set<string>): Source {
  const { inserts } = indexRefs(source.data)
  let patchwork: Patchwork | undefined
  for (const [place, { ref, isText }] of inserts) {
    const [path = '', fragment = ''] = ref.split('#', 2).map((part) => percentDecode(part) ?? '')
    if (path === '' || isRemote(path)) continue
    const file = tryRead(() => read(relativeTo(source.file, path)))
    if (typeof file === 'string') continue
    const found = getPointer(file.data, fragment.startsWith('/') ? fragment : '')
    // A text page is not data, even if it parses as YAML.
    const isData = /\.(?:json|ya?ml)$/i.test(path) && !(isText && typeof found !== 'string')
    const value = isData || fragment !== '' ? found : file.text
    if (value === undefined) continue
    files.add(file.file)
    patchwork ??= createPatchwork(source)
    patchwork.put(parsePointer(place), value, { source: file, pointer: fragment })
  }
  return patchwork ? patchworkSource(source, patchwork) : source
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
  const copy = copyShared(data)
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

/** Undefined for an unreadable file. The problem is reported at the `$ref` to it. */
function attempt(read: () => Source): Source | undefined {
  try {
    const source = read()
    return source.data === undefined || source.problems.length > 0 ? undefined : source
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
