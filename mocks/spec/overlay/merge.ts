import { formatPath } from './format-path.ts'
import type { Origin, Patchwork } from './patchwork.ts'
import { isRecord } from '../values/is-record.ts'

type Key = string | number

/** The document that is changed, and who hears of what cannot be merged. */
export interface MergeTarget {
  readonly document: Patchwork
  readonly misfit: (message: string, at: Origin) => void
}

/**
 * Merges a value into a place, as Overlay 1.1 requires: maps merge, lists are appended to, a primitive replaces a
 * primitive. Reports values of different kinds and leaves those unchanged.
 */
export function merge(target: MergeTarget, path: readonly Key[], value: unknown, origin: Origin): void {
  const { document, misfit } = target
  const present = document.get(path)
  const [kind, given] = [kindOf(present), kindOf(value)]
  if (kind === 'list') {
    // A single entry may be appended too.
    const entries = Array.isArray(value) ? (value as unknown[]) : [value]
    entries.forEach((entry, index) =>
      document.append(path, entry, Array.isArray(value) ? document.originIn(value, index, origin) : origin),
    )
    return
  }
  if (kind !== given) {
    misfit(
      `${formatPath(path)} is ${NAMES[kind]}, and ${NAMES[given]} cannot be merged with it. Remove it with an earlier action, and add it again.`,
      origin,
    )
    return
  }
  if (kind === 'primitive') return document.put(path, value, origin)
  for (const [key, entry] of Object.entries(value as object) as Array<[string, unknown]>) {
    const place = [...path, key]
    const at = document.originIn(value, key, origin)
    const before = document.get(place)
    if (before === undefined) document.put(place, entry, at)
    else if (Array.isArray(before) && !Array.isArray(entry)) {
      misfit(`${formatPath(place)} is a list, and ${NAMES[kindOf(entry)]} cannot be merged with it. Write a list.`, at)
    } else merge(target, place, entry, at)
  }
}

export type Kind = 'map' | 'list' | 'primitive'

export function kindOf(value: unknown): Kind {
  if (Array.isArray(value)) return 'list'
  return isRecord(value) ? 'map' : 'primitive'
}

export const NAMES: Readonly<Record<Kind, string>> = { map: 'a map', list: 'a list', primitive: 'a plain value' }
