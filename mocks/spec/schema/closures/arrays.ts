import type { SchemaObject } from '../schema-object.ts'
import { pairFinder } from '../unique.ts'
import { type Check, type CompileSub, fail, type Keyword, seeItems } from './check.ts'

type List = readonly unknown[]

/** Keywords for lists, in the order in which they are judged. */
export const arrayKeywords: ReadonlyArray<readonly [name: string, keyword: Keyword]> = [
  ['maxItems', (limit: number, at): Check => size('maxItems', at, limit, (count) => count <= limit)],
  ['minItems', (limit: number, at): Check => size('minItems', at, limit, (count) => count >= limit)],
  ['prefixItems', prefixItems],
  ['items', items],
  ['contains', contains],
  ['uniqueItems', uniqueItems],
  ['unevaluatedItems', unevaluatedItems],
]

function size(keyword: string, at: string, limit: number, holds: (count: number) => boolean): Check {
  return (value, path, run) => {
    if (!holds((value as List).length)) fail(run, keyword, path, at, { limit })
  }
}

function prefixItems(schemas: readonly unknown[], at: string, compile: CompileSub): Check {
  const checks = schemas.map((schema, index) => compile(schema, `${at}/prefixItems/${index}`))
  return (value, path, run, seen) => {
    const list = value as List
    seeItems(seen, checks.length)
    for (let index = 0; index < checks.length && index < list.length; index++) {
      checks[index]?.(list[index], `${path}/${index}`, run, undefined)
    }
  }
}

function items(schema: unknown, at: string, compile: CompileSub, parent: SchemaObject): Check {
  const prefix = parent['prefixItems'] as List | undefined
  const from = prefix?.length ?? 0
  if (schema === false && prefix) {
    return (value, path, run, seen) => {
      seeItems(seen, true)
      if ((value as List).length > from) fail(run, 'items', path, at, { limit: from })
    }
  }
  const check = compile(schema, `${at}/items`)
  return (value, path, run, seen) => {
    const list = value as List
    seeItems(seen, true)
    if (!check) return
    for (let index = from; index < list.length; index++) check(list[index], `${path}/${index}`, run, undefined)
  }
}

function contains(schema: unknown, at: string, compile: CompileSub, parent: SchemaObject): Check | undefined {
  const min = (parent['minContains'] as number | undefined) ?? 1
  const max = parent['maxContains'] as number | undefined
  if (max === undefined && min === 0) return undefined
  const params = { minContains: min, ...(max !== undefined && { maxContains: max }) }
  const check = compile(schema, `${at}/contains`)
  const most = max ?? Number.POSITIVE_INFINITY
  const enough = max === undefined ? min : most + 1
  return (value, path, run, seen) => {
    const list = value as List
    if (check && min <= most) seeItems(seen, true)
    const before = run.errors.length
    let count = check ? 0 : list.length
    if (check && min <= most) {
      for (let index = 0; index < list.length && count < enough; index++) {
        const wrong = run.errors.length
        check(list[index], `${path}/${index}`, run, undefined)
        if (run.errors.length === wrong) count++
      }
    }
    if (count >= min && count <= most) run.errors.length = before
    else fail(run, 'contains', path, at, params)
  }
}

function uniqueItems(isWanted: unknown, at: string, _compile: CompileSub, parent: SchemaObject): Check | undefined {
  if (isWanted === false) return undefined
  const findPair = pairFinder(parent)
  return (value, path, run) => {
    const pair = findPair(value as List)
    if (pair) fail(run, 'uniqueItems', path, at, { i: pair[0], j: pair[1] })
  }
}

function unevaluatedItems(schema: unknown, at: string, compile: CompileSub): Check {
  const check = compile(schema, `${at}/unevaluatedItems`)
  return (value, path, run, seen) => {
    const list = value as List
    const from = seen?.items ?? 0
    seeItems(seen, true)
    if (from === true || list.length <= from || !check) return
    if (schema === false) return fail(run, 'unevaluatedItems', path, at, { limit: from })
    for (let index = from; index < list.length; index++) check(list[index], `${path}/${index}`, run, undefined)
  }
}
