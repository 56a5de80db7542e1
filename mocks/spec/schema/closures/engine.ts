import { issuesOf } from '../ajv-issues.ts'
import { createClosures } from '../closure.ts'
import { SchemaError } from '../schema-error.ts'
import type { SchemaObject } from '../schema-object.ts'
import { INLINE_LIMIT, type SchemaEngine } from '../engine.ts'
import { type Check, startRun } from './check.ts'
import { compileCheck, type Link } from './compile.ts'
import { isInlined } from './inlined.ts'

/**
 * Checks values without code made from text, as pages need whose policy forbids `eval`. Tells the same issues in the
 * same order as the validators that Ajv compiles.
 */
export const closures: SchemaEngine = (normalize) => (direction) => {
  const closureOf = createClosures('schema', { normalize, direction })
  const schemas = new Map<string, SchemaObject | boolean>()
  const checks = new Map<string, Check>()

  const checkOf = (name: string): Check => {
    let check = checks.get(name)
    if (!check) checks.set(name, (check = compileCheck(schemas.get(name), '#', link) ?? passes))
    return check
  }
  const link: Link = (name) => {
    let inlined: Check | undefined
    const isSmall = isInlined(schemas.get(name), INLINE_LIMIT)
    return (value, path, run, seen) => {
      if (isSmall) return (inlined ??= compileCheck(schemas.get(name), name, link) ?? passes)(value, path, run, seen)
      const { property } = run
      run.property = undefined
      checkOf(name)(value, path, run, seen)
      run.property = property
    }
  }

  return (located) => {
    const { name, added } = closureOf(located)
    for (const [key, schema] of added) schemas.set(key, schema)
    try {
      for (const key of [name, ...added.keys()]) checkOf(key)
    } catch (error) {
      throw new SchemaError(located.pointer, `${error instanceof Error ? error.message : String(error)}.`)
    }
    const check = checkOf(name)
    return (value) => {
      const run = startRun()
      check(value, '', run, undefined)
      return run.errors.length === 0 ? valid : issuesOf(run.errors)
    }
  }
}

const passes: Check = () => {}
const valid: readonly never[] = []
