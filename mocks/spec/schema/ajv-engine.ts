import { pairFinder } from './unique.ts'
import type { Ajv2020, FuncKeywordDefinition, ValidateFunction } from 'ajv/dist/2020.js'
import type { DataValidateFunction } from 'ajv/dist/types/index.js'
import { issuesOf } from './ajv-issues.ts'
import type { LoadAjv } from './ajv-loader.ts'
import { unionKeyword } from './ajv-union.ts'
import { createClosures } from './closure.ts'
import { INLINE_LIMIT, type SchemaEngine } from './engine.ts'
import { toRegExp } from './regexp.ts'
import { SchemaError } from './schema-error.ts'

/** Compiles schemas to code, by Ajv, which is loaded when the first is asked for. */
export function ajvEngine(loadAjv: LoadAjv): SchemaEngine {
  return (normalize) => {
    let shared: Ajv2020 | undefined
    return (direction) => {
      const ajv = (shared ??= createAjv(loadAjv))
      const closureOf = createClosures(`schema:${direction ?? 'any'}`, { normalize, direction })
      return (located) => {
        const { name, added } = closureOf(located)
        for (const [key, schema] of added) ajv.addSchema(schema, key)
        const validate = compile(ajv, name, located.pointer)
        return (value) => (validate(value) ? valid : issuesOf(validate.errors ?? []))
      }
    }
  }
}

function compile(ajv: Ajv2020, name: string, pointer: string): ValidateFunction {
  let check: ValidateFunction | undefined
  try {
    check = ajv.getSchema(name)
  } catch (error) {
    // Ajv calls itself for each schema that one refers to.
    const isDeep = error instanceof RangeError && error.message.includes('call stack')
    const reason = error instanceof Error ? error.message : String(error)
    throw new SchemaError(
      pointer,
      isDeep ? 'it leads through too many other schemas, each in the one before.' : `${reason}.`,
    )
  }
  if (!check) throw new SchemaError(pointer, 'it is not known to the validator.')
  return check
}

function createAjv(loadAjv: LoadAjv): Ajv2020 {
  const parts = loadAjv()
  const ajv = new parts.Ajv2020({
    allErrors: true,
    strict: false,
    // JSON has no infinity, though 1e999 is read as one.
    strictNumbers: true,
    logger: false,
    meta: false,
    validateSchema: false,
    addUsedSchema: false,
    // Inlined, a component would be compiled again wherever it is used.
    inlineRefs: INLINE_LIMIT,
    code: { regExp: Object.assign(toRegExp, { code: 'toRegExp' }) },
  })
  parts.addFormats(ajv, { mode: 'full', keywords: false })
  for (const keyword of ['anyOf', 'oneOf'] as const) {
    ajv.removeKeyword(keyword)
    ajv.addKeyword(unionKeyword(keyword, parts))
  }
  // Ajv's own compares each item with all others.
  ajv.removeKeyword('uniqueItems')
  ajv.addKeyword(uniqueKeyword())
  return ajv
}

function uniqueKeyword(): FuncKeywordDefinition {
  return {
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    compile: (isWanted: boolean, parent) => {
      const findPair = pairFinder(parent)
      const validate: DataValidateFunction = (list: readonly unknown[]) => {
        const pair = isWanted ? findPair(list) : undefined
        if (!pair) return true
        validate.errors = [{ keyword: 'uniqueItems', params: { i: pair[0], j: pair[1] } }]
        return false
      }
      return validate
    },
  }
}

const valid: readonly never[] = []
