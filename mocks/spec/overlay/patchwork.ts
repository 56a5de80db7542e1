import { formatPointer, parsePointer } from '../references/pointer.ts'
import type { Problem } from '../problems/problem.ts'
import type { Source } from '../read/source.ts'

/** Where a value was written. */
export interface Origin {
  readonly source: Source
  /** Pointer into that file. */
  readonly pointer: string
}

type Key = string | number
type Container = Record<Key, unknown>

/**
 * A document under change that records where each value was written. The base is not mutated: containers on the path to
 * a change are copied once.
 */
export interface Patchwork {
  readonly data: () => unknown
  /** The value at a place. */
  readonly get: (path: readonly Key[]) => unknown
  /** Where the value at a place, or its nearest existing ancestor, was written. */
  readonly originOf: (path: readonly Key[]) => Origin
  /** Where an entry of a container was written, given the container's origin. */
  readonly originIn: (container: unknown, key: Key, origin: Origin) => Origin
  /** Marks the value at a place as shared: a later change copies it first. */
  readonly share: (path: readonly Key[]) => void
  readonly put: (path: readonly Key[], value: unknown, origin: Origin) => void
  readonly append: (path: readonly Key[], value: unknown, origin: Origin) => void
  readonly remove: (path: readonly Key[]) => void
}

export function createPatchwork(base: Source): Patchwork {
  const root: Container = { '': base.data }
  const owned = new WeakSet<object>([root])
  /** Origins of entries that were written elsewhere than their container. */
  const origins = new WeakMap<object, Map<string, Origin>>([[root, new Map([['', { source: base, pointer: '' }]])]])

  /** The container at a place, copied if needed so that it may be changed. */
  function own(path: readonly Key[]): Container {
    let container = root
    for (const key of ['', ...path]) {
      const child = container[key] as Container
      if (owned.has(child)) {
        container = child
        continue
      }
      const copy = (Array.isArray(child) ? [...(child as unknown[])] : { ...child }) as Container
      owned.add(copy)
      const known = origins.get(child)
      if (known) origins.set(copy, new Map(known))
      set(container, key, copy)
      container = copy
    }
    return container
  }

  function originOf(path: readonly Key[]): Origin {
    let container: unknown = root
    let origin: Origin = { source: base, pointer: '' }
    for (const key of ['', ...path]) {
      origin = originIn(container, key, origin)
      container = isContainer(container) && Object.hasOwn(container, key) ? container[key] : undefined
    }
    return origin
  }

  function originIn(container: unknown, key: Key, origin: Origin): Origin {
    const written = isContainer(container) ? origins.get(container)?.get(String(key)) : undefined
    return written ?? below(origin, key)
  }

  function disown(value: unknown): void {
    // A container that is not a copy contains no copies.
    if (!isContainer(value) || !owned.delete(value)) return
    for (const entry of Object.values(value)) disown(entry)
  }

  function note(container: object, key: Key, origin: Origin): void {
    const known = origins.get(container)
    if (known) known.set(String(key), origin)
    else origins.set(container, new Map([[String(key), origin]]))
  }

  function get(path: readonly Key[]): unknown {
    let value: unknown = root['']
    for (const key of path) value = isContainer(value) && Object.hasOwn(value, key) ? value[key] : undefined
    return value
  }

  return {
    data: () => root[''],
    get,
    originOf,
    originIn,
    share: (path) => disown(get(path)),
    put(path, value, origin) {
      const container = path.length === 0 ? root : own(path.slice(0, -1))
      const key = path.at(-1) ?? ''
      set(container, key, value)
      note(container, key, origin)
    },
    append(path, value, origin) {
      const list = own(path) as unknown as unknown[]
      note(list, list.length, origin)
      list.push(value)
    },
    remove(path) {
      const key = path.at(-1)!
      const parent = path.slice(0, -1)
      const container = own(parent)
      if (!Array.isArray(container)) {
        delete container[key]
        origins.get(container)?.delete(String(key))
        return
      }
      // Later entries move up, and each keeps its own origin.
      const all = container.map((_, index) => originOf([...parent, index]))
      container.splice(Number(key), 1)
      all.splice(Number(key), 1)
      origins.set(container, new Map(all.map((origin, index) => [String(index), origin])))
    },
  }
}

/** A changed document as a source whose problems and places refer to the file of origin. */
export function patchworkSource(
  base: Source,
  patchwork: Patchwork,
  problems: readonly Problem[] = base.problems,
): Source {
  const originOf = (pointer: string): Origin => patchwork.originOf(parsePointer(pointer))
  return {
    file: base.file,
    data: patchwork.data(),
    problems,
    fileOf: (pointer) => {
      const origin = originOf(pointer)
      return origin.source.fileOf(origin.pointer)
    },
    locate: (pointer) => {
      const origin = originOf(pointer)
      return origin.source.locate(origin.pointer)
    },
    problem: (finding) => {
      const origin = originOf(finding.pointer)
      return origin.source.problem({ ...finding, pointer: origin.pointer })
    },
  }
}

function below(origin: Origin, key: Key): Origin {
  return { source: origin.source, pointer: origin.pointer + formatPointer([key]) }
}

function isContainer(value: unknown): value is Container {
  return value !== null && typeof value === 'object'
}

/** A key `__proto__` is an ordinary name. */
function set(container: Container, key: Key, value: unknown): void {
  if (key !== '__proto__') container[key] = value
  else Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true })
}
