import { isCompound, isRecord } from './is-record.ts'

/**
 * A deep copy of a JSON value that preserves shared parts, as in a document with aliases.
 *
 * @param leaf - replaces a value that is neither a list nor a map
 */
export function copyShared<T>(value: T, leaf: (value: unknown) => unknown = same): T {
  return copyAll(value, leaf, new Map()) as T
}

function same(value: unknown): unknown {
  return value
}

function copyAll(value: unknown, leaf: (value: unknown) => unknown, copies: Map<unknown, unknown>): unknown {
  const known = copies.get(value)
  if (known !== undefined) return known
  if (!isCompound(value)) return leaf(value)
  const copy: unknown[] | Record<string, unknown> = Array.isArray(value) ? [] : {}
  copies.set(value, copy)
  for (const [key, entry] of Object.entries(value)) {
    // A key may be `__proto__`: define it, never assign it.
    Object.defineProperty(copy, key, {
      value: copyAll(entry, leaf, copies),
      enumerable: true,
      writable: true,
      configurable: true,
    })
  }
  return copy
}

/** A deep copy of a JSON value, owned by the caller. */
export function copyJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyJson)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, copyJson(each)]))
}
