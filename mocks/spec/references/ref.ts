import { nearest } from '../problems/nearest.ts'
import { formatPointer, getPointer, parsePointer } from './pointer.ts'
import type { Finding, Problem } from '../problems/problem.ts'
import { FILES, indexRefs, placesOfRefs } from './ref-walk.ts'
import type { RefIndex } from './ref-walk.ts'
import { kindName } from '../problems/shape.ts'
import type { Source } from '../read/source.ts'
import { percentDecode, percentDecoded } from '../../state/text.ts'

/** Reads a file by the name in a `$ref`; throws when there is none. Called once per file. */
export type ReadSource = (file: string) => Source

/** The final target of a `$ref`, after following chains of `$ref`s. */
export interface Resolved {
  readonly value: unknown
  readonly source: Source
  readonly pointer: string
}

export interface Resolver {
  /** Follows a `$ref` in `from`; `undefined` when it is broken or circular. */
  resolveRef(ref: string, from: Source): Resolved | undefined
  /** Problems of the `$ref`s in one file; each target is reported once, at its first use. */
  checkRefs(source: Source): Finding[]
  /** Why `$ref`s of this file cannot be followed, by their text. */
  brokenRefs(source: Source): ReadonlyMap<string, string>
  /** Like {@link checkRefs}, for a file and all files it refers to, each problem with its place. */
  checkAll(source: Source): Problem[]
}

/**
 * Creates a resolver of `$ref`s: to places in the same file, by JSON Pointer, `$anchor` or `$id`, and to files beside
 * it. Files are read through `read` and cached.
 *
 * @example
 * const resolver = createResolver((file) => parseSource(readFileSync(file, 'utf8'), file))
 * resolver.resolveRef('#/components/schemas/Worker', source)?.value
 */
export function createResolver(read: ReadSource): Resolver {
  const files = new Map<string, Source | string>()
  const targets = new Map<Source, Map<string, Outcome>>()

  function load(file: string): Source | string {
    let loaded = files.get(file)
    if (loaded === undefined) {
      loaded = tryRead(() => read(file))
      if (typeof loaded !== 'string' && (loaded.data === undefined || loaded.problems.length > 0))
        loaded = whyUnread(loaded)
      files.set(file, loaded)
    }
    return loaded
  }

  const index = (source: Source): RefIndex => indexRefs(source.data)

  /** One step: the target of a `$ref`, whatever its value. */
  function step(ref: string, from: Source): Resolved | Failure {
    const hash = ref.indexOf('#')
    const path = percentDecode(hash < 0 ? ref : ref.slice(0, hash))
    const fragment = percentDecode(hash < 0 ? '' : ref.slice(hash + 1))
    if (path === undefined || fragment === undefined) {
      return failure('dangling-ref', `"${ref}" has a "%" that is not followed by two hexadecimal digits. Write "%25".`)
    }
    const here = path === '' || path === from.file
    const named = here ? undefined : index(from).ids.get(path)
    if (named === undefined && isRemote(path)) {
      const remedy = 'Save the document beside this file and refer to it by its path.'
      return failure('remote-ref', `"${ref}" is on the network, and only files are read. ${remedy}`)
    }
    const file = here || named !== undefined ? from.file : relativeTo(from.file, path)
    const source = file === from.file ? from : load(file)
    if (typeof source === 'string') {
      return failure(
        'dangling-ref',
        `"${ref}" leads to the file "${file}", which cannot be read: ${source.replace(/\.$/, '')}.`,
      )
    }
    if (fragment !== '' && !fragment.startsWith('/')) {
      const pointer = index(source).anchors.get(fragment)
      if (pointer !== undefined) return { value: getPointer(source.data, pointer), source, pointer }
      const near = nearest(fragment, index(source).anchors.keys())
      const remedy = near ? ` Did you mean "#${near}"?` : ' A place is written as in "#/components/schemas/Worker".'
      return failure('dangling-ref', `"${ref}" leads nowhere: no schema has the "$anchor" "${fragment}".${remedy}`)
    }
    const pointer = (named ?? '') + fragment
    const value = getPointer(source.data, pointer)
    if (value !== undefined) return { value, source, pointer }
    return failure(
      'dangling-ref',
      `"${ref}" leads nowhere: ${nowhere(source, pointer, hash < 0 ? ref : ref.slice(0, hash))}`,
    )
  }

  function follow(ref: string, from: Source): Outcome {
    let known = targets.get(from)
    if (!known) targets.set(from, (known = new Map()))
    const before = known.get(ref)
    if (before) return before
    let at: Outcome = step(ref, from)
    const places: string[] = []
    const way = [ref]
    while (!('code' in at) && isReference(at.value)) {
      const place = `${at.source.file}#${at.pointer}`
      const first = places.indexOf(place)
      if (first >= 0) {
        const shown = way.map((one) => writtenAt(one, from))
        const message = `"${shown[0]}" never meets a value: ${shown.join(' -> ')}. Put a value at one of them.`
        at = { ...failure('circular-ref', message), circle: places.slice(first).sort().join(' ') }
        break
      }
      if (places.length === LONGEST_CHAIN) {
        const message = `"${ref}" leads through more than ${LONGEST_CHAIN} other references. Refer to the value itself.`
        at = { ...failure('deep-ref', message), circle: 'deep' }
        break
      }
      places.push(place)
      way.push(at.value.$ref)
      // A chain that breaks later is reported where it breaks.
      const next = step(at.value.$ref, at.source)
      at = 'code' in next ? { ...next, elsewhere: true } : next
    }
    known.set(ref, at)
    return at
  }

  function checkRefs(source: Source): Finding[] {
    const broken = new Map<string, Failure>()
    const circles = new Set<string>()
    for (const ref of index(source).refs) {
      const outcome = follow(ref, source)
      if (!('code' in outcome) || outcome.elsewhere) continue
      if (outcome.circle !== undefined) {
        if (circles.has(outcome.circle)) continue
        circles.add(outcome.circle)
      }
      broken.set(ref, outcome)
    }
    const misfits = [...index(source).misfits].map(([pointer, value]) => ({
      code: 'wrong-type',
      message: `"$ref" must be a text; got ${kindName(value)}. Write the place that is meant, as in "#/components/schemas/Worker".`,
      pointer,
    }))
    if (broken.size === 0) return misfits
    const places = placesOfRefs(source.data, broken)
    const reported = [...broken].map(([ref, { code, message }]) => {
      const [pointer = '', ...others] = places.get(ref) ?? []
      const more = others.length > 0 ? ` It occurs ${others.length + 1} times in this file.` : ''
      return { code, message: message + more, pointer }
    })
    return [...misfits, ...reported]
  }

  return {
    brokenRefs(source) {
      const broken = new Map<string, string>()
      for (const ref of index(source).refs) {
        const outcome = follow(ref, source)
        if ('code' in outcome) broken.set(ref, outcome.message)
      }
      return broken
    },
    resolveRef(ref, from) {
      const outcome = follow(ref, from)
      return 'code' in outcome ? undefined : outcome
    },
    checkRefs,
    checkAll(source) {
      const problems: Problem[] = []
      const open = [source]
      const seen = new Set<Source>(open)
      for (let next = open.shift(); next; next = open.shift()) {
        problems.push(...checkRefs(next).map(next.problem))
        for (const loaded of files.values()) {
          if (typeof loaded === 'string' || seen.has(loaded)) continue
          seen.add(loaded)
          open.push(loaded)
        }
      }
      return problems
    },
  }
}

interface Failure {
  readonly code: 'dangling-ref' | 'circular-ref' | 'deep-ref' | 'remote-ref'
  readonly message: string
  /** The error is in a `$ref` further down the chain. */
  readonly elsewhere?: boolean
  /** Equal for all `$ref`s that end in one cycle or overlong chain: only the first of them is reported. */
  readonly circle?: string
}

type Outcome = Resolved | Failure

/** The longest chain of references to references. */
const LONGEST_CHAIN = 30

function failure(code: Failure['code'], message: string): Failure {
  return { code, message }
}

// A `$ref` with sibling keywords is a schema, not an alias of another place.
function isReference(value: unknown): value is { readonly $ref: string } {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, '$ref')) return false
  if (typeof (value as { $ref: unknown }).$ref !== 'string') return false
  return Object.keys(value).every((key) => key === '$ref' || key === 'summary' || key === 'description')
}

function nowhere(source: Source, pointer: string, file: string): string {
  const segments = parsePointer(pointer)
  let depth = segments.length - 1
  while (depth > 0 && getPointer(source.data, segments.slice(0, depth)) === undefined) depth--
  const parents = segments.slice(0, depth)
  const parent = getPointer(source.data, parents)
  const missing = segments[depth] ?? ''
  const names = typeof parent === 'object' && parent !== null ? Object.keys(parent) : []
  const near = nearest(missing, names)
  const place = depth === 0 ? (file === '' ? 'the document' : `"${file}"`) : `"${file}#${formatPointer(parents)}"`
  const remedy = near === undefined ? known(names) : ` Did you mean "${file}#${formatPointer([...parents, near])}"?`
  return `${place} has no "${missing}".${remedy}`
}

function known(all: readonly string[]): string {
  const names = all.filter((name) => name !== FILES)
  if (names.length === 0) return ' Nothing stands there.'
  return names.length <= 12 ? ` Known: ${names.join(', ')}.` : ''
}

/** A `$ref` as a user has written it: one into another file, which has a name of ours here, as its place in that file. */
function writtenAt(ref: string, from: Source): string {
  const pointer = ref.startsWith('#/') ? percentDecode(ref.slice(1)) : undefined
  const file = pointer === undefined ? from.file : from.fileOf(pointer)
  if (pointer === undefined || file === from.file) return ref
  const { line, column } = from.locate(pointer)
  return `${file}:${line}:${column}`
}

/** The first problem of an unreadable file. */
function whyUnread({ problems: [first] }: Source): string {
  if (!first) return 'it holds no data'
  return first.line > 0 ? `in line ${first.line}, ${first.message}` : first.message
}

/** Resolves a path against the file that contains it; absolute paths stay unchanged. */
export function relativeTo(base: string, path: string): string {
  if (/^file:/i.test(path)) return URL.canParse(path) ? pathOfUrl(new URL(path)) : path
  if (/^(?:[\\/]|[a-z]:[\\/])/i.test(path)) return path
  const segments = base.split(/[\\/]/).slice(0, -1)
  // Documents written on Windows may use backslashes.
  for (const segment of path.split(/[\\/]/)) {
    if (segment === '.' || segment === '') continue
    const last = segments.at(-1)
    if (segment === '..' && last !== undefined && last !== '..' && last !== '.' && last !== '') segments.pop()
    else segments.push(segment)
  }
  return segments.join('/')
}

/** `file:///C:/acme.yaml` names a drive of Windows, and `file://depot/acme.yaml` another machine (RFC 8089, appendix E). */
function pathOfUrl({ host, pathname }: URL): string {
  const path = percentDecoded(pathname)
  return host === '' ? path.replace(/^\/(?=[a-z]:)/i, '') : `//${host}${path}`
}

/** Whether a path is a network address, which is never read. */
export function isRemote(path: string): boolean {
  return /^(?:https?:)?\/\//i.test(path)
}

/** The source, or why it cannot be read. */
export function tryRead(read: () => Source): Source | string {
  try {
    return read()
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'ENOENT') return 'there is no such file'
    return error instanceof Error ? error.message : String(error)
  }
}
