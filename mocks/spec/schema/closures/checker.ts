import type { Normalize } from '../normalize.ts'
import { toMatcher } from '../patterns/matcher.ts'
import { dynamicAnchor, followReference, isDynamic, type Located, type Root } from '../root.ts'
import type { SchemaObject } from '../schema-object.ts'
import type { Check } from './check.ts'
import { compileSchema, type Language, type Link } from './compile.ts'
import { type Direction, requiredIn } from './direction.ts'

/** The syntax of a date-time: RFC 3339, or also a date alone and a time without an offset from UTC. */
export type Dates = 'rfc-3339' | 'iso-8601'

export interface CheckerOptions {
  readonly normalize: Normalize
  readonly direction?: Direction | undefined
  readonly dates?: Dates | undefined
  /** Compiles `pattern`; a plain regular expression by default. */
  readonly matcher?: Language['matcher']
  /** Compiles referenced schemas on first use: for schemas known to be valid. */
  readonly isLazy?: boolean
}

/**
 * Creates the function that compiles schemas of one document for one direction. Shared targets are compiled once.
 *
 * @throws SchemaError, from the returned function, when the schema or one that it refers to cannot be compiled
 */
export function createChecker({
  normalize,
  direction,
  dates,
  matcher,
  isLazy,
}: CheckerOptions): (located: Located) => Check {
  const targets = new WeakMap<SchemaObject, Target>()
  let pending: Target[] = []

  /** Compiles each schema of a document once, however often it is referred to. */
  const targetOf = (located: Located): Target => {
    const { schema } = located
    const known = typeof schema === 'object' ? targets.get(schema) : undefined
    if (known) return known
    const target = new Target(located, language)
    if (typeof schema === 'object') targets.set(schema, target)
    pending.push(target)
    return target
  }
  /** The roots that led to the current schema, the outermost first. */
  let scope: readonly Root[] = []
  let isScopeRead = false
  const entering = (root: Root, check: Check): Check => {
    return (...all) => {
      const outer = scope
      scope = [...outer, root]
      try {
        return check(...all)
      } finally {
        scope = outer
      }
    }
  }
  const language: Language = {
    normalize,
    matcher: matcher ?? toMatcher,
    trustsDiscriminators: direction === 'request',
    required: (schema, located) => requiredIn(direction, schema, located, normalize),
    formatOf: (name) => (name === 'date-time' && dates === 'iso-8601' ? 'iso-8601' : name),
    link: (reference, from) => {
      const target = targetOf(followReference(from.root, reference, from.pointer))
      const { root } = target.located
      return root === from.root ? target : { check: entering(root, (...all) => target.check(...all)) }
    },
    dynamicLink: (reference, from) => {
      const link = language.link(reference, from)
      const name = reference.slice(reference.indexOf('#') + 1)
      if (!isDynamic(followReference(from.root, reference, from.pointer), name)) return link
      isScopeRead = true
      return {
        check: (...all) => {
          for (const root of scope) {
            const bound = dynamicAnchor(root, name)
            if (bound) return targetOf(bound).check(...all)
          }
          return link.check(...all)
        },
      }
    },
    entering,
  }

  return (located) => {
    const target = targetOf(located)
    try {
      target.compile()
      // The loop includes entries that compiling adds meanwhile.
      if (!isLazy) for (const other of pending) other.compile()
    } catch (error) {
      // A second call throws the same error again.
      for (const {
        located: { schema },
      } of pending)
        if (typeof schema === 'object') targets.delete(schema)
      throw error
    } finally {
      pending = []
    }
    return isScopeRead ? entering(target.located.root, target.check) : target.check
  }
}

class Target implements Link {
  readonly located: Located
  check: Check
  readonly compile: () => void

  constructor(located: Located, language: Language) {
    this.located = located
    this.compile = () => {
      if (this.check === first) this.check = compileSchema(located, language) ?? passes
    }
    const first: Check = (value, run, seen) => {
      this.compile()
      return this.check(value, run, seen)
    }
    this.check = first
  }
}

const passes: Check = () => true
