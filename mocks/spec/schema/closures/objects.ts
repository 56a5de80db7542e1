import { isObject, mapKeyword, type SchemaObject } from '../schema-object.ts'
import { all, type Check, checkBelow, fail, type Run, seeProperties, whenValid } from './check.ts'
import type { Holder, Keywords } from './holder.ts'
import { ANY, typeBit, typesAlone } from './types.ts'

type Names = readonly string[]

/** Keywords for objects. */
export const objectKeywords: Keywords = [
  ['maxProperties', maxProperties],
  ['minProperties', minProperties],
  ['required', required],
  ['propertyNames', propertyNames],
  ['additionalProperties', additionalProperties],
  ['properties', properties],
  ['patternProperties', patternProperties],
  ['dependentRequired', dependentRequired],
  ['dependentSchemas', dependentSchemas],
  ['unevaluatedProperties', unevaluatedProperties],
]

function maxProperties(limit: number, { schema }: Holder): Check {
  const params = { limit }
  return (value, run) => sizeOf(value) <= limit || fail(run, value, { schema, keyword: 'maxProperties', params })
}

function minProperties(limit: number, { schema }: Holder): Check {
  const params = { limit }
  return (value, run) => sizeOf(value) >= limit || fail(run, value, { schema, keyword: 'minProperties', params })
}

function sizeOf(value: unknown): number {
  return Object.keys(value as object).length
}

/** Whether an object has an own property. Every object inherits a `constructor`, which no client sent. */
function has(value: unknown, name: string): boolean {
  return (value as SchemaObject)[name] !== undefined && Object.hasOwn(value as object, name)
}

function required(_names: unknown, holder: Holder): Check | undefined {
  const { schema } = holder
  const names = holder.required()
  if (names.length === 0) return undefined
  // `properties` checks them in passing when only validity is wanted.
  const isLeft = isObject(schema['properties'])
  return (value, run) => {
    if (!run && isLeft) return true
    const missing = names.filter((name) => !has(value, name))
    for (const key of missing) fail(run, value, { schema, keyword: 'required', key })
    return missing.length === 0
  }
}

function propertyNames(names: unknown, { schema, compile }: Holder): Check | undefined {
  const check = compile(names, 'propertyNames')
  if (!check) return undefined
  return (value, run) => {
    let isFine = true
    for (const key of Object.keys(value as object)) {
      if (check(key, undefined, undefined)) continue
      if (!run) return false
      isFine = fail(run, value, { schema, keyword: 'propertyNames', key })
    }
    return isFine
  }
}

function additionalProperties(part: unknown, { schema, compile, matcher }: Holder): Check {
  const check = compile(part, 'additionalProperties')
  const declared = new Set(namesIn(schema, 'properties'))
  const patterns = namesIn(schema, 'patternProperties').map((pattern) => matcher(pattern, 'patternProperties'))
  return (value, run, seen) => {
    if (seen) seen.properties = true
    if (!check) return true
    let isFine = true
    for (const key of Object.keys(value as object)) {
      if (declared.has(key) || patterns.some((pattern) => pattern.test(key))) continue
      if (part === false) isFine = fail(run, value, { schema, keyword: 'additionalProperties', key })
      else isFine = checkBelow(check, (value as SchemaObject)[key], key, run) && isFine
      if (!isFine && (!run || run.isFull)) break
    }
    return isFine
  }
}

function properties(map: SchemaObject, { schema, compile, required }: Holder): Check {
  const declared = namesIn(schema, 'properties')
  const needed = new Set(required())
  const entries: Entry[] = []
  for (const name of new Set([...declared, ...needed])) {
    const check = declared.includes(name) ? compile(map[name], 'properties', name) : undefined
    const isNeeded = needed.has(name)
    if (check || isNeeded) entries.push({ name, isNeeded, check, types: check ? typesAlone(check) : ANY })
  }
  const areInherited = entries.some(({ name }) => name in Object.prototype)
  const explain = (value: SchemaObject, run: Run): boolean => {
    const wrong = entries.filter(
      ({ name, check }) => check && has(value, name) && !checkBelow(check, value[name], name, run),
    )
    return wrong.length === 0
  }
  return (value, run, seen) => {
    if (seen) seeProperties(seen, declared)
    if (run) return explain(value as SchemaObject, run)
    const object = (areInherited ? { __proto__: null, ...(value as object) } : value) as SchemaObject
    for (const { name, isNeeded, check, types } of entries) {
      const entry = object[name]
      if (entry === undefined) {
        if (isNeeded) return false
      } else if ((typeBit(entry) & types) === 0 && check && !check(entry, undefined, undefined)) return false
    }
    return true
  }
}

interface Entry {
  readonly name: string
  readonly isNeeded: boolean
  readonly check: Check | undefined
  /** Types that need no further check. */
  readonly types: number
}

function patternProperties(map: SchemaObject, { schema, compile, matcher }: Holder): Check {
  const entries = namesIn(schema, 'patternProperties').map((pattern) => ({
    pattern: matcher(pattern, 'patternProperties'),
    check: compile(map[pattern], 'patternProperties', pattern),
  }))
  return (value, run, seen) => {
    const names = Object.keys(value as object)
    let isFine = true
    for (const { pattern, check } of entries) {
      for (const name of names) {
        if (!pattern.test(name)) continue
        if (seen) seeProperties(seen, [name])
        if (!check || checkBelow(check, (value as SchemaObject)[name], name, run)) continue
        if (!run) return false
        isFine = false
      }
    }
    return isFine
  }
}

function dependentRequired(map: Readonly<Record<string, Names>>, { schema }: Holder): Check | undefined {
  const checks = Object.entries(map).flatMap(([because, names]) => {
    const params = { because }
    return names.map(
      (key): Check =>
        (value, run) =>
          !has(value, because) ||
          has(value, key) ||
          fail(run, value, { schema, keyword: 'dependentRequired', key, params }),
    )
  })
  return all(checks)
}

function dependentSchemas(map: SchemaObject, { compile }: Holder): Check | undefined {
  const checks = Object.keys(map).flatMap((name) => {
    const check = compile(map[name], 'dependentSchemas', name)
    if (!check) return []
    return [((value, run, seen) => !has(value, name) || whenValid(check, value, run, seen)) satisfies Check]
  })
  return all(checks)
}

function unevaluatedProperties(part: unknown, { schema, compile }: Holder): Check {
  const check = compile(part, 'unevaluatedProperties')
  return (value, run, seen) => {
    const known = seen?.properties
    if (seen) seen.properties = true
    if (known === true || !check) return true
    let isFine = true
    for (const key of Object.keys(value as object)) {
      if (known?.has(key)) continue
      if (part === false) isFine = fail(run, value, { schema, keyword: 'unevaluatedProperties', key })
      else isFine = checkBelow(check, (value as SchemaObject)[key], key, run) && isFine
      if (!isFine && !run) return false
    }
    return isFine
  }
}

/** The names under a keyword that hold schemas. */
function namesIn(schema: SchemaObject, keyword: string): Names {
  return Object.keys(mapKeyword(schema, keyword))
}
