import { type Check, checkBelow, fail, seeItems } from './check.ts'
import type { Holder, Keywords } from './holder.ts'
import { typeBit, typesAlone } from './types.ts'
import { findRepeat } from './equal.ts'

type List = readonly unknown[]

/** Keywords for lists. */
export const arrayKeywords: Keywords = [
  ['maxItems', maxItems],
  ['minItems', minItems],
  ['prefixItems', prefixItems],
  ['items', items],
  ['contains', contains],
  ['uniqueItems', uniqueItems],
  ['unevaluatedItems', unevaluatedItems],
  // Read by `contains`.
  ['minContains', () => undefined],
  ['maxContains', () => undefined],
]

function maxItems(limit: number, { schema }: Holder): Check {
  const params = { limit }
  return (value, run) => (value as List).length <= limit || fail(run, value, { schema, keyword: 'maxItems', params })
}

function minItems(limit: number, { schema }: Holder): Check {
  const params = { limit }
  return (value, run) => (value as List).length >= limit || fail(run, value, { schema, keyword: 'minItems', params })
}

function prefixItems(schemas: List, { compile }: Holder): Check {
  const checks = schemas.map((schema, index) => compile(schema, 'prefixItems', index))
  return (value, run, seen) => {
    const list = value as List
    seeItems(seen, checks.length)
    let isFine = true
    for (let index = 0; index < checks.length && index < list.length; index++) {
      const check = checks[index]
      if (!check || checkBelow(check, list[index], index, run)) continue
      if (!run) return false
      isFine = false
    }
    return isFine
  }
}

function items(part: unknown, { schema, compile }: Holder): Check {
  const prefix = schema['prefixItems'] as List | undefined
  const from = prefix?.length ?? 0
  if (part === false && prefix) {
    const params = { limit: from }
    return (value, run, seen) => {
      seeItems(seen, true)
      return (value as List).length <= from || fail(run, value, { schema, keyword: 'items', params })
    }
  }
  const checkFrom = itemsCheck(compile(part, 'items'))
  return (value, run, seen) => {
    seeItems(seen, true)
    return checkFrom(value as List, run, from)
  }
}

type CheckFrom = (list: List, run: Parameters<Check>[1], from: number, except?: ReadonlySet<number>) => boolean

/** Validates the items from an index on. */
function itemsCheck(check: Check | undefined): CheckFrom {
  if (!check) return () => true
  const types = typesAlone(check)
  return (list, run, from, except) => {
    if (!run && !except) {
      for (let index = from; index < list.length; index++) {
        const item = list[index]
        if ((typeBit(item) & types) === 0 && !check(item, undefined, undefined)) return false
      }
      return true
    }
    let isFine = true
    for (let index = from; index < list.length; index++) {
      if (except?.has(index) || checkBelow(check, list[index], index, run)) continue
      if (!run) return false
      isFine = false
      if (run.isFull) break
    }
    return isFine
  }
}

function contains(part: unknown, { schema, compile }: Holder): Check {
  const min = (schema['minContains'] as number | undefined) ?? 1
  const max = schema['maxContains'] as number | undefined
  const check = compile(part, 'contains')
  const enough = max === undefined ? min : max + 1
  const params = { min, max }
  return (value, run, seen) => {
    const list = value as List
    let count = 0
    for (let index = 0; index < list.length && (seen || count < enough); index++) {
      if (check && !check(list[index], undefined, undefined)) continue
      count++
      seen?.contained.add(index)
    }
    return (count >= min && count <= (max ?? count)) || fail(run, value, { schema, keyword: 'contains', params })
  }
}

function uniqueItems(isWanted: boolean, { schema }: Holder): Check | undefined {
  if (!isWanted) return undefined
  return (value, run) => {
    const params = findRepeat(value as List)
    return !params || fail(run, value, { schema, keyword: 'uniqueItems', params })
  }
}

function unevaluatedItems(part: unknown, { schema, compile }: Holder): Check {
  const checkFrom = itemsCheck(compile(part, 'unevaluatedItems'))
  return (value, run, seen) => {
    const list = value as List
    const from = seen?.items ?? 0
    seeItems(seen, true)
    if (from === true || list.length <= from) return true
    if (part !== false || (seen && seen.contained.size > 0)) return checkFrom(list, run, from, seen?.contained)
    return fail(run, value, { schema, keyword: 'unevaluatedItems', params: { limit: from } })
  }
}
