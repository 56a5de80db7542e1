import type { Located } from '../spec/schema/root.ts'
import type { Schemas } from '../spec/schema/validator.ts'
import { chance, type Compile, type Context, type Make, nothing, recursiveMakers } from './context.ts'
import { exampleMaker, isValid } from './make/example.ts'
import { namesFile, usualFile } from './words/files.ts'
import { hasType, type Flat } from './flat.ts'
import { type Choice, flatten } from './flatten.ts'
import { makeArray } from './make/make-array.ts'
import { makeNumber } from './make/make-number.ts'
import { makeObject } from './make/make-object.ts'
import { reasoned } from './make/make-reason.ts'
import { makeText } from './make/make-text.ts'
import { marksOf, typeFor } from './marks.ts'
import { sceneOf, type Scene } from './words/scene.ts'

/**
 * Compiles schemas to makers, each once.
 *
 * @param choice - the variant of the unions
 * @param variant - gives the compiler of another choice
 * @param idOf - a name for a schema, the same in all variants
 */
export function createCompile(
  schemas: Schemas,
  choice: Choice,
  variant: (choice: Choice) => Compile,
  idOf: (located: Located) => string,
): Compile {
  const makers = new Map<string, Entry>()
  const open: Entry[] = []
  const compile: Compile = (list, name, scene) => {
    const key = `${list.map(idOf).join('+')} ${scene} ${name}`
    const known = makers.get(key)
    if (known) {
      // Requested during its own compilation: the schema is recursive.
      if (open.includes(known)) {
        known.isRecursive = true
        recursiveMakers.add(known.make)
      }
      return known.make
    }
    const entry: Entry = { key, inner: undefined, isRecursive: false, make: (...place) => run(entry, ...place) }
    makers.set(key, entry)
    open.push(entry)
    const flattened = flatten(list, schemas, choice)
    if (flattened) {
      const { flat, branches } = flattened
      const make = typed(flat, name, scene, list)
      // Where `not` excludes the meaning of the name, tries a value without one.
      const choices = flat.not.length > 0 ? [make, make, make, byType(flat, '', scene, list)] : [make]
      entry.inner = judged(choices, flat, list, schemas)
      entry.orElse = otherwise(flat, key, branches, (other) =>
        variant({ ...choice, shift: choice.shift + other })(list, name, scene),
      )
    }
    open.pop()
    if (!entry.isRecursive && entry.inner && !entry.orElse) entry.make = entry.inner
    return entry.make
  }

  const byType = (flat: Flat, name: string, scene: Scene, list: readonly Located[]): Make => {
    if (flat.values) return oneOf(flat, name, list, schemas)
    switch (typeFor(flat)) {
      case 'object':
        return makeObject(flat, name, compile, (entry) => marksOf(entry, schemas, choice))
      case 'array':
        return makeArray(flat, name, scene, compile)
      case 'integer':
        return makeNumber(flat, true, name)
      case 'number':
        return makeNumber(flat, false, name)
      case 'boolean':
        return boolean(name)
      case 'null':
        return () => null
      default:
        if (flat.content && flat.patterns.length === 0) return jsonText(compile([flat.content], name, scene))
        return makeText(flat, name, name === '' ? sceneOf(flat.titles, []) : scene, (text) =>
          list.every((located) => schemas.validator(located)(text).length === 0),
        )
    }
  }

  const typed = (flat: Flat, name: string, scene: Scene, list: readonly Located[]): Make => {
    const make = byType(flat, name, scene, list)
    if (typeFor(flat) === 'object' && !flat.values) return make
    return reasoned(make, name, flat, (value) => isValid(value, flat, list, schemas))
  }

  return compile
}

interface Entry {
  readonly key: string
  /** Absent when the schema contradicts itself. */
  inner: Make | undefined
  /** The fallback when `inner` gives nothing. */
  orElse?: Make | undefined
  isRecursive: boolean
  make: Make
}

/** Maximum nesting of a recursive schema inside itself. */
const recursionDepth = 3

function run(entry: Entry, context: Context, path: string, subject: string): unknown {
  const { key, inner, orElse } = entry
  let value: unknown = nothing
  if (inner && !entry.isRecursive) value = inner(context, path, subject)
  else if (inner) {
    const times = context.open.get(key) ?? 0
    if (times === 0 || (times === 1 && context.level.now <= recursionDepth)) {
      context.open.set(key, times + 1)
      context.level.recursive++
      value = inner(context, path, subject)
      context.level.recursive--
      context.open.set(key, times)
    }
  }
  return value === nothing && orElse ? orElse(context, path, subject) : value
}

/** Further branches of a union are not tried: each costs a compilation. */
const mostBranches = 8

/** Null where allowed, else another branch. */
function otherwise(flat: Flat, key: string, branches: number, another: (shift: number) => Make): Make | undefined {
  const isNullable = flat.types?.has('null') && flat.types.size > 1 && (flat.values?.includes(null) ?? true)
  if (isNullable) return () => null
  if (branches < 2) return undefined
  return (context, path, subject) => {
    // A failing branch does not try other branches itself: this loop tries them all.
    const mark = `else ${key}`
    if (context.open.get(mark)) return nothing
    context.open.set(mark, 1)
    let value: unknown = nothing
    for (let shift = 1; shift < Math.min(branches, mostBranches) && value === nothing; shift++)
      value = another(shift)(context, path, subject)
    context.open.set(mark, 0)
    return value
  }
}

/** A text that is JSON. */
function jsonText(make: Make): Make {
  return (...place) => {
    const value = make(...place)
    return value === nothing ? nothing : JSON.stringify(value)
  }
}

/** Picks one of the values that the rest of the schema allows. */
function oneOf(flat: Flat, name: string, list: readonly Located[], schemas: Schemas): Make {
  const values = flat.values!.filter((value) => hasType(flat.types, value))
  const isOfFile = namesFile(name)
  let usable: readonly unknown[] | undefined
  return (context, path) => {
    usable ??= values.filter((value) => isValid(value, flat, list, schemas))
    const allowed = usable.length === 0 && context.isTolerant ? flat.values! : usable
    const real = allowed.filter((value) => value !== null)
    if (real.length === 0) return allowed.length > 0 ? null : nothing
    if (real.length === 1) return real[0]
    return (isOfFile ? usualFile(real) : undefined) ?? chance(context, path, 0).pick(real)
  }
}

/** True for names that clients wait for, false for names that would make clients loop. */
function boolean(name: string): Make {
  if (/^(?:ok|success|active|enabled|valid|verified|is_active|isActive)$/.test(name)) return () => true
  if (/^(?:has_?more|hasMore|has_?next|hasNext.*|error|deleted|disabled|is_deleted|archived)$/.test(name))
    return () => false
  return (context, path) => chance(context, path, 0).next() < 0.5
}

/** Tries the schema's example first, and tries again where `not` excludes a value. */
function judged(choices: readonly Make[], flat: Flat, list: readonly Located[], schemas: Schemas): Make {
  const example = exampleMaker(flat, list, schemas)
  const complex = flat.not.length > 0 ? flat.not.map((located) => schemas.validator(located)) : undefined
  const isExcluded = (value: unknown): boolean =>
    complex !== undefined && complex.some((validate) => validate(value).length === 0)
  const made: Make = complex
    ? (context, path, subject) => {
        for (let attempt = 0; attempt < 12; attempt++) {
          const make = choices[attempt] ?? choices.at(-1)!
          const value = make(context, attempt === 0 ? path : `${path}~${attempt}`, subject)
          if (value === nothing || !isExcluded(value)) return value
        }
        return nothing
      }
    : choices[0]!
  if (!example) return made
  return (context, path, subject) => {
    const value = context.examples ? example() : nothing
    return value === nothing ? made(context, path, subject) : value
  }
}
