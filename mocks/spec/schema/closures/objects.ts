import { formatPointer } from '../../pointer.ts'
import { toRegExp } from '../regexp.ts'
import { mapOf, type SchemaObject } from '../schema-object.ts'
import { whenValid } from './any.ts'
import { type Check, type CompileSub, fail, type Keyword, seeProperties } from './check.ts'

type Names = readonly string[]

/** Keywords for objects, in the order in which they are judged. */
export const objectKeywords: ReadonlyArray<readonly [name: string, keyword: Keyword]> = [
  ['maxProperties', (limit: number, at): Check => count('maxProperties', at, limit, (size) => size <= limit)],
  ['minProperties', (limit: number, at): Check => count('minProperties', at, limit, (size) => size >= limit)],
  ['required', required],
  ['propertyNames', propertyNames],
  ['additionalProperties', additionalProperties],
  ['properties', properties],
  ['patternProperties', patternProperties],
  ['dependentRequired', dependentRequired],
  ['dependentSchemas', dependentSchemas],
  ['unevaluatedProperties', unevaluatedProperties],
]

function count(keyword: string, at: string, limit: number, holds: (size: number) => boolean): Check {
  return (value, path, run) => {
    if (!holds(Object.keys(value as object).length)) fail(run, keyword, path, at, { limit })
  }
}

function required(names: Names, at: string): Check | undefined {
  if (names.length === 0) return undefined
  return (value, path, run) => {
    for (const name of names) {
      if ((value as SchemaObject)[name] === undefined) fail(run, 'required', path, at, { missingProperty: name })
    }
  }
}

function propertyNames(schema: unknown, at: string, compile: CompileSub): Check | undefined {
  const check = compile(schema, `${at}/propertyNames`)
  if (!check) return undefined
  return (value, path, run) => {
    const { property } = run
    for (const name of Object.keys(value as object)) {
      const before = run.errors.length
      run.property = name
      check(name, path, run, undefined)
      run.property = property
      if (run.errors.length > before) fail(run, 'propertyNames', path, at, { propertyName: name })
    }
  }
}

function additionalProperties(schema: unknown, at: string, compile: CompileSub, parent: SchemaObject): Check {
  const check = compile(schema, `${at}/additionalProperties`)
  const declared = new Set(namesOf(mapOf(parent, 'properties')))
  const patterns = namesOf(mapOf(parent, 'patternProperties')).map(toRegExp)
  return (value, path, run, seen) => {
    if (seen) seen.properties = true
    if (!check) return
    for (const name of Object.keys(value as object)) {
      if (declared.has(name) || patterns.some((pattern) => pattern.test(name))) continue
      if (schema === false) fail(run, 'additionalProperties', path, at, { additionalProperty: name })
      else check((value as SchemaObject)[name], path + formatPointer([name]), run, undefined)
    }
  }
}

function properties(map: SchemaObject, at: string, compile: CompileSub): Check {
  const names = namesOf(map)
  const checks = names.flatMap((name) => {
    const step = formatPointer([name])
    const check = compile(map[name], `${at}/properties${step}`)
    return check ? [{ name, step, check }] : []
  })
  return (value, path, run, seen) => {
    seeProperties(seen, names)
    for (const { name, step, check } of checks) {
      const entry = (value as SchemaObject)[name]
      if (entry !== undefined) check(entry, path + step, run, undefined)
    }
  }
}

function patternProperties(map: SchemaObject, at: string, compile: CompileSub): Check {
  const checks = namesOf(map).map((text) => ({
    pattern: toRegExp(text),
    check: compile(map[text], `${at}/patternProperties${formatPointer([text])}`),
  }))
  return (value, path, run, seen) => {
    const names = Object.keys(value as object)
    for (const { pattern, check } of checks) {
      for (const name of names) {
        if (!pattern.test(name)) continue
        check?.((value as SchemaObject)[name], path + formatPointer([name]), run, undefined)
        seeProperties(seen, [name])
      }
    }
  }
}

function dependentRequired(map: Readonly<Record<string, Names>>, at: string): Check {
  const entries = Object.entries(map)
  return (value, path, run) => {
    for (const [property, names] of entries) {
      if ((value as SchemaObject)[property] === undefined) continue
      for (const missingProperty of names) {
        if ((value as SchemaObject)[missingProperty] === undefined)
          fail(run, 'dependentRequired', path, at, { property, missingProperty })
      }
    }
  }
}

function dependentSchemas(map: SchemaObject, at: string, compile: CompileSub): Check {
  const checks = Object.entries(map).flatMap(([name, schema]) => {
    const check = compile(schema, `${at}/dependentSchemas${formatPointer([name])}`)
    return check ? [{ name, check }] : []
  })
  return (value, path, run, seen) => {
    for (const { name, check } of checks) {
      if ((value as SchemaObject)[name] !== undefined) whenValid(check, value, path, run, seen)
    }
  }
}

function unevaluatedProperties(schema: unknown, at: string, compile: CompileSub): Check {
  const check = compile(schema, `${at}/unevaluatedProperties`)
  return (value, path, run, seen) => {
    const known = seen?.properties
    if (seen) seen.properties = true
    if (known === true || !check) return
    for (const name of Object.keys(value as object)) {
      if (known?.has(name)) continue
      if (schema === false) fail(run, 'unevaluatedProperties', path, at, { unevaluatedProperty: name })
      else check((value as SchemaObject)[name], path + formatPointer([name]), run, undefined)
    }
  }
}

function namesOf(map: SchemaObject): Names {
  return Object.keys(map).filter((name) => name !== '__proto__')
}
