import { assertionsOf, type Direction } from './assertions.ts'
import type { Normalize } from './normalize.ts'
import type { Located } from './root.ts'
import type { SchemaObject } from './schema-object.ts'

/** A schema under the name by which references find it, and what it refers to that was not met before. */
export interface Closure {
  readonly name: string
  /** What the schemas assert, by name; references are names too. */
  readonly added: ReadonlyMap<string, SchemaObject | boolean>
}

/**
 * Copies schemas with all that they refer to. Every target of a reference is copied once, as a schema of its own, and
 * shared by all that refer to it.
 *
 * @throws SchemaError, by what is returned, when one of them cannot be compiled
 */
export function createClosures(
  prefix: string,
  { normalize, direction }: { readonly normalize: Normalize; readonly direction: Direction | undefined },
): (located: Located) => Closure {
  const names = new WeakMap<SchemaObject, string>()
  let count = 0
  return (located) => {
    const pending = new Map<string, Located>()
    const nameOf = (target: Located): string => {
      const known = typeof target.schema === 'object' ? names.get(target.schema) : undefined
      if (known !== undefined) return known
      const name = `${prefix}/${++count}`
      if (typeof target.schema === 'object') names.set(target.schema, name)
      pending.set(name, target)
      return name
    }
    const name = nameOf(located)
    const added = new Map<string, SchemaObject | boolean>()
    try {
      // The loop sees what nameOf adds while it runs.
      for (const [key, target] of pending) added.set(key, assertionsOf(target, { normalize, direction, nameOf }))
    } catch (error) {
      for (const { schema } of pending.values()) if (typeof schema === 'object') names.delete(schema)
      throw error
    }
    return { name, added }
  }
}
