import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js'
import { assertionsOf, type Direction } from './assertions.ts'
import { issuesOf } from './ajv-issues.ts'
import type { LoadAjv } from './ajv-loader.ts'
import { unionKeyword } from './ajv-union.ts'
import type { SchemaIssue, Validate } from './issue.ts'
import { createNormalize, type Normalize } from './normalize.ts'
import { toRegExp } from './regexp.ts'
import { createRoot, follow, type Located } from './root.ts'
import { SchemaError } from './schema-error.ts'
import { isObject, type SchemaObject } from './schema-object.ts'

export interface SchemasOptions {
  /** The document's `openapi` field: `3.0.3`, `3.1.0`, `3.2.0`. */
  readonly version: string
  /** Loads Ajv when the first validator is asked for. */
  readonly loadAjv: LoadAjv
}

export interface ValidatorOptions {
  /** Frees a request from `readOnly` properties, a response from `writeOnly` ones; without it every `required` counts. */
  readonly direction?: Direction | undefined
}

/** A JSON Pointer into the document (`#/components/schemas/Job`), a schema, or a place that was found before. */
export type SchemaInput = string | boolean | object | Located

/** The schemas of one document, and those that come alone but may refer to it. */
export interface Schemas {
  /**
   * The check of a schema, compiled when first asked for and kept.
   *
   * @throws SchemaError when the schema cannot be compiled
   */
  readonly validator: (schema: SchemaInput, options?: ValidatorOptions) => Validate
  /** Finds a schema by pointer, or gives a schema that came alone a place of its own. */
  readonly locate: (schema: SchemaInput) => Located
  /** Reads a schema object as JSON Schema 2020-12. */
  readonly normalize: Normalize
}

/**
 * Opens a document's schemas; nothing is walked or compiled until it is asked for.
 *
 * @example
 * const schemas = createSchemas(document, { version: '3.1.0', loadAjv })
 * schemas.validator('#/components/schemas/Job')({})
 * //=> [{ keyword: 'required', path: '/id', params: {}, message: 'id is required' }]
 */
export function createSchemas(document: unknown, { version, loadAjv }: SchemasOptions): Schemas {
  const root = createRoot(document)
  const normalize = createNormalize(version)
  const alone = new WeakMap<object, Located>()
  const byText = new Map<string, Located>()
  const compilers = new Map<Direction | undefined, Compiler>()
  let ajv: Ajv2020 | undefined

  const locate = (schema: SchemaInput): Located => {
    if (typeof schema === 'string') return follow(root, schema.startsWith('#') ? schema : `#${schema}`, schema)
    if (typeof schema === 'boolean') return { schema, root, pointer: '#' }
    if (isLocated(schema)) return schema
    let located = alone.get(schema)
    if (!located) {
      if (!isObject(schema))
        throw new SchemaError('#', `${JSON.stringify(schema)} is not a schema. Give an object, true or false.`)
      // Schemas that are data are copied about: an equal text is the same schema, in the same order.
      const text = JSON.stringify(schema)
      located = byText.get(text) ?? { schema, root: createRoot(schema, root), pointer: '#' }
      byText.set(text, located)
      alone.set(schema, located)
    }
    return located
  }

  return {
    locate,
    normalize,
    validator: (schema, options) => {
      const direction = options?.direction
      let compiler = compilers.get(direction)
      if (!compiler) {
        ajv ??= createAjv(loadAjv)
        compiler = createCompiler(ajv, normalize, direction)
        compilers.set(direction, compiler)
      }
      return compiler(locate(schema))
    },
  }
}

type Compiler = (located: Located) => Validate

function isLocated(schema: object): schema is Located {
  const { root } = schema as Partial<Located>
  return root?.followed instanceof Map
}

function createAjv(loadAjv: LoadAjv): Ajv2020 {
  const parts = loadAjv()
  const ajv = new parts.Ajv2020({
    allErrors: true,
    strict: false,
    logger: false,
    meta: false,
    validateSchema: false,
    addUsedSchema: false,
    // Inlined, a component would be compiled again wherever it is used.
    inlineRefs: 6,
    code: { regExp: Object.assign(toRegExp, { code: 'toRegExp' }) },
  })
  parts.addFormats(ajv, { mode: 'full', keywords: false })
  for (const keyword of ['anyOf', 'oneOf'] as const) {
    ajv.removeKeyword(keyword)
    ajv.addKeyword(unionKeyword(keyword, parts))
  }
  return ajv
}

/** Every target of a reference is compiled once, as a schema of its own, and shared by all that refer to it. */
function createCompiler(ajv: Ajv2020, normalize: Normalize, direction: Direction | undefined): Compiler {
  const names = new WeakMap<SchemaObject, string>()
  const compiled = new WeakMap<SchemaObject, Validate>()
  const prefix = `schema:${direction ?? 'any'}`
  let count = 0

  const register = (located: Located): string => {
    const pending = new Map<string, Located>()
    const nameOf = (target: Located): string => {
      const known = typeof target.schema === 'object' ? names.get(target.schema) : undefined
      if (known) return known
      const name = `${prefix}/${++count}`
      if (typeof target.schema === 'object') names.set(target.schema, name)
      pending.set(name, target)
      return name
    }
    const name = nameOf(located)
    try {
      // The loop sees what nameOf adds while it runs: the whole closure of references.
      for (const [key, target] of pending) ajv.addSchema(assertionsOf(target, { normalize, direction, nameOf }), key)
    } catch (error) {
      for (const [key, target] of pending) {
        ajv.removeSchema(key)
        if (typeof target.schema === 'object') names.delete(target.schema)
      }
      throw error
    }
    return name
  }

  const compile = (located: Located): Validate => {
    const name = register(located)
    let check: ValidateFunction | undefined
    try {
      check = ajv.getSchema(name)
    } catch (error) {
      throw new SchemaError(located.pointer, `${error instanceof Error ? error.message : String(error)}.`)
    }
    if (!check) throw new SchemaError(located.pointer, 'it is not known to the validator.')
    const validate = check
    return (value) => {
      try {
        return validate(value) ? valid : issuesOf(validate.errors ?? [])
      } catch (error) {
        // A regular expression of a format runs out of stack on a text of megabytes: such a text is not of that format.
        if (error instanceof RangeError) return tooLong
        throw error
      }
    }
  }

  return (located) => {
    const { schema } = located
    if (typeof schema === 'boolean') return compile(located)
    let validate = compiled.get(schema)
    if (!validate) {
      validate = compile(located)
      compiled.set(schema, validate)
    }
    return validate
  }
}

const valid: readonly never[] = []
const tooLong: readonly SchemaIssue[] = [
  { keyword: 'format', path: '', params: {}, message: 'a text in it is too long to be checked' },
]
